"""Every address of the REST API."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import SimpleRouter

from antq_portal import me
from units.api import UnitViewSet

router = SimpleRouter()
router.register("units", UnitViewSet, basename="unit")

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^me/?$", me.me, name="me"),
    path("", include(router.urls)),
]
