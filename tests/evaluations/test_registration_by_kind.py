"""Registration as each kind of unit does it: what is asked, what is kept, what the paper says."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from evaluations.models import Registration
from evaluations.selectors.papers.dossier import registration_form
from evaluations.selectors.papers.sheets import unit_file
from evaluations.services.registrations import save_registration, send_registration
from tests import story
from tests.cast import make_unit
from tests.staging import peopled
from units.models import EnterpriseSize, Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")


@pytest.fixture(scope="module")
def stage(held):
    """One unit of each kind that Na Mèo manages, in a year that is open for all."""
    stage = peopled()
    cast = stage.cast
    made = {
        Kind.RESIDENTIAL_AREA: cast.che_lau,
        Kind.AGENCY: make_unit(
            Kind.AGENCY, "Trạm Y tế xã", parent=cast.na_meo, sub_kind=SubKind.PUBLIC_SERVICE
        ),
        Kind.ENTERPRISE: make_unit(
            Kind.ENTERPRISE, "Công ty Luồng Na Mèo", parent=cast.na_meo,
            sub_kind=SubKind.ENTERPRISE, enterprise_size=EnterpriseSize.MEDIUM,
        ),
        Kind.EDUCATIONAL_INSTITUTION: make_unit(
            Kind.EDUCATIONAL_INSTITUTION, "Trường THCS Na Mèo", parent=cast.na_meo,
            sub_kind=SubKind.LOWER_SECONDARY,
        ),
    }  # fmt: skip
    story.open_seasons(cast, kinds=story.EVERY_KIND)
    return replace(stage, more=made)


@pytest.fixture
def units(copied):
    """The units by kind."""
    return copied.more


OTHERS = [Kind.AGENCY, Kind.ENTERPRISE, Kind.EDUCATIONAL_INSTITUTION]


def saved(cast, unit, **changes):
    figures = story.figures(kind=unit.kind, **changes)
    return save_registration(story.season(kind=unit.kind), unit, figures, by=cast.lan)


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_register_without_households(cast, units, kind):
    sent = send_registration(saved(cast, units[kind]), by=cast.lan)

    assert sent.is_registered
    assert (sent.plan_number, sent.people_total) == ("05/KH", story.HOUSEHOLDS)
    assert sent.households_total is None


@pytest.mark.parametrize("kind", OTHERS)
def test_households_of_other_kinds_are_not_kept(cast, units, kind):
    row = saved(cast, units[kind], households_registered=5, households_total=6)

    assert (row.households_registered, row.households_total) == (None, None)


def test_plan_of_a_residential_area_is_not_kept(cast, units):
    row = saved(cast, units[Kind.RESIDENTIAL_AREA], plan_number="05/KH", people_total=9)

    assert (row.plan_number, row.people_total) == ("", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"registered_on": None}, "registered_on"),
        ({"plan_number": ""}, "plan_number"),
        ({"resolution_number": ""}, "resolution_number"),
    ],
)
def test_what_the_circular_asks_of_other_kinds_is_needed_to_send(cast, units, changes, field):
    row = saved(cast, units[Kind.AGENCY], **changes)

    with pytest.raises(ValidationError) as refused:
        send_registration(row, by=cast.lan)

    assert list(refused.value.message_dict) == [field]


def test_unit_without_party_organisation_sends_without_resolution(cast, units):
    row = saved(
        cast, units[Kind.ENTERPRISE], has_party=False, resolution_number="", resolution_on=None
    )

    assert send_registration(row, by=cast.lan).is_registered


def test_resolution_without_party_organisation_is_refused(cast, units):
    with pytest.raises(ValidationError) as refused:
        saved(cast, units[Kind.ENTERPRISE], has_party=False)

    assert "resolution_number" in refused.value.message_dict


def test_more_people_informed_than_there_are_is_refused(cast, units):
    with pytest.raises(ValidationError) as refused:
        saved(cast, units[Kind.AGENCY], people_informed=81)

    assert "lớn hơn tổng số người (80)" in refused.value.message_dict["people_informed"][0]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"people_informed": 81, "people_total": 80}, "registration_people_within_total"),
        ({"has_party": False}, "registration_no_party_no_resolution"),
    ],
)
def test_database_refuses_the_same(cast, units, changes, name):
    row = saved(cast, units[Kind.AGENCY])

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Registration.objects.filter(pk=row.pk).update(**changes)


def paper_of(cast, unit, **changes):
    send_registration(saved(cast, unit, **changes), by=cast.lan)
    files = story.answered(unit, officer=cast.lan)
    return {
        fact.label: fact.value for fact in registration_form(unit_file(list(files.values()))).facts
    }


def test_paper_of_a_residential_area_counts_households(cast, units):
    facts = paper_of(cast, units[Kind.RESIDENTIAL_AREA])

    assert facts["Số hộ đăng ký tham gia"].startswith("80 hộ, đạt 100")
    assert "Kế hoạch về an ninh, trật tự" not in facts


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (Kind.AGENCY, "Tổng số cán bộ, công chức, viên chức, người lao động"),
        (Kind.ENTERPRISE, "Tổng số cán bộ, người lao động"),
        (Kind.EDUCATIONAL_INSTITUTION, "Tổng số cán bộ, giáo viên, nhân viên, người học"),
    ],
)
def test_paper_of_other_kinds_names_plan_and_people(cast, units, kind, label):
    facts = paper_of(cast, units[kind])

    assert facts["Kế hoạch về an ninh, trật tự"].startswith("số 05/KH ngày ")
    assert facts[label] == "80 người"
    assert facts["Nghị quyết của cấp ủy"].startswith("số 03-NQ/CB")
    assert not any("hộ" in name.split() for name in facts)


def test_paper_says_that_there_is_no_party_organisation(cast, units):
    facts = paper_of(
        cast, units[Kind.ENTERPRISE], has_party=False, resolution_number="", resolution_on=None
    )

    assert facts["Nghị quyết của cấp ủy"] == "đơn vị không có tổ chức đảng"
