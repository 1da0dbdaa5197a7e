from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Count the years of units again when they move: the register knows nothing of years."""
        from units.services.following import follow_moves  # noqa: PLC0415 - models come first

        from .services.summaries import refresh_every_year  # noqa: PLC0415

        follow_moves(refresh_every_year)
