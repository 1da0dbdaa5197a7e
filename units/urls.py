"""Addresses of the register of units and of who holds which role."""

from django.urls import path

from .views import accounts, coverage, importing, keeping, levels, people, register

app_name = "units"
urlpatterns = [
    path("don-vi/", register.unit_list, name="list"),
    path("don-vi/moi/", keeping.create, name="create"),
    path("don-vi/nhap-excel/", importing.import_sheet, name="import_sheet"),
    path("don-vi/cap-quan-ly/", levels.settle, name="settle_levels"),
    path("don-vi/nhap-excel/mau/", importing.import_file, name="import_file"),
    path("don-vi/<int:pk>/", register.unit_detail, name="detail"),
    path("don-vi/<int:pk>/so-lieu/", keeping.head_counts, name="head_counts"),
    path("don-vi/<int:pk>/sua/", keeping.correct, name="correct"),
    path("don-vi/<int:pk>/thay-doi/", keeping.revise, name="revise"),
    path("don-vi/<int:pk>/ket-thuc/", keeping.close, name="close"),
    path("quan-tri/dien-don-vi/", coverage.coverage, name="coverage"),
    path("quan-tri/nguoi-dung/", people.people, name="people"),
    path("quan-tri/nguoi-dung/phan-cong/", people.assign, name="assign"),
    path("quan-tri/nguoi-dung/tai-khoan/", accounts.account_list, name="accounts"),
    path("quan-tri/nguoi-dung/tai-khoan/moi/", accounts.open_new, name="account_open"),
    path("quan-tri/nguoi-dung/tai-khoan/<int:pk>/", accounts.account_detail, name="account"),
    path("quan-tri/nguoi-dung/tai-khoan/<int:pk>/sua/", accounts.correct, name="account_correct"),
    path("quan-tri/nguoi-dung/tai-khoan/<int:pk>/lien-ket/", accounts.link, name="account_link"),
    path("quan-tri/nguoi-dung/tai-khoan/<int:pk>/khoa/", accounts.lock, name="account_lock"),
    path("quan-tri/nguoi-dung/tai-khoan/<int:pk>/mo-khoa/", accounts.unlock, name="account_unlock"),
    path("quan-tri/nguoi-dung/<int:pk>/ket-thuc/", people.end, name="end_assignment"),
]
