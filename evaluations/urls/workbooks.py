"""Addresses of the season as a workbook."""

from django.urls import URLPattern, path

from ..views import workbooks

EXCEL = "ho-so/<year:year>/excel/"

urlpatterns: list[URLPattern] = [
    path(EXCEL, workbooks.workbook, name="workbook"),
    path(f"{EXCEL}tep/", workbooks.workbook_file, name="workbook_file"),
    path(f"{EXCEL}<int:pk>/", workbooks.workbook_check, name="workbook_check"),
    path(f"{EXCEL}<int:pk>/tep/", workbooks.workbook_marked, name="workbook_marked"),
]
