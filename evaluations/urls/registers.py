"""Addresses of the small registers: the book of incidents, the security teams."""

from django.urls import URLPattern, path

from ..views import incidents, teams

LINE = "so-vu-viec/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("so-vu-viec/", incidents.incidents, name="incidents"),
    path("so-vu-viec/them/", incidents.incident_new, name="incident_new"),
    path("so-vu-viec/xac-nhan/", incidents.book_confirm, name="book_confirm"),
    path(f"{LINE}sua/", incidents.incident_edit, name="incident_edit"),
    path(f"{LINE}gach/", incidents.incident_strike, name="incident_strike"),
    path("to-bao-ve/", teams.teams, name="teams"),
    path("to-bao-ve/them/", teams.team_new, name="team_new"),
    path("to-bao-ve/<int:pk>/sua/", teams.team_edit, name="team_edit"),
]
