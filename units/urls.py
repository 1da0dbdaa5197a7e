"""Addresses of the register of units and of who holds which role."""

from django.urls import path

from .views import keeping, people, register

app_name = "units"
urlpatterns = [
    path("don-vi/", register.unit_list, name="list"),
    path("don-vi/moi/", keeping.create, name="create"),
    path("don-vi/<int:pk>/", register.unit_detail, name="detail"),
    path("don-vi/<int:pk>/so-lieu/", keeping.head_counts, name="head_counts"),
    path("don-vi/<int:pk>/sua/", keeping.correct, name="correct"),
    path("don-vi/<int:pk>/thay-doi/", keeping.revise, name="revise"),
    path("don-vi/<int:pk>/ket-thuc/", keeping.close, name="close"),
    path("quan-tri/nguoi-dung/", people.people, name="people"),
    path("quan-tri/nguoi-dung/phan-cong/", people.assign, name="assign"),
    path("quan-tri/nguoi-dung/<int:pk>/ket-thuc/", people.end, name="end_assignment"),
]
