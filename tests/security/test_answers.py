"""What every answer of the portal carries, and which ways of asking it takes."""

import pytest
from django.urls import reverse

from tests.pages import address
from tests.story import open_seasons, year

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/don-vi/", "/quyet-dinh/", f"/ho-so/{year()}/", "/api/v1/me/", "/khong-co/"]
)
def test_no_page_of_a_person_stays_in_the_browser(client, cast, path):
    open_seasons(cast)
    client.force_login(cast.lan)
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize("name", ["queue_take_up", "queue_appraise"])
def test_acts_on_many_files_are_posted(client, cast, name, method):
    client.force_login(cast.minh)
    assert getattr(client, method)(address(name)).status_code == 405


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example"]
)
def test_signing_out_leads_nowhere_else(client, cast, elsewhere):
    client.force_login(cast.lan)
    answer = client.post(reverse("account_logout"), {"next": elsewhere})
    assert answer["Location"] == reverse("account_login")
