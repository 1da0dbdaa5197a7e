"""Addresses of a province's administration of seasons."""

from django.urls import URLPattern, path

from ..views import seasons

SEASON = "quan-tri/ky-danh-gia/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("quan-tri/", seasons.administration, name="administration"),
    path("quan-tri/ky-danh-gia/", seasons.seasons, name="seasons"),
    path("quan-tri/ky-danh-gia/mo/", seasons.season_open, name="season_open"),
    path(f"{SEASON}ngay/", seasons.season_dates, name="season_dates"),
    path(f"{SEASON}khoa/", seasons.season_lock, name="season_lock"),
    path(f"{SEASON}mo-lai/", seasons.season_unlock, name="season_unlock"),
]
