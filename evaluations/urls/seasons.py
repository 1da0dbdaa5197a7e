"""Addresses of a province's administration of seasons."""

from django.urls import URLPattern, path

from ..views import delegations, season_year, seasons

SEASON = "quan-tri/ky-danh-gia/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("quan-tri/", seasons.administration, name="administration"),
    path("quan-tri/ky-danh-gia/", seasons.seasons, name="seasons"),
    path("quan-tri/ky-danh-gia/mo/", seasons.season_open, name="season_open"),
    path("quan-tri/ky-danh-gia/mo-ca-nam/", season_year.season_open_all, name="season_open_all"),
    path(f"{SEASON}ngay/", seasons.season_dates, name="season_dates"),
    path(f"{SEASON}khoa/", seasons.season_lock, name="season_lock"),
    path(f"{SEASON}mo-lai/", seasons.season_unlock, name="season_unlock"),
    path("quan-tri/uy-quyen/", delegations.delegations, name="delegations"),
    path("quan-tri/uy-quyen/them/", delegations.delegation_new, name="delegation_new"),
    path("quan-tri/uy-quyen/<int:pk>/ket-thuc/", delegations.delegation_end, name="delegation_end"),
]
