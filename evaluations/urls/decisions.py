"""Addresses of decisions, and of the public check of an issued one."""

from django.urls import URLPattern, path

from ..views import annulments, decision_acts, decisions, verification

ONE = "quyet-dinh/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("quyet-dinh/", decisions.decisions, name="decisions"),
    path("quyet-dinh/moi/", decisions.decision_new, name="decision_new"),
    path(ONE, decisions.decision_page, name="decision"),
    path(f"{ONE}tai-ve/", decisions.decision_pdf, name="decision_pdf"),
    path(f"{ONE}trinh-ky/", decision_acts.send, name="decision_send"),
    path(f"{ONE}bo-du-thao/", decision_acts.discard, name="decision_discard"),
    path(f"{ONE}duyet/", decision_acts.approve, name="decision_approve"),
    path(f"{ONE}chuyen-lai/", decision_acts.send_back, name="decision_send_back"),
    path(f"{ONE}ban-hanh/", decision_acts.issue, name="decision_issue"),
    path(f"{ONE}muc/<int:item_id>/", decision_acts.outcome, name="decision_outcome"),
    path(f"{ONE}huy/<int:item_id>/", annulments.annul, name="decision_annul"),
    path("xac-minh/<str:code>/", verification.verify, name="verify"),
]
