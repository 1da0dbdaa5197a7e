"""The province's choices on sub-kinds that the law leaves open: the page, the service, what follows."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import localdate

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from evaluations.models import RosterEntry
from tests import story
from tests.cast import make_unit, version_of
from tests.pages import words
from tests.staging import peopled
from units.coverage import OPEN_TO_CHOICE, Coverage, Scheme
from units.models import CoverageChoice, Kind, SubKind
from units.selectors import coverage_of
from units.services import choose_coverage

pytestmark = pytest.mark.usefixtures("stage", "db")

URL = "/quan-tri/dien-don-vi/"
BOTH = [Scheme.RECOGNITION, Scheme.CLASSIFICATION]


@pytest.fixture(scope="module")
def stage(held):
    return peopled()


def given(cast, **changes):
    values = {
        "province": cast.province, "schemes": BOTH, "sub_kind": SubKind.PRIMARY,
        "coverage": Coverage.VOLUNTARY, "effective_from": localdate(), "reason": "HD 12/HD-BCĐ",
        "by": cast.thu,
    }  # fmt: skip
    return choose_coverage(**{**values, **changes})


def test_choice_holds_from_its_day_under_both_schemes_and_is_logged(cast):
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường Tiểu học Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.PRIMARY,
    )  # fmt: skip
    tomorrow = localdate() + dt.timedelta(days=1)

    given(cast, effective_from=tomorrow)

    version = version_of(school)
    for scheme in BOTH:
        assert coverage_of(version, scheme, localdate()).coverage == Coverage.NOT_COVERED
        assert coverage_of(version, scheme, tomorrow).coverage == Coverage.VOLUNTARY
    assert AuditEvent.objects.get(act="coverage.choose").province_id == cast.province.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sub_kind": SubKind.UPPER_SECONDARY}, "sub_kind"),
        ({"coverage": Coverage.COVERED}, "coverage"),
        ({"schemes": []}, "schemes"),
        ({"reason": "  "}, "reason"),
        ({"effective_from": dt.date(2022, 1, 1)}, "effective_from"),
    ],
)
def test_what_the_law_says_is_not_chosen_otherwise(cast, changes, field):
    with pytest.raises(ValidationError) as refused:
        given(cast, **changes)

    assert list(refused.value.message_dict) == [field]
    assert not CoverageChoice.objects.exists()


def test_one_choice_for_one_day(cast):
    given(cast)

    with pytest.raises(ValidationError) as refused:
        given(cast, coverage=Coverage.NOT_COVERED)

    assert "effective_from" in refused.value.message_dict


@pytest.mark.parametrize("who", ["lan", "tuan", "duc", "binh", "nga"])
def test_only_the_administrator_chooses(cast, as_, who):
    with pytest.raises(PermissionDenied):
        given(cast, by=getattr(cast, who))

    assert as_(getattr(cast, who)).get(URL).status_code == 403


def test_page_shows_what_holds_and_keeps_the_history(cast, as_):
    client = as_(cast.thu)
    data = {
        "sub_kind": "cooperative", "coverage": "not_covered", "schemes": BOTH,
        "effective_from": f"{localdate():%d/%m/%Y}", "reason": "Hướng dẫn 12/HD-BCĐ",
    }  # fmt: skip

    before = words(client.get(URL))
    after = words(client.post(URL, data, follow=True))

    assert all(str(sub_kind.label).capitalize() in before for sub_kind in OPEN_TO_CHOICE)
    assert "Tỉnh chưa chọn gì" in before
    assert "Đã ghi lựa chọn của tỉnh." in after
    assert after.count("Hướng dẫn 12/HD-BCĐ") == 4
    assert CoverageChoice.objects.count() == 2


def test_refused_choice_stays_typed_with_its_reason(cast, as_):
    response = as_(cast.thu).post(
        URL, {"sub_kind": "primary", "coverage": "covered", "schemes": BOTH,
              "effective_from": f"{localdate():%d/%m/%Y}", "reason": "HD 12"},
    )  # fmt: skip

    assert response.status_code == 422
    assert "chỉ chọn được: không thuộc diện, tự nguyện tham gia" in words(response)


def test_voluntary_unit_is_followed_but_neither_counted_nor_recognised(cast):
    cooperative = make_unit(
        Kind.ENTERPRISE, "Hợp tác xã Luồng", parent=cast.na_meo, sub_kind=SubKind.COOPERATIVE
    )
    story.open_seasons(cast, kinds=(Kind.RESIDENTIAL_AREA, Kind.ENTERPRISE))
    entry = RosterEntry.objects.get(unit=cooperative)
    story.appraised(cooperative, cast)
    session = story.session_over([cooperative], cast)

    with pytest.raises(TransitionRefused, match="tự nguyện"):
        story.drafted([cooperative], cast, session=session)
    classified = story.drafted([cooperative], cast, Scheme.CLASSIFICATION, session=session)

    assert entry.coverage == Coverage.VOLUNTARY
    assert not RosterEntry.objects.considered().filter(unit=cooperative).exists()
    assert classified.items.count() == 1
