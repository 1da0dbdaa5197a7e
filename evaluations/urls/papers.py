"""Addresses that ask for papers."""

from django.urls import URLPattern, path

from ..views import papers

DECISION = "quyet-dinh/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("ho-so/<year:year>/<int:unit_id>/in/", papers.dossier, name="dossier"),
    path("tham-dinh/phien/<int:pk>/in/", papers.session_papers, name="session_papers"),
    path(
        "tham-dinh/<year:year>/<int:unit_id>/phieu-bo-sung/",
        papers.supplement_request,
        name="supplement_request",
    ),
    path(f"{DECISION}giay-cong-nhan/<int:unit_id>/", papers.certificate, name="certificate"),
    path(f"{DECISION}thong-bao/<int:unit_id>/", papers.notice, name="notice"),
    path(f"{DECISION}xem-truoc/", papers.decision_preview, name="decision_preview"),
    path(f"{DECISION}lap-lai-pdf/", papers.decision_pdf_again, name="decision_pdf_again"),
]
