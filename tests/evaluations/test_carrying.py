"""What follows a merger or division in the open year: list, registration, file."""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import localdate

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from evaluations.models import Evaluation, NotConsideredReason, Registration, Roster, RosterEntry
from evaluations.services.answers import save_answers
from evaluations.services.carrying import merge_with_years, split_with_years
from evaluations.services.evaluations import open_file, submit_file
from evaluations.services.registrations import save_registration, send_registration
from evaluations.services.rosters import freeze_roster, prepare_roster
from tests import story
from tests.cast import make_unit
from units.models import Kind, SubKind
from units.services import UnitFacts

pytestmark = pytest.mark.django_db

ACT = "Nghị quyết 12/NQ-HĐND"
SA_NA = UnitFacts("Sa Ná", SubKind.BAN)


@pytest.fixture(autouse=True)
def _late_in_the_year():
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def year(cast):
    story.open_seasons(cast)
    return 2026


def merge(cast, **more):
    given = {"into": SA_NA, "on": dt.date(2026, 11, 9), "legal_act": ACT, "by": cast.minh} | more
    return merge_with_years([cast.che_lau, cast.hiem], **given)


def entries(*units):
    rows = RosterEntry.objects.filter(unit__in=units, roster__year=2026)
    return {row.unit_id: row for row in rows}


def freeze(cast):
    freeze_roster(Roster.objects.get(authority=cast.na_meo, year=2026), by=cast.minh)


def register(cast, unit, accepted=True, **figures):
    row = save_registration(story.season(), unit, story.figures(**figures), by=cast.lan)
    send_registration(row, by=cast.lan)
    if accepted:
        story.accept_registration(row, by=cast.minh)
    return row


# The list --------------------------------------------------------------------------------------


def test_open_list_holds_the_new_unit_and_not_the_old_ones(cast, year):
    new = merge(cast, by=cast.lan)

    listed = RosterEntry.objects.considered().filter(roster__authority=cast.na_meo)
    assert set(listed.values_list("unit", flat=True)) == {new.unit_id}


def test_frozen_list_takes_the_new_unit_with_the_reason_and_keeps_the_old_ones_marked(cast, year):
    freeze(cast)

    new = merge(cast)

    rows = entries(cast.che_lau, cast.hiem, new.unit)
    for old in (cast.che_lau, cast.hiem):
        assert rows[old.pk].not_considered_reason == NotConsideredReason.MERGED
        assert rows[old.pk].not_considered_note == f"Kế tục: Bản Sa Ná; {ACT}"
        assert rows[old.pk].changed_by == cast.minh
    assert rows[new.unit_id].change_reason == f"Kế tục Bản Ché Lầu, Bản Hiềm: {ACT}"
    assert rows[new.unit_id].not_considered_reason == ""
    considered = RosterEntry.objects.considered().filter(roster__authority=cast.na_meo)
    assert considered.count() == 1


def test_locked_year_is_left_as_it_is(cast, year):
    freeze(cast)
    story.Season.objects.update(locked_at=dt.datetime.now(dt.UTC), locked_by=cast.thu)

    merge(cast)

    rows = entries(cast.che_lau, cast.hiem)
    assert {row.not_considered_reason for row in rows.values()} == {""}
    assert RosterEntry.objects.filter(roster__authority=cast.na_meo).count() == 2


# The registration ------------------------------------------------------------------------------


def test_merged_unit_is_registered_if_all_had_registered(cast, year):
    register(cast, cast.che_lau, registered_on=dt.date(2026, 3, 5), households_registered=57,
             households_total=60, counted_on=dt.date(2026, 3, 1))  # fmt: skip
    register(cast, cast.hiem, registered_on=dt.date(2026, 3, 20), households_registered=40,
             households_total=40, counted_on=dt.date(2026, 2, 1))  # fmt: skip

    new = merge(cast)

    row = Registration.objects.get(unit=new.unit)
    assert (row.status, row.is_registered) == ("accepted", True)
    assert (row.households_registered, row.households_total) == (97, 100)
    assert (row.registered_on, row.counted_on) == (dt.date(2026, 3, 20), dt.date(2026, 3, 1))
    assert row.carried_from == (
        f"Bản Ché Lầu (đăng ký 05/03/2026), Bản Hiềm (đăng ký 20/03/2026); {ACT}"
    )
    assert AuditEvent.objects.filter(act="registration.carry", unit_id=new.unit_id).count() == 1


def test_registration_that_was_not_accepted_everywhere_waits_for_the_appraiser(cast, year):
    register(cast, cast.che_lau)
    register(cast, cast.hiem, accepted=False)

    row = Registration.objects.get(unit=merge(cast).unit)

    assert (row.status, row.accepted_by, row.households_total) == ("sent", None, 160)


def test_unknown_households_are_not_guessed(cast, year):
    register(cast, cast.che_lau)
    other = register(cast, cast.hiem)
    Registration.objects.filter(pk=other.pk).update(
        households_registered=None, households_total=None
    )

    row = Registration.objects.get(unit=merge(cast).unit)

    assert (row.households_registered, row.households_total) == (None, None)


def test_registration_of_some_only_is_prepared_for_the_appraiser_to_decide(cast, year):
    register(cast, cast.che_lau, registered_on=dt.date(2026, 3, 5))

    row = Registration.objects.get(unit=merge(cast).unit)

    assert (row.status, row.is_registered) == ("draft", False)
    assert (row.households_total, row.registered_on) == (None, dt.date(2026, 3, 5))
    assert row.carried_from == f"Bản Ché Lầu (đăng ký 05/03/2026), Bản Hiềm (chưa đăng ký); {ACT}"


def test_nothing_registered_carries_nothing(cast, year):
    merge(cast)

    assert not Registration.objects.exists()


def test_divided_unit_leaves_each_part_a_draft_of_its_registration(cast, year):
    register(cast, cast.che_lau, registered_on=dt.date(2026, 3, 5))
    into = [UnitFacts(name, SubKind.BAN) for name in ("Ché Lầu Trên", "Ché Lầu Dưới")]

    new = split_with_years(
        cast.che_lau, into=into, on=dt.date(2026, 11, 9), legal_act=ACT, by=cast.minh
    )

    for version in new:
        row = Registration.objects.get(unit=version.unit)
        assert (row.status, row.households_total) == ("draft", None)
        assert row.registered_on == dt.date(2026, 3, 5)
        assert not row.is_late or row.season.register_by < row.registered_on


# The file --------------------------------------------------------------------------------------


def test_draft_of_an_old_unit_stays_readable_and_closed(cast, year):
    story.answered(cast.che_lau, officer=cast.lan)

    merge(cast)

    one = Evaluation.objects.visible_to(cast.lan).filter(unit=cast.che_lau).first()
    assert one.answers.exists()
    with pytest.raises(TransitionRefused, match="không còn từ 09/11/2026"):
        save_answers(one, {}, by=cast.lan)
    with pytest.raises(TransitionRefused):
        open_file(cast.che_lau, year=2026, by=cast.lan)
    with pytest.raises(TransitionRefused):
        submit_file(cast.che_lau, year=2026, by=cast.lan)


def test_new_unit_begins_its_own_file(cast, year):
    freeze(cast)
    new = merge(cast)

    assert len(open_file(new.unit, year=2026, by=cast.lan)) == 2


@pytest.mark.parametrize("lead", [story.submitted, story.in_review, story.appraised])
def test_file_with_the_authority_is_named_and_nothing_is_written(cast, year, lead):
    lead(cast.che_lau, cast)

    with pytest.raises(TransitionRefused, match=r"Bản Ché Lầu: (đã gửi|đang thẩm|đã thẩm)"):
        merge(cast)

    cast.che_lau.refresh_from_db()
    assert cast.che_lau.ended_on is None


def test_year_that_was_decided_stays_with_the_old_units(cast, year):
    freeze(cast)
    session = None
    for scheme in ("recognition", "classification"):
        number = {"number": "05" if scheme == "recognition" else "06"}
        decision = story.issued([cast.che_lau], cast, scheme, session, **number)
        session = decision.session

    new = merge(cast)

    rows = entries(cast.che_lau, cast.hiem, new.unit)
    assert rows[cast.che_lau.pk].not_considered_reason == ""
    assert rows[cast.hiem.pk].not_considered_reason == NotConsideredReason.MERGED
    assert rows[new.unit_id].not_considered_reason == NotConsideredReason.FOUNDED_LATE
    assert "đã có quyết định" in rows[new.unit_id].not_considered_note


def test_list_of_a_past_year_is_the_one_of_its_last_day(cast):
    make_unit(
        Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN,
        valid_from=dt.date(2026, 2, 1),
    )  # fmt: skip
    merge(cast)

    past, now = (prepare_roster(cast.na_meo, year=year) for year in (2025, 2026))

    assert sorted(str(row) for row in past.entries.all()) == ["Bản Ché Lầu", "Bản Hiềm"]
    assert sorted(str(row) for row in now.entries.all()) == ["Bản Mới", "Bản Sa Ná"]
    assert localdate() == dt.date(2026, 11, 10)
