import re

import pytest

pytestmark = pytest.mark.django_db


def test_sign_in_page_posts_login_and_password(client):
    html = client.get("/dang-nhap/").content.decode()

    names = re.findall(r'<input[^>]* name="(\w+)"', html)
    assert {"login", "password", "csrfmiddlewaretoken"} <= set(names)
    assert 'action="/dang-nhap/"' in html


def test_sign_in_page_says_calmly_that_it_did_not_work(client):
    html = client.post("/dang-nhap/", {"login": "ai.do", "password": "sai"}).content.decode()

    assert "Chưa đăng nhập được" in html
    assert 'role="alert"' in html
    assert 'value="ai.do"' in html


def test_sign_in_page_keeps_where_one_was_going(client):
    html = client.get("/dang-nhap/?next=/don-vi/").content.decode()

    assert '<input type="hidden" name="next" value="/don-vi/">' in html


def test_password_page_asks_in_vietnamese(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("lan", password="mat-khau-dai-1"))

    html = client.get("/doi-mat-khau/").content.decode()

    labels = re.findall(r"<label[^>]*>([^<]+)", html)
    assert labels[-3:] == ["Mật khẩu đang dùng", "Mật khẩu mới", "Nhập lại mật khẩu mới"]


def test_signing_out_is_a_post(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("lan", password="mat-khau-dai-1"))

    asked = client.get("/dang-xuat/").content.decode()

    assert '<form method="post" action="/dang-xuat/" data-sign-out>' in asked
    assert client.post("/dang-xuat/").status_code == 302
