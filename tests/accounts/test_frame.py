"""What the frame of every page shows to whom, and /api/v1/me."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token

from accounts.models import User
from accounts.roles import Role
from antq_portal.context import NAVIGATION, Standing, frame, nav_items
from jobs.models import Job
from tests.cast import LONG_AGO, give_role, make_person

pytestmark = pytest.mark.django_db


def labels(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return [item["label"] for item in nav_items(request, Standing(user))]


def allowed(user):
    standing = Standing(user)
    return [label for label, _, is_for in NAVIGATION if is_for(standing)]


EVERYBODY = ["Việc của tôi", "Đơn vị", "Việc đang chạy"]
SCOPE = [
    "Việc của tôi",
    "Bảng hồ sơ năm",
    "Lịch",
    "Quyết định",
    "Báo cáo",
    "Đơn vị",
    "Việc đang chạy",
]


def test_navigation_shows_what_the_person_has_use_for(cast):
    officer = SCOPE.copy()
    officer[3:3] = ["Sổ vụ việc", "Tổ bảo vệ"]
    appraiser = officer.copy()
    appraiser.insert(3, "Thẩm định")
    without_area = [label for label in SCOPE if label != "Lịch"]

    assert allowed(cast.lan) == officer
    assert allowed(cast.minh) == appraiser
    assert allowed(cast.thu) == [*SCOPE, "Quản trị"]
    assert allowed(cast.root) == [*without_area, "Quản trị"]
    assert allowed(make_person("khach")) == EVERYBODY


def test_reporter_has_no_use_for_decisions(cast):
    reporter = make_person("truong")
    give_role(reporter, Role.REPORTER, cast.che_lau)

    assert "Quyết định" not in allowed(reporter)
    assert "Hồ sơ của đơn vị" in allowed(reporter)
    assert "Bảng hồ sơ năm" not in allowed(reporter)


def test_ended_assignment_gives_nothing(cast):
    past = make_person("cu")
    give_role(past, Role.APPRAISER, cast.na_meo, ends_on=LONG_AGO)

    assert allowed(past) == EVERYBODY


def test_every_page_of_the_navigation_is_there(cast):
    person = make_person("tong")
    for role in Role:
        give_role(person, role, cast.na_meo)

    of_reporters = "Hồ sơ của đơn vị"
    assert labels(person) == [label for label, *_ in NAVIGATION if label != of_reporters]


def test_open_page_is_marked(cast):
    request = RequestFactory().get("/cong-viec/7/")
    request.user = cast.lan

    marked = [item["label"] for item in nav_items(request, Standing(cast.lan)) if item["current"]]

    assert marked == ["Việc đang chạy"]


def test_unfinished_jobs_are_counted(cast):
    Job.objects.create(task="x", title="x", requested_by=cast.lan)
    Job.objects.create(task="x", title="x", requested_by=cast.nga)
    request = RequestFactory().get("/")
    request.user = cast.lan

    items = nav_items(request, Standing(cast.lan))

    assert [item["count"] for item in items if item["label"] == "Việc đang chạy"] == [1]


def test_card_says_who_as_what_where(cast):
    request = RequestFactory().get("/")
    request.user = cast.lan

    card = frame(request)["account_card"]

    assert dict(card) == {
        "name": "Lò Thị Lan",
        "roles": "Cán bộ phụ trách",
        "unit": "Xã Na Mèo",
    }


def test_card_of_the_national_administrator(cast):
    request = RequestFactory().get("/")
    request.user = cast.root

    assert frame(request)["account_card"]["roles"] == "Quản trị hệ thống"


def test_frame_costs_two_queries_and_nothing_when_no_template_asks(cast):
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=cast.lan.pk)
    with CaptureQueriesContext(connection) as before:
        shown = frame(request)
    with CaptureQueriesContext(connection) as after:
        bool(shown["nav_items"])
        bool(shown["account_card"])

    assert (len(before), len(after)) == (0, 2)


def test_me_says_who_is_asking_and_their_roles(client, cast):
    client.force_login(cast.lan)

    answer = client.get("/api/v1/me")

    assert answer.json() == {
        "username": "lan",
        "full_name": "Lò Thị Lan",
        "position": "",
        "is_superuser": False,
        "roles": [
            {
                "role": "officer",
                "label": "Cán bộ phụ trách",
                "unit": {"id": cast.na_meo.pk, "name": "Xã Na Mèo"},
                "starts_on": "2020-01-01",
                "ends_on": None,
            }
        ],
    }


def test_me_takes_a_token_and_a_trailing_slash(client, cast):
    token = Token.objects.create(user=cast.nga)

    answer = client.get("/api/v1/me/", headers={"Authorization": f"Token {token.key}"})

    assert sorted(role["role"] for role in answer.json()["roles"]) == [
        "appraiser",
        "approver",
        "clerk",
        "officer",
    ]


def test_me_leaves_out_ended_roles(client, cast):
    past = make_person("cu")
    give_role(past, Role.APPRAISER, cast.na_meo, ends_on=LONG_AGO)
    client.force_login(past)

    assert client.get("/api/v1/me").json()["roles"] == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token wrong"}])
def test_me_refuses_a_stranger(client, headers, db):
    assert client.get("/api/v1/me", headers=headers).status_code in (401, 403)


def test_me_costs_as_many_queries_for_four_roles_as_for_one(client, cast):
    counts = []
    for person in (cast.lan, cast.nga):
        client.force_login(person)
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/v1/me")
        counts.append(len(captured))

    assert counts[0] == counts[1]
