"""Every address of the portal, app by app."""

from django.urls import URLPattern, URLResolver, include, path

from antq_portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("cong-viec/", include("jobs.urls")),
    path("", include("units.urls")),
    path("bao-cao/", include("reports.urls")),
    path("api/v1/", include("antq_portal.api")),
    path("", include("evaluations.urls")),
]
