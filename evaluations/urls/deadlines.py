"""Addresses of the calendar, of an authority's own milestones, of extensions and reminders."""

from django.urls import URLPattern, path

from ..views import calendar, deadline_acts, mail_runs

FILE = "ho-so/<year:year>/<int:unit_id>/gia-han/"

urlpatterns: list[URLPattern] = [
    path("lich/", calendar.calendar, name="calendar"),
    path("lich/moc/", deadline_acts.milestones, name="milestones"),
    path("lich/nhac/", deadline_acts.nudge, name="nudge"),
    path("quan-tri/thu-nhac-viec/", mail_runs.mail_runs, name="mail_runs"),
    path(FILE, deadline_acts.extension_new, name="extension_new"),
    path(f"{FILE}bo/", deadline_acts.extension_end, name="extension_end"),
]
