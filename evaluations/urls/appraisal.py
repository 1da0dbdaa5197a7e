"""Addresses of appraisal: the queue, one file, the sessions."""

from django.urls import URLPattern, path

from ..views import (
    appraisal,
    appraisal_acts,
    appraisal_rows,
    late_events,
    queue,
    returning,
    sessions,
    source_acts,
    strictness,
)

FILE = "tham-dinh/<year:year>/<int:unit_id>/"

urlpatterns: list[URLPattern] = [
    path("tham-dinh/", queue.queue, name="queue"),
    path("tham-dinh/nhan/", queue.queue_bulk, {"act": "nhan"}, name="queue_take_up"),
    path("tham-dinh/xac-nhan/", queue.queue_bulk, {"act": "xac-nhan"}, name="queue_appraise"),
    path("tham-dinh/khong-phat-sinh/", late_events.quiet, name="quiet"),
    path("tham-dinh/<year:year>/so-sanh/", strictness.strictness, name="strictness"),
    path("tham-dinh/phien/", sessions.sessions, name="sessions"),
    path("tham-dinh/phien/moi/", sessions.session_new, name="session_new"),
    path("tham-dinh/phien/<int:pk>/", sessions.session_page, name="session"),
    path("tham-dinh/phien/<int:pk>/sua/", sessions.session_edit, name="session_edit"),
    path("tham-dinh/phien/<int:pk>/don-vi/", sessions.session_units, name="session_units"),
    path("tham-dinh/phien/<int:pk>/bo-don-vi/", sessions.session_drop, name="session_drop"),
    path("ho-so/<year:year>/<int:unit_id>/phat-sinh/", late_events.report, name="late_event"),
    path(f"{FILE}phat-sinh/<int:pk>/", late_events.settle, name="late_event_settle"),
    path(FILE, appraisal.appraisal, name="appraisal"),
    path(f"{FILE}dong/<int:criterion_id>/", appraisal_rows.conclude_row, name="appraisal_row"),
    path(f"{FILE}lay-theo-nguon/", source_acts.mend_row, name="appraisal_follow"),
    path(f"{FILE}nhan/", appraisal_acts.take_up, name="appraisal_take_up"),
    path(f"{FILE}nhan-thay/", appraisal_acts.take_over, name="appraisal_take_over"),
    path(f"{FILE}tra-lai/", returning.send_back, name="appraisal_return"),
    path(f"{FILE}xac-nhan/", appraisal_acts.confirm, name="appraisal_confirm"),
    path(f"{FILE}mo-lai/", appraisal_acts.reopen, name="appraisal_reopen"),
    path(f"{FILE}sua-loi-nhap/<int:criterion_id>/", appraisal_acts.mend, name="appraisal_mend"),
]
