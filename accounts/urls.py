"""Signing in and out, and the first password; allauth knows these pages by these names, so they carry no namespace."""

from allauth.account import views as account_views
from django.urls import path

from . import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="account_login"),
    path("dang-xuat/", account_views.logout, name="account_logout"),
    path("doi-mat-khau/", views.password_change, name="account_change_password"),
    path("nhac-viec/", views.reminders, name="account_reminders"),
    path("kich-hoat/<str:token>/", views.activate, name="account_activate"),
]
