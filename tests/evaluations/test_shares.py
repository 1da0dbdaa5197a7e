"""Criterion 5.4 at its edges. Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4."""

import pytest
from django.utils import timezone

from evaluations.models import RosterEntry
from evaluations.selectors.shares import ShareFigures, held_back_by, shares_of, shares_of_many
from evaluations.services.rosters import set_not_considered
from evaluations.workflow import Status
from tests import story
from tests.shares import empty_list, lead, list_units, record, register
from units.coverage import Coverage
from units.models import Kind

pytestmark = pytest.mark.usefixtures("stage", "db", "seasons")


@pytest.fixture
def listed(cast, open_year):
    """Twenty-five areas of Na Mèo, all registered."""
    empty_list(cast)
    entries = list_units(cast, 25)
    register(cast, entries)
    return entries


def pooled(cast):
    return shares_of(cast.na_meo.pk, year=story.year()).pooled


@pytest.mark.parametrize(
    ("recognised", "enough"), [(17, False), (18, True), (25, True), (0, False)]
)
def test_seventy_percent_knows_no_rounding(cast, listed, recognised, enough):
    lead(cast, listed[:recognised], Status.DECIDED)
    found = pooled(cast)
    assert (found.listed, found.decided) == (25, recognised)
    assert found.recognised_enough is enough
    assert found.least == 18


def test_one_of_25000_not_registered_fails_and_is_not_shown_as_all():
    found = ShareFigures(listed=25_000, registered=24_999)
    assert not found.registered_all
    assert found.text(found.registered) == "24.999/25.000 (99,9\u00a0%)"
    assert ShareFigures(listed=25_000, registered=25_000).registered_all


def test_nobody_listed_is_neither_none_nor_all(cast):
    empty_list(cast)
    found = shares_of(cast.na_meo.pk, year=story.year())
    assert found.kinds == ()
    assert not found.pooled.registered_all
    assert not found.pooled.recognised_enough
    assert found.pooled.text(0) == "không có đơn vị"


def test_the_three_figures_tell_decided_appraised_and_sent_apart(cast, listed):
    lead(cast, listed[:3], Status.DECIDED)
    lead(cast, listed[3:5], Status.APPRAISED)
    lead(cast, listed[5:6], Status.PROPOSED)
    lead(cast, listed[6:7], Status.APPROVED)
    lead(cast, listed[7:9], Status.SUBMITTED)
    lead(cast, listed[9:10], Status.IN_REVIEW)
    lead(cast, listed[10:12], Status.DRAFT)
    lead(cast, listed[12:13], Status.RETURNED)
    found = pooled(cast)
    assert (found.decided, found.appraised, found.projected) == (3, 7, 10)


def test_what_was_not_met_counts_nowhere(cast, listed):
    for place, status in enumerate((Status.DECIDED, Status.APPRAISED, Status.SUBMITTED)):
        lead(cast, listed[place : place + 1], status, outcome="not_met")
    found = pooled(cast)
    assert (found.decided, found.appraised, found.projected) == (0, 0, 0)


def test_an_annulled_outcome_counts_nowhere(cast, listed):
    lead(cast, listed[:1], Status.ANNULLED)
    found = pooled(cast)
    assert (found.listed, found.decided, found.appraised, found.projected) == (25, 0, 0, 0)


def test_a_class_is_no_recognition(cast, listed):
    lead(cast, listed[:1], Status.DECIDED, outcome="xuat_sac", scheme="classification")
    assert pooled(cast).projected == 0


def test_a_result_on_paper_counts(cast, listed):
    record(cast, listed[0], source="paper")
    record(cast, listed[1], source="paper", outcome="not_met")
    found = pooled(cast)
    assert (found.listed, found.decided, found.appraised, found.projected) == (25, 1, 1, 1)


def test_a_unit_that_another_level_decided_stands_in_no_figure(cast, listed):
    record(cast, listed[2], source="external")
    found = pooled(cast)
    assert (found.listed, found.registered, found.projected) == (24, 24, 0)


def test_who_is_not_counted_stands_in_no_figure(cast, listed):
    voluntary = list_units(cast, 1, coverage=Coverage.VOLUNTARY)
    left_out = list_units(
        cast, 1, not_considered_reason="suspended", not_considered_note="Họp ngày 3/3."
    )
    removed = list_units(cast, 1, removed_at=timezone.now())
    for entries in (voluntary, left_out, removed):
        register(cast, entries)
        lead(cast, entries, Status.DECIDED)
    found = pooled(cast)
    assert (found.listed, found.registered, found.projected) == (25, 25, 0)


def test_only_a_registration_that_was_sent_counts(cast, listed):
    row = listed[0].unit.registrations.get()
    row.status = "draft"
    row.save()
    found = pooled(cast)
    assert found.registered == 24
    assert not found.registered_all


def test_a_closed_unit_counts_until_the_list_says_otherwise(cast, listed):
    closed = listed[0]
    closed.unit.ended_on = story.localdate()
    closed.unit.save()
    assert pooled(cast).listed == 25
    entry = RosterEntry.objects.get(pk=closed.pk)
    set_not_considered(entry, reason="dissolved", note="Quyết định giải thể.", by=cast.minh)
    assert pooled(cast).listed == 24


def test_merged_units_count_once_as_the_one_they_became(cast, listed):
    one, other, *_ = listed
    lead(cast, [one, other], Status.SUBMITTED)
    RosterEntry.objects.filter(pk__in=[one.pk, other.pk]).update(removed_at=timezone.now())
    merged = list_units(cast, 1)
    register(cast, merged)
    lead(cast, merged, Status.DECIDED)
    found = pooled(cast)
    assert (found.listed, found.registered, found.decided, found.projected) == (24, 24, 1, 1)


def test_pooled_may_pass_where_one_kind_fails(cast, listed):
    agencies = list_units(cast, 2, kind=Kind.AGENCY)
    register(cast, agencies[:1])
    lead(cast, listed[:20], Status.DECIDED)
    found = shares_of(cast.na_meo.pk, year=story.year())
    assert [one.kind for one in found.kinds] == [Kind.RESIDENTIAL_AREA, Kind.AGENCY]
    areas, offices = found.kinds
    assert (found.pooled.listed, found.pooled.registered, found.pooled.decided) == (27, 26, 20)
    assert found.pooled.recognised_enough
    assert areas.recognised_enough
    assert areas.registered_all
    assert not offices.recognised_enough
    assert not offices.registered_all


def test_each_commune_has_its_own_figures_in_two_queries(cast, listed, django_assert_num_queries):
    lead(cast, listed[:2], Status.DECIDED)
    ids = [cast.na_meo.pk, cast.son_thuy.pk]
    with django_assert_num_queries(2):
        found = shares_of_many(ids, year=story.year())
    assert found[cast.na_meo.pk].pooled.decided == 2
    assert found[cast.son_thuy.pk].pooled.listed == 2
    assert found[cast.son_thuy.pk].pooled.decided == 0


def test_a_province_s_communes_are_not_among_its_units(cast, listed):
    entry = listed[0]
    entry.unit.kind = Kind.COMMUNE
    entry.unit.save()
    assert pooled(cast).listed == 24


def test_the_units_that_hold_the_commune_back_are_named(cast, listed, django_assert_num_queries):
    lead(cast, listed[:23], Status.DECIDED)
    lead(cast, listed[23:24], Status.APPRAISED)
    listed[5].unit.registrations.all().delete()
    found = held_back_by(cast.lan, cast.na_meo.pk, year=story.year())
    assert [one.unit_id for one in found] == [
        listed[5].unit_id, listed[24].unit_id, listed[23].unit_id,
    ]  # fmt: skip
    assert [(one.is_registered, one.recognised) for one in found] == [
        (False, 3), (True, 0), (True, 2),
    ]  # fmt: skip
    assert held_back_by(cast.nga, cast.na_meo.pk, year=story.year()) == []


def test_the_source_names_the_list_and_the_day_it_was_frozen(cast, listed):
    shares = shares_of(cast.na_meo.pk, year=story.year())
    assert shares.source == "Theo danh sách thuộc diện chưa chốt"
    roster = listed[0].roster
    roster.frozen_at, roster.frozen_by = timezone.now(), cast.minh
    roster.save()
    day = f"{story.localdate():%d/%m/%Y}"
    shares = shares_of(cast.na_meo.pk, year=story.year())
    assert shares.source == f"Theo danh sách thuộc diện chốt ngày {day}"
