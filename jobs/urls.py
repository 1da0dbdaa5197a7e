"""Addresses of the long tasks that a person asked for."""

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<int:pk>/", views.job_detail, name="detail"),
    path("<int:pk>/huy/", views.cancel, name="cancel"),
    path("<int:pk>/lam-lai/", views.try_again, name="retry"),
    path("<int:pk>/tai-ve/", views.download, name="download"),
]
