"""Every address of the portal, app by app."""

from allauth.account import views as account_views
from django.urls import URLPattern, URLResolver, include, path

from antq_portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("dang-nhap/", account_views.login, name="account_login"),
    path("dang-xuat/", account_views.logout, name="account_logout"),
    path("doi-mat-khau/", account_views.password_change, name="account_change_password"),
    path("cong-viec/", include("jobs.urls")),
]
