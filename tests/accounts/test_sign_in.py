"""Signing in, locks by account, signing out, changing the password."""

import datetime as dt

import pytest
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.selectors import DEMO_PASSWORD

pytestmark = pytest.mark.django_db
PASSWORD = "một câu dài dễ nhớ"


@pytest.fixture(autouse=True)
def _empty_cache(db):
    cache.clear()


@pytest.fixture
def lan(db):
    return User.objects.create_user("lan", password=PASSWORD, full_name="Lò Thị Lan")


@pytest.fixture
def nga(db):
    return User.objects.create_user("nga", password=PASSWORD)


def sign_in(client, login, password=PASSWORD, address="/dang-nhap/", **extra):
    return client.post(address, {"login": login, "password": password}, **extra)


def text(answer):
    return answer.content.decode()


def person_of(client):
    return client.session.get("_auth_user_id")


def test_page_speaks_vietnamese(client):
    page = text(client.get("/dang-nhap/"))

    assert "Tên đăng nhập" in page
    assert "Mật khẩu" in page
    assert "Username" not in page


def test_right_password_signs_in_and_leads_home(client, lan):
    answer = sign_in(client, "lan")

    assert (answer.status_code, answer.url, person_of(client)) == (302, "/", str(lan.pk))


def test_name_may_be_typed_in_capitals_and_with_spaces(client, lan):
    sign_in(client, " LAN ")

    assert person_of(client) == str(lan.pk)


@pytest.mark.parametrize("login", ["lan", "nobody"])
def test_wrong_password_and_unknown_name_are_told_alike(client, lan, login):
    answer = sign_in(client, login, "sai")

    assert answer.status_code == 200
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in text(answer)
    assert person_of(client) is None


def test_missing_fields_are_asked_for_in_vietnamese(client):
    answer = sign_in(client, "", "")

    assert "This field" not in text(answer)
    assert answer.context["form"].errors == {
        "login": ["Trường này là bắt buộc."],
        "password": ["Trường này là bắt buộc."],
    }


def test_account_that_was_switched_off_is_told_so_once_its_password_is_right(client, lan):
    User.objects.update(is_active=False)

    assert "đã ngừng hoạt động" in text(sign_in(client, "lan"))
    assert "đã ngừng hoạt động" not in text(sign_in(client, "lan", "sai"))
    assert person_of(client) is None


def fail_five_times(client, login):
    for _ in range(5):
        answer = sign_in(client, login, "sai")
        assert "không đúng" in text(answer)


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, lan):
    fail_five_times(client, "lan")

    answer = sign_in(client, "lan")

    assert "tạm khóa" in text(answer)
    assert person_of(client) is None


def test_lock_is_of_the_account_and_not_of_the_office_s_address(client, lan, nga):
    fail_five_times(client, "lan")

    sign_in(client, "nga")

    assert person_of(client) == str(nga.pk)


def test_lock_holds_for_every_address_and_spelling(client, lan):
    fail_five_times(client, "lan")

    for login in ("LAN", " lan", "Lan"):
        assert "tạm khóa" in text(sign_in(client, login, REMOTE_ADDR="203.0.113.9"))


def test_lock_ends_after_fifteen_minutes(client, lan, time_machine):
    start = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    time_machine.move_to(start, tick=False)
    fail_five_times(client, "lan")
    time_machine.move_to(start + dt.timedelta(minutes=14), tick=False)
    assert "tạm khóa" in text(sign_in(client, "lan"))

    time_machine.move_to(start + dt.timedelta(minutes=15, seconds=1), tick=False)
    sign_in(client, "lan")

    assert person_of(client) == str(lan.pk)


def test_signing_in_rightly_does_not_use_up_tries(client, lan):
    for _ in range(8):
        sign_in(client, "lan")
        client.post("/dang-xuat/")

    sign_in(client, "lan")

    assert person_of(client) == str(lan.pk)


def test_failures_are_logged_without_the_password(client, lan, caplog):
    sign_in(client, "lan", "bí mật của tôi")

    assert "sign-in failed for LAN" in caplog.text
    assert "bí mật" not in caplog.text


def test_next_leads_back_to_the_page_asked_for(client, lan):
    answer = client.post(
        "/dang-nhap/", {"login": "lan", "password": PASSWORD, "next": "/cong-viec/"}
    )

    assert answer.url == "/cong-viec/"


def test_page_keeps_next_in_the_form(client):
    page = text(client.get("/dang-nhap/?next=/cong-viec/"))

    assert '<input type="hidden" name="next" value="/cong-viec/">' in page


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_next_never_leads_elsewhere(client, lan, evil):
    answer = client.post("/dang-nhap/", {"login": "lan", "password": PASSWORD, "next": evil})

    assert answer.url == "/"


def test_session_lasts_eight_hours_and_its_cookie_as_long_as_the_browser(client, lan):
    answer = sign_in(client, "lan")

    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert client.session.get_expiry_age() == 8 * 60 * 60


def test_sign_in_makes_a_new_session(client, lan):
    client.get("/dang-nhap/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key

    sign_in(client, "lan")

    assert client.session.session_key != before


def test_nobody_signs_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_signing_out_asks_first_and_needs_post(client, lan):
    client.force_login(lan)

    assert "Đăng xuất?" in text(client.get("/dang-xuat/"))
    assert person_of(client) == str(lan.pk)
    answer = client.post("/dang-xuat/")

    assert (answer.url, person_of(client)) == ("/dang-nhap/", None)


def test_stranger_who_signs_out_is_led_to_sign_in(client):
    assert client.get("/dang-xuat/", follow=True).redirect_chain[-1][0].startswith("/dang-nhap/")


def change(client, old, new, again=None):
    return client.post(
        "/doi-mat-khau/",
        {"oldpassword": old, "password1": new, "password2": new if again is None else again},
    )


def test_password_is_changed_and_the_session_kept(client, lan):
    client.force_login(lan)

    answer = change(client, PASSWORD, "câu mới cũng khá dài")

    lan.refresh_from_db()
    assert answer.status_code == 302
    assert lan.check_password("câu mới cũng khá dài")
    assert client.get("/doi-mat-khau/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "said"),
    [
        ("sai", "câu mới cũng khá dài", None, "oldpassword", "Mật khẩu đang dùng không đúng."),
        (
            PASSWORD, "câu mới cũng khá dài", "câu khác", "password2",
            "Hai lần nhập mật khẩu mới không giống nhau.",
        ),
        (PASSWORD, "ngắn", None, "password1", "12"),
    ],
)  # fmt: skip
def test_password_is_not_changed_when_something_is_wrong(client, lan, old, new, again, field, said):
    client.force_login(lan)

    answer = change(client, old, new, again)

    lan.refresh_from_db()
    assert said in " ".join(answer.context["form"].errors[field])
    assert lan.check_password(PASSWORD)


def test_old_password_cannot_be_guessed_from_an_open_session(client, lan):
    client.force_login(lan)
    for _ in range(5):
        assert change(client, "sai", "câu mới cũng khá dài").status_code == 200

    answer = change(client, PASSWORD, "câu mới cũng khá dài")

    assert (answer.status_code, "Gửi quá nhiều lần" in text(answer)) == (429, True)


def test_password_page_speaks_vietnamese(client, lan):
    client.force_login(lan)

    page = text(client.get("/doi-mat-khau/"))

    assert "Mật khẩu đang dùng" in page
    assert "Mật khẩu phải có ít nhất 12 ký tự" in page
    assert "password" not in page.replace('type="password"', "").split("<main")[1].replace(
        "password1", ""
    ).replace("password2", "").replace("oldpassword", "").replace("-password", "")


def test_demo_says_so_and_names_its_accounts(client, lan):
    User.objects.create_user("canbo.nameo", full_name="Lò Văn Thành", is_demo=True)

    page = text(client.get("/dang-nhap/"))

    assert "Bản trình diễn" in page
    assert "canbo.nameo" in page
    assert f"<code>{DEMO_PASSWORD}</code>" in page
    assert "<code>lan</code>" not in page


def test_real_portal_names_no_account(client, lan):
    page = text(client.get("/dang-nhap/"))

    assert "rình diễn" not in page
    assert "ANTQ-demo" not in page


def test_who_never_had_a_password_is_told_who_gives_one(client, lan):
    """The session of another way of signing in; allauth leads to a page that is not ours."""
    lan.set_unusable_password()
    lan.save()
    client.force_login(lan)

    shown, posted = client.get("/doi-mat-khau/"), change(client, "", "câu mới cũng khá dài")

    for answer in (shown, posted):
        assert answer.status_code == 409
        assert "Tài khoản này chưa có mật khẩu" in text(answer)
    lan.refresh_from_db()
    assert not lan.has_usable_password()


def test_who_is_switched_off_while_signing_in_is_led_back_to_sign_in(rf, lan):
    answer = get_adapter().respond_user_inactive(rf.get("/"), lan)

    assert answer.url == reverse("account_login")
