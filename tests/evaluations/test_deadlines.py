"""Until when something is to be done: the law's day, the own milestones, an extension; who is behind."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from evaluations.models import Extension, Milestones, Nudge, RosterEntry, Season
from evaluations.selectors.areas import Area, area_of, seasons_of
from evaluations.selectors.deadlines import KindDays, OwnDays, Source, Step, kind_days, own_days
from evaluations.selectors.extensions import extension_token, milestones_token
from evaluations.selectors.obligations import area_obligations, commune_loads, own_file_obligations
from evaluations.services.deadlines import (
    end_extension,
    grant_extension,
    nudge_units,
    set_milestones,
)
from evaluations.services.rosters import prepare_roster
from evaluations.services.seasons import lock_season
from tests import story
from tests.cast import make_unit, version_of
from tests.november import LAW_DAY, at, extended, milestones
from units.models import Kind, ManagingLevel, SubKind
from units.selectors import powers_of

pytestmark = pytest.mark.django_db

MEETING_TO_SIGNING = (("meet", 3), ("submit", 5), ("appraise", 9), ("propose", 11))


def area(cast, unit=None):
    return area_of(powers_of(cast.minh), asked=(unit or cast.na_meo).pk)


def found(cast, user=None):
    """What the list of Na Mèo waits for, by unit and step."""
    here = area(cast)
    rows = area_obligations(user or cast.minh, here, year=2026, seasons=seasons_of(here))
    return {(one.unit_id, one.step): one for one in rows}


# The days -------------------------------------------------------------------------------------


def days_of(cast, kind=Kind.RESIDENTIAL_AREA):
    here = area(cast)
    return kind_days(seasons_of(here), own_days(here.version, year=2026), year=2026)[kind]


def test_without_milestones_the_law_and_the_province_say_until_when(year_2026):
    assert days_of(year_2026).due(Step.SUBMIT).day == LAW_DAY

    Season.objects.update(submit_by=dt.date(2026, 11, 7))

    due = days_of(year_2026).due(Step.SUBMIT)
    assert (due.day, due.source) == (dt.date(2026, 11, 7), Source.PROVINCE)
    assert days_of(year_2026).due(Step.APPRAISE).source == Source.LAW


def test_milestones_come_before_the_law_and_never_after_it(year_2026):
    milestones(year_2026, meet_by=3, submit_by=5, appraise_by=9, propose_by=18)

    days = days_of(year_2026)

    assert [(step, days.due(step).day.day, days.due(step).source) for step in Step] == [
        (Step.REGISTER, 31, Source.LAW),
        (Step.SUBMIT, 5, Source.OWN),
        (Step.APPRAISE, 9, Source.OWN),
        (Step.PROPOSE, 14, Source.LAW),
        (Step.DECIDE, 14, Source.LAW),
    ]


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ((11, 3), "mốc của xã: họp 3/11"),
        ((11, 4), "mốc của xã: gửi 5/11"),
        ((11, 11), "mốc của xã: trình ký 11/11"),
        ((11, 12), "mốc của xã: trình ký 11/11"),
    ],
)
def test_the_next_milestone_is_said(today, said):
    row = Milestones(**{f"{name}_by": dt.date(2026, 11, day) for name, day in MEETING_TO_SIGNING})
    days = KindDays(Kind.RESIDENTIAL_AREA, {}, row, "xã")

    assert days.milestone_text(dt.date(2026, *today)) == said


def test_milestones_of_one_kind_stand_for_that_kind(year_2026):
    milestones(year_2026, submit_by=5)
    own = own_days(version_of(year_2026.na_meo), year=2026)
    special = replace(own, rows=[*own.rows, Milestones(unit_kind=Kind.AGENCY, submit_by=LAW_DAY)])

    assert special.of(Kind.RESIDENTIAL_AREA).submit_by.day == 5
    assert special.of(Kind.AGENCY).submit_by == LAW_DAY
    assert special.of(Kind.COMMUNE) is None
    assert OwnDays("xã", [Milestones(unit_kind="")]).of(Kind.AGENCY) is None


# Setting them ---------------------------------------------------------------------------------


def test_milestones_are_set_by_the_appraiser_there_and_traced(year_2026):
    cast = year_2026
    for other in (cast.lan, cast.hoa, cast.tuan, cast.thu):
        with pytest.raises(PermissionDenied):
            set_milestones(cast.na_meo, year=2026, unit_kind="", days={}, by=other)
    row = milestones(cast, submit_by=5)

    again = milestones(cast, submit_by=6)

    assert (row.pk, again.submit_by.day, again.set_by) == (again.pk, 6, cast.minh)
    assert AuditEvent.objects.filter(act="milestones.set").count() == 2


def test_milestones_seen_otherwise_are_stale(year_2026):
    nothing = milestones_token(None)
    milestones(year_2026, submit_by=5)

    with pytest.raises(
        TransitionRefused, match=r"Phạm Văn Minh vừa đặt mốc .*gửi 05/11/2026"
    ) as refused:
        set_milestones(
            year_2026.na_meo, year=2026, unit_kind="", days={}, by=year_2026.minh, seen=nothing
        )

    assert refused.value.code == "stale"
    assert Milestones.objects.get().submit_by.day == 5


def test_milestones_out_of_order_or_of_another_year_are_refused(year_2026):
    with pytest.raises(ValidationError, match="theo thứ tự"):
        milestones(year_2026, meet_by=6, propose_by=5)
    with pytest.raises(ValidationError, match="trong năm 2026"):
        set_milestones(
            year_2026.na_meo, year=2026, unit_kind="", by=year_2026.minh,
            days={"meet_by": dt.date(2027, 1, 1)},
        )  # fmt: skip


def test_a_locked_year_refuses_milestones_and_extensions(year_2026):
    for season in Season.objects.all():
        lock_season(season, by=year_2026.thu)

    with pytest.raises(TransitionRefused, match="đã khóa sổ"):
        milestones(year_2026, meet_by=6)
    with pytest.raises(TransitionRefused, match="đã khóa sổ"):
        extended(year_2026, 20)
    assert found(year_2026) == {}


# Who is behind --------------------------------------------------------------------------------


def test_each_state_waits_for_its_step_and_its_people(year_2026):
    cast = year_2026
    assert {step for unit, step in found(cast) if unit == cast.che_lau.pk} == {
        Step.REGISTER,
        Step.SUBMIT,
    }

    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    sending = found(cast)[cast.che_lau.pk, Step.SUBMIT]
    story.submitted(cast.hiem, cast)
    appraising = found(cast)[cast.hiem.pk, Step.APPRAISE]

    assert (cast.che_lau.pk, Step.REGISTER) not in found(cast)
    assert (sending.acting_id, sending.status, sending.barred) == (
        cast.na_meo.pk,
        "not_started",
        set(),
    )
    assert (appraising.acting_id, appraising.barred) == (cast.na_meo.pk, {cast.lan.pk})
    assert (cast.hiem.pk, Step.SUBMIT) not in found(cast)


def test_the_law_s_day_holds_until_midnight_in_hanoi(year_2026, clock):
    def stands_at(moment):
        clock.move_to(moment)
        one = found(year_2026)[year_2026.che_lau.pk, Step.SUBMIT]
        return one.is_soon(moment.date()), one.is_overdue(moment.date())

    assert [stands_at(moment) for moment in (
        at(11, 6), at(11, 9), at(11, 14), at(11, 14, 23, 59), at(11, 15, 0, 0), at(11, 16),
    )] == [
        (False, False), (True, False), (True, False), (True, False), (False, True), (False, True),
    ]  # fmt: skip


def test_what_is_left_out_closed_or_decided_waits_for_nothing(year_2026):
    cast = year_2026
    RosterEntry.objects.filter(unit=cast.che_lau).update(
        not_considered_reason="suspended", not_considered_note="BCĐ thống nhất."
    )
    cast.hiem.ended_on = dt.date(2026, 11, 9)
    cast.hiem.save()

    assert found(cast) == {}


def test_a_province_managed_unit_waits_at_the_province(year_2026):
    cast = year_2026
    school = make_unit(
        Kind.RESIDENTIAL_AREA, "Khu tập thể", parent=cast.na_meo, sub_kind=SubKind.KHU,
        level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    prepare_roster(cast.province, year=2026)

    rows = area_obligations(
        cast.tuan, area_of(powers_of(cast.tuan)), year=2026, seasons=seasons_of(area(cast))
    )

    assert {(one.unit_id, one.acting_id) for one in rows} == {(school.pk, cast.province.pk)}
    assert school.pk not in {unit for unit, _ in found(cast)}


def test_communes_with_late_units_come_first_in_as_many_queries(year_2026, clock):
    cast = year_2026
    clock.move_to(at(11, 16))
    story.submitted(cast.che_lau, cast)
    RosterEntry.objects.filter(unit=cast.hiem).update(
        not_considered_reason="suspended", not_considered_note="BCĐ thống nhất."
    )
    province = Area(version_of(cast.province), powers_of(cast.tuan))
    seasons = seasons_of(province)

    with CaptureQueriesContext(
        connection,
    ) as two:
        loads = commune_loads(province, year=2026, seasons=seasons)
    for number in range(10):
        make_unit(
            Kind.COMMUNE, f"Xã {number}", parent=cast.province, sub_kind=SubKind.XA,
            level=ManagingLevel.PROVINCE,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as twelve:
        commune_loads(province, year=2026, seasons=seasons)

    assert [(one.version.name, one.overdue_count) for one in loads] == [
        ("Xã Sơn Thủy", 4), ("Xã Na Mèo", 1),
    ]  # fmt: skip
    assert len(two) == len(twelve)
    assert len(two) <= 8


def test_a_commune_s_own_file_waits_for_its_own_people(cast, clock):
    story.open_seasons(cast, kinds=(Kind.RESIDENTIAL_AREA, Kind.COMMUNE))
    here = area(cast)

    [register, submit] = own_file_obligations(here, year=2026, seasons=seasons_of(here))

    assert {register.step, submit.step} == {Step.REGISTER, Step.SUBMIT}
    assert (submit.acting_id, submit.authority_id) == (cast.na_meo.pk, cast.province.pk)
    assert set(submit.acts) == {"answer", "submit_commune"}


# Extensions -----------------------------------------------------------------------------------


def test_an_extension_moves_one_unit_s_mark_and_ends_at_midnight(year_2026, clock):
    cast = year_2026
    milestones(cast, submit_by=6)
    assert found(cast)[cast.che_lau.pk, Step.SUBMIT].is_overdue(dt.date(2026, 11, 9))

    extended(cast, 17)

    one = found(cast)[cast.che_lau.pk, Step.SUBMIT]
    assert (one.due.day.day, one.due.source) == (17, Source.EXTENSION)
    clock.move_to(at(11, 17, 23, 59))
    assert not found(cast)[cast.che_lau.pk, Step.SUBMIT].is_overdue(dt.date(2026, 11, 17))
    clock.move_to(at(11, 18, 0, 0))
    assert found(cast)[cast.che_lau.pk, Step.SUBMIT].is_overdue(dt.date(2026, 11, 18))
    assert found(cast)[cast.hiem.pk, Step.SUBMIT].due.day.day == 6
    assert days_of(cast).law_day == LAW_DAY


def test_an_extension_may_be_replaced_and_taken_back_with_reason(year_2026):
    cast = year_2026
    first = extended(cast, 17)

    second = extended(cast, 19)
    with pytest.raises(TransitionRefused, match="phải ghi lý do"):
        end_extension(second, reason=" ", by=cast.minh)
    with pytest.raises(ValidationError, match="dài quá 500 ký tự"):
        end_extension(second, reason="x" * 501, by=cast.minh)
    end_extension(second, reason="Đường đã thông.", by=cast.minh)

    first.refresh_from_db()
    assert first.end_reason == "Thay bằng gia hạn đến hết ngày 19/11/2026"
    assert found(cast)[cast.che_lau.pk, Step.SUBMIT].due.day == LAW_DAY
    with pytest.raises(TransitionRefused, match="đã được bỏ"):
        end_extension(second, reason="Lần nữa.", by=cast.minh)
    assert list(AuditEvent.objects.filter(act__startswith="extension").values_list("act", flat=True)) == [
        "extension.grant", "extension.grant", "extension.end",
    ]  # fmt: skip


def test_an_extension_to_a_day_without_sense_is_refused(year_2026):
    for day, words in (
        (dt.date(2026, 11, 8), "đã qua"),
        (dt.date(2026, 11, 14), "đang có đến hết ngày 14/11/2026"),
        (dt.date(2027, 4, 1), "không quá ngày 31/03/2027"),
    ):
        with pytest.raises(ValidationError, match=words):
            grant_extension(
                year_2026.che_lau, year=2026, until_on=day, reason="Mưa lũ.", by=year_2026.minh
            )


def test_an_extension_is_the_appraiser_s_of_that_authority(year_2026):
    cast = year_2026
    for other in (cast.lan, cast.hoa, cast.tuan, cast.root):
        with pytest.raises(PermissionDenied):
            grant_extension(
                cast.che_lau, year=2026, until_on=dt.date(2026, 11, 20), reason="Mưa.", by=other
            )
    with pytest.raises(type(cast.che_lau).DoesNotExist):
        grant_extension(
            cast.che_lau, year=2026, until_on=dt.date(2026, 11, 20), reason="Mưa.", by=cast.nga
        )


def test_an_extension_seen_otherwise_is_stale(year_2026):
    nothing = extension_token(None)
    extended(year_2026, 17)

    with pytest.raises(TransitionRefused, match="Phạm Văn Minh vừa gia hạn"):
        grant_extension(
            year_2026.che_lau, year=2026, until_on=dt.date(2026, 11, 20), reason="Mưa.",
            by=year_2026.minh, seen=nothing,
        )  # fmt: skip


def test_a_decided_unit_waits_for_nothing_and_is_not_extended(year_2026):
    cast = year_2026
    story.issued([cast.che_lau], cast)
    session = cast.che_lau.evaluations.first().session
    assert {step for unit, step in found(cast) if unit == cast.che_lau.pk} == {Step.PROPOSE}

    story.issued([cast.che_lau], cast, scheme="classification", session=session, number="06")

    assert cast.che_lau.pk not in {unit for unit, _ in found(cast)}
    with pytest.raises(TransitionRefused, match="đã có quyết định"):
        extended(cast, 20)


def test_the_database_refuses(year_2026):
    cast = year_2026
    own = {"authority": cast.na_meo, "province": cast.province, "year": 2026,
           "set_at": at(11, 9), "set_by": cast.minh}  # fmt: skip
    given = {"unit": cast.hiem, "authority": cast.na_meo, "year": 2026, "reason": "Mưa.",
             "until_on": dt.date(2026, 11, 20), "granted_at": at(11, 9), "granted_by": cast.minh}  # fmt: skip
    late = {"meet_by": dt.date(2026, 11, 9), "propose_by": dt.date(2026, 11, 8)}
    for name, model, values in (
        ("milestones_unit_kind_known", Milestones, {**own, "unit_kind": "moon"}),
        ("milestones_in_order_of_work", Milestones, {**own, **late}),
        ("extension_says_why", Extension, {**given, "reason": " "}),
        ("extension_near_its_year", Extension, {**given, "until_on": dt.date(2028, 1, 1)}),
        ("extension_ended_iff_by_with_reason", Extension, {**given, "ended_at": at(11, 9)}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            model.objects.create(**values)


def test_the_database_keeps_one_of_each(year_2026):
    cast = year_2026
    milestones(cast, meet_by=3)
    extended(cast, 17)
    nudge_units(cast.na_meo, [cast.hiem.pk], year=2026, by=cast.minh)

    for row, name in (
        (Milestones.objects.get(), "milestones_once_per_authority_year_kind"),
        (Extension.objects.get(), "extension_one_standing_per_unit_and_year"),
        (Nudge.objects.get(), "nudge_once_a_day"),
    ):
        row.pk = None
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.save(force_insert=True)


# Reminding units ------------------------------------------------------------------------------


def test_units_are_reminded_once_a_day_and_each_is_answered_for(year_2026, clock):
    cast = year_2026
    ids = [cast.che_lau.pk, cast.hiem.pk, cast.thuy_thanh.pk]
    story.submitted(cast.hiem, cast)

    first = nudge_units(cast.na_meo, ids, year=2026, by=cast.minh)
    again = nudge_units(cast.na_meo, ids[:1], year=2026, by=cast.minh)
    clock.move_to(at(11, 10))
    tomorrow = nudge_units(cast.na_meo, ids[:1], year=2026, by=cast.minh)

    assert [(one.name, one.refused) for one in first] == [
        ("Bản Ché Lầu", ""),
        ("Bản Hiềm", "không có việc quá hạn hoặc sắp đến hạn"),
    ], "of a unit of another commune nothing is said, not even its name"
    assert again[0].refused == "hôm nay Phạm Văn Minh đã nhắc lúc 09:00"
    assert tomorrow[0].refused == ""
    assert (
        list(Nudge.objects.values_list("unit", "nudged_by"))
        == [(cast.che_lau.pk, cast.minh.pk)] * 2
    )
    assert AuditEvent.objects.filter(act="unit.nudge").count() == 2
    with pytest.raises(PermissionDenied):
        nudge_units(cast.na_meo, ids, year=2026, by=cast.lan)
