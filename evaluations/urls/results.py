"""Addresses of outcomes that were decided elsewhere or on paper."""

from django.urls import URLPattern, path

from ..views import results

ONE = "ket-qua/khac/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("ket-qua/khac/", results.recorded, name="recorded_results"),
    path("ket-qua/khac/moi/", results.record, name="result_new"),
    path(ONE, results.edit, name="result_edit"),
    path(f"{ONE}bo/", results.strike, name="result_strike"),
    path("ket-qua/nhap/", results.import_page, name="result_import"),
    path("ket-qua/nhap/mau/", results.template, name="result_template"),
]
