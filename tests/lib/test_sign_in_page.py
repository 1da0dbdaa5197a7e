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
