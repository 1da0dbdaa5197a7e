"""Every address of a unit, asked about units that are no more or not yet and years that never were.

Whoever asks, with whatever form: the answer is calm, never a fault of the server.
"""

import datetime as dt
import logging

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.timezone import localdate

from evaluations.views.file_acts import HANDLERS
from tests import story
from tests.cast import make_unit, version_of
from units.models import Kind, SubKind, UnitVersion
from units.services import close_unit

pytestmark = pytest.mark.django_db
PEOPLE = ("lan", "minh", "root")
YEARS = (0, 9999, 99999, 2**63)
LONG = "x" * 9000
FORMS = (
    {}, {"note": LONG, "reason": LONG, "don_vi": "9" * 30, "lan": "x"},
    *({"viec": act} for act in HANDLERS),
)  # fmt: skip


def addresses(patterns=None, space=""):
    """Every named address that takes a unit, with the names of what it takes."""
    for one in patterns or get_resolver().url_patterns:
        if not isinstance(one, URLPattern):
            inside = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, inside)
            continue
        takes = list(one.pattern.converters)
        if "unit_id" in takes or (space == "units:" and "detail" in f"{one.name}"):
            yield f"{space}{one.name}", takes


@pytest.fixture
def odd(cast):
    """A unit that has ended with a file, and one whose first version is still to come."""
    story.open_seasons(cast)
    story.answered(cast.hiem, officer=cast.lan)
    close_unit(cast.hiem, ended_on=localdate(), legal_act="Nghị quyết 5/NQ-HĐND", by=cast.lan)
    new = make_unit(
        Kind.RESIDENTIAL_AREA, "Mai Sau", parent=cast.na_meo, sub_kind=SubKind.BAN,
        valid_from=localdate() + dt.timedelta(days=9),
    )  # fmt: skip
    assert version_of(cast.hiem)
    assert not UnitVersion.objects.in_force().filter(unit=new).exists()
    return [cast.hiem.pk, new.pk]


@pytest.fixture
def ask(cast):
    """Ask as somebody and take it back; keep what was answered with a fault."""
    clients, faults, log = {}, [], logging.getLogger("django.request")
    for name in PEOPLE:
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(getattr(cast, name))

    def asked(url, data=None):
        for name, client in clients.items():
            with transaction.atomic():
                answer = client.get(url) if data is None else client.post(url, data)
                if answer.status_code >= 500:
                    faults.append(f"{name} {url} {str(data)[:80]}: {answer.status_code}")
                transaction.set_rollback(True)
        return faults

    log.disabled = True
    yield asked
    log.disabled = False


def made(name, takes, unit_id, year):
    given = {"unit_id": unit_id, "pk": unit_id, "year": year}
    return reverse(name, kwargs={one: given.get(one, 1) for one in takes})


@pytest.mark.slow
def test_a_unit_that_is_no_more_or_not_yet_is_answered_calmly(odd, ask):
    faults = []
    for name, takes in addresses():
        for unit_id in odd:
            url = made(name, takes, unit_id, story.year())
            faults = ask(url)
            for data in FORMS[: None if name == "evaluations:file" else 2]:
                faults = ask(url, data)

    assert faults == [], "\n".join(faults)


def test_a_year_that_never_was_is_answered_calmly(odd, ask):
    faults = []
    for name, takes in addresses():
        for year in YEARS if "year" in takes else ():
            url = made(name, takes, odd[0], year)
            faults = ask(url)
            faults = ask(url, {"viec": "mo"})

    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("act", ["luu", "khong-xay-ra", "luu-tai"])
def test_saving_in_the_file_of_a_unit_that_is_no_more_says_so(client, cast, odd, act):
    client.force_login(cast.lan)
    url = reverse("evaluations:file", args=[story.year(), odd[0]])

    answer = client.post(f"{url}?tab=tt124", {"viec": act}, follow=True)

    assert answer.status_code == 200
    assert "Đơn vị không còn từ" in answer.content.decode()


def test_a_unit_that_is_not_yet_has_no_file(client, cast, odd):
    client.force_login(cast.root)

    assert client.get(reverse("evaluations:file", args=[story.year(), odd[1]])).status_code == 404
