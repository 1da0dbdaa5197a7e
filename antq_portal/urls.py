"""Every address of the portal, app by app."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from antq_portal import health
from antq_portal.lib.years import YearConverter

register_converter(YearConverter, "year")

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("cong-viec/", include("jobs.urls")),
    path("", include("units.urls")),
    path("bao-cao/", include("reports.urls")),
    path("api/v1/", include("antq_portal.api")),
    path("", include("evaluations.urls")),
]
