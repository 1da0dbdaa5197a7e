from django.apps import AppConfig


class ModelsSelfmanagedConfig(AppConfig):
    name = "models_selfmanaged"
    default_auto_field = "django.db.models.BigAutoField"
