"""The link by which a person sets a password: one use, seven days, stored as its hash."""

import datetime as dt
import logging
import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from rest_framework.authtoken.models import Token

from accounts.models import ActivationLink, AuditEvent, User
from accounts.services import (
    NewAccount,
    activate_account,
    issue_link,
    link_for,
    lock_account,
    open_account,
    unlock_account,
)
from antq_portal.logs import JsonLine

pytestmark = pytest.mark.django_db
PASSWORD = "một câu dài dễ nhớ"
NOW = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _empty_cache(db):
    cache.clear()


@pytest.fixture
def keeper(db):
    return User.objects.create_user("thu", password=PASSWORD)


@pytest.fixture
def issued(keeper):
    person = NewAccount(" Canbo.Moi ", "Lò  Văn Mới", "cán bộ Công an xã", "0912 000 111")
    return open_account(person, province_id=38, by=keeper)


def page(issued):
    return f"/kich-hoat/{issued.token}/"


def choose(client, issued, first=PASSWORD, again=None, **more):
    second = first if again is None else again
    return client.post(page(issued), {"password1": first, "password2": second, **more})


def test_account_is_opened_without_a_password_anybody_knows(issued):
    user = issued.link.user

    assert (user.username, user.full_name, user.province_id) == ("canbo.moi", "Lò Văn Mới", 38)
    assert not user.has_usable_password()
    assert [row.act for row in AuditEvent.objects.order_by("sequence")] == [
        "account.open", "account.link",
    ]  # fmt: skip


def test_token_stands_nowhere_in_the_database(issued):
    tables = connection.introspection.table_names()
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{issued.token}%"]
            )
            assert cursor.fetchone()[0] == 0, table


def test_name_that_is_taken_is_refused(issued, keeper):
    with pytest.raises(ValidationError) as refused:
        open_account(NewAccount("CANBO.MOI", "Ai đó"), province_id=38, by=keeper)

    assert list(refused.value.message_dict) == ["username"]


def test_person_sets_a_password_and_signs_in_with_it(client, issued):
    assert "canbo.moi" in client.get(page(issued)).content.decode()

    answer = choose(client, issued)

    assert (answer.status_code, answer.url) == (302, "/dang-nhap/")
    assert "_auth_user_id" not in client.session
    client.post("/dang-nhap/", {"login": "canbo.moi", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(issued.link.user_id)
    assert AuditEvent.objects.filter(act="account.activate", province_id=38).count() == 1


def test_link_is_used_once(client, issued):
    choose(client, issued)

    assert client.get(page(issued)).status_code == 404
    assert choose(client, issued, "câu khác cũng rất dài").status_code == 404
    assert User.objects.get(username="canbo.moi").check_password(PASSWORD)


def test_link_ends_after_seven_days(client, keeper, time_machine):
    time_machine.move_to(NOW, tick=False)
    issued = open_account(NewAccount("moi", "Mới"), province_id=38, by=keeper)
    time_machine.move_to(NOW + dt.timedelta(days=7, seconds=-1), tick=False)
    assert client.get(page(issued)).status_code == 200

    time_machine.move_to(NOW + dt.timedelta(days=7), tick=False)

    assert client.get(page(issued)).status_code == 404
    assert choose(client, issued).status_code == 404


def test_new_link_voids_the_old_one(client, issued, keeper):
    again = issue_link(issued.link.user, by=keeper, province_id=38)

    assert client.get(page(issued)).status_code == 404
    assert client.get(page(again)).status_code == 200


def test_database_keeps_one_open_link_for_each_person(issued, keeper):
    with (
        pytest.raises(IntegrityError, match="activation_link_one_open_per_user"),
        transaction.atomic(),
    ):
        ActivationLink.objects.create(
            user=issued.link.user, token_hash="x", issued_at=NOW, issued_by=keeper,
            expires_at=NOW + dt.timedelta(days=1),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"used_at": NOW, "voided_at": NOW}, "activation_link_used_or_voided"),
        (
            {"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
            "activation_link_expires_after_issue",
        ),
    ],
)
def test_database_refuses_an_impossible_link(issued, changed, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ActivationLink.objects.filter(pk=issued.link.pk).update(**changed)


@pytest.mark.parametrize(
    ("first", "again", "field"),
    [
        ("ngắn", None, "password1"),
        ("canbo.moi.12", None, "password1"),
        ("1qaz2wsx3edc", None, "password1"),
        (PASSWORD, "câu khác cũng dài", "password2"),
        ("", "", "password1"),
    ],
)
def test_weak_or_unequal_passwords_use_nothing_up(client, issued, first, again, field):
    answer = choose(client, issued, first, again)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "This " not in answer.content.decode()
    assert link_for(issued.token) is not None
    assert not User.objects.get(username="canbo.moi").has_usable_password()


def test_locked_account_is_not_activated(client, issued, keeper):
    lock_account(issued.link.user, reason="nghỉ việc", by=keeper, province_id=38)

    assert client.get(page(issued)).status_code == 404
    with pytest.raises(ValidationError, match="khóa"):
        issue_link(issued.link.user, by=keeper, province_id=38)
    unlock_account(issued.link.user, by=keeper, province_id=38)
    assert client.get(page(issued)).status_code == 404
    with pytest.raises(ActivationLink.DoesNotExist):
        activate_account(issued.token, password=PASSWORD)


def test_setting_a_password_ends_sessions_and_api_tokens(client, client_of, issued, keeper):
    user = issued.link.user
    Token.objects.create(user=user)
    inside = client_of(user)
    assert inside.get("/").status_code == 200

    choose(client, issued)

    assert inside.get("/").status_code == 302
    assert not Token.objects.exists()


@pytest.fixture
def client_of(client):
    def signed_in(user):
        other = client.__class__()
        other.force_login(user)
        return other

    return signed_in


def test_whoever_is_signed_in_is_signed_out(client, issued, keeper):
    client.force_login(keeper)

    choose(client, issued)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../dang-nhap", "%00", "é" * 20, "x" * 5000])
def test_an_invented_token_opens_nothing(client, issued, token):
    answer = client.get(f"/kich-hoat/{token}/")

    assert answer.status_code in (400, 404)


def test_guessing_is_stopped_even_for_a_right_token(client, issued):
    for number in range(30):
        assert client.get(f"/kich-hoat/{number}/").status_code == 404

    assert client.get("/kich-hoat/another/").status_code == 429
    assert client.get(page(issued)).status_code == 429
    assert client.get(page(issued), REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/"])
def test_next_leads_nowhere_else(client, issued, evil):
    answer = client.post(
        f"{page(issued)}?next={evil}",
        {"password1": PASSWORD, "password2": PASSWORD, "next": evil},
    )

    assert answer.url == "/dang-nhap/"


def test_new_password_opens_the_lock_of_wrong_ones(client, issued, keeper):
    for _ in range(6):
        client.post("/dang-nhap/", {"login": "canbo.moi", "password": "sai"})

    choose(client, issued)
    client.post("/dang-nhap/", {"login": "canbo.moi", "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(issued.link.user_id)


def test_neither_password_nor_token_is_logged(client, issued, capsys, caplog):
    choose(client, issued, "ngắn")
    choose(client, issued)
    choose(client, issued)

    written = caplog.text + capsys.readouterr().out
    lines = re.sub(r"(?m)^WARNING .*$", "", caplog.text)
    assert PASSWORD not in written
    assert PASSWORD not in str(list(AuditEvent.objects.values_list("details", "summary")))
    assert issued.token not in capsys.readouterr().out + lines


def test_log_lines_hide_the_address():
    record = logging.LogRecord(
        "django.request", 30, "", 0, "Not Found: %s", ("/kich-hoat/abc-D_1/",), None
    )

    assert "abc-D_1" not in JsonLine().format(record)
    assert "/kich-hoat/…/" in JsonLine().format(record)
