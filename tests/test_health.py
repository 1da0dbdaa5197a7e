"""The ground that every page stands on: health, headers, sign-in by default."""

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_healthz_answers_without_sign_in_and_with_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")

    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert "no-store" in response["Cache-Control"]
    assert response.cookies == {}


def test_healthz_says_503_while_the_database_is_down(client, monkeypatch):
    def refuse(*_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    assert client.get("/healthz").status_code == 503


def test_healthz_refuses_to_be_posted_to(client):
    assert client.post("/healthz").status_code == 405


def test_every_answer_forbids_inline_and_foreign_code(client):
    policy = client.post("/healthz")["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_page_sends_a_stranger_to_the_sign_in_page(client):
    response = client.get("/doi-mat-khau/")

    assert (response.status_code, response["Location"]) == (
        302,
        "/dang-nhap/?next=/doi-mat-khau/",
    )
