"""The stored counts of a year always equal a count of the rows, whatever happened to them."""

import datetime as dt
from collections import Counter
from contextlib import contextmanager
from functools import partial
from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.models import (
    Decision,
    Evaluation,
    RecordedResult,
    Registration,
    RosterEntry,
    Season,
    Summary,
)
from evaluations.models.evaluations import APPRAISED_STATES
from evaluations.models.summaries import COUNTS
from evaluations.selectors.summaries import summary_differences
from evaluations.services.registrations import return_registration, send_registration
from evaluations.services.rosters import (
    add_after_freezing,
    freeze_roster,
    prepare_roster,
    remove_after_freezing,
    set_not_considered,
)
from evaluations.services.summaries import (
    LOCK_SPACE,
    rebuild_summaries,
    refresh_every_year,
    refresh_places,
    refresh_summaries,
)
from evaluations.workflow import WITH_AUTHORITY, Status
from tests import story
from tests.cast import make_unit, version_of
from tests.reports.conftest import (  # noqa: F401 - fixtures
    CLASSIFICATION,
    NOW,
    RECOGNITION,
    YEAR,
    Year,
    full_year,
    year,
)
from units.models import Kind, ManagingLevel, SubKind, UnitVersion
from units.services import revise_unit

pytestmark = pytest.mark.django_db

CLASSES = ("xuat_sac", "kha", "trung_binh", "yeu")


def counted_by_hand(of_year):
    """Every summary of a year counted unit by unit in plain Python, by place, kind and authority."""
    tallies = {}
    entries = {}
    for entry in RosterEntry.objects.filter(roster__year=of_year, removed_at=None).order_by("pk"):
        entries[entry.unit_id] = entry
    results = list(RecordedResult.objects.filter(year=of_year).select_related("unit"))
    units = {entry.unit for entry in entries.values()} | {one.unit for one in results}
    for unit in units:
        if _gave_way(unit, of_year):
            continue
        recorded = [one for one in results if one.unit_id == unit.pk]
        entry = entries.get(unit.pk)
        key = (_place(unit, of_year), unit.kind, entry.roster.authority_id if entry else None)
        tallies.setdefault(key, Counter()).update(_columns(unit, entry, recorded, of_year))
    return {key: {name: tally[name] for name in COUNTS} for key, tally in tallies.items()}


def _gave_way(unit, of_year):
    """Communes that ended within the year count no more; a thôn on a frozen list does."""
    is_government = unit.kind in (Kind.COMMUNE, Kind.DISTRICT)
    return is_government and unit.ended_on and unit.ended_on <= dt.date(of_year, 12, 31)


def _place(unit, of_year):
    if unit.kind in (Kind.COMMUNE, Kind.DISTRICT):
        return unit.pk
    then = [
        v for v in unit.versions.all() if (v.valid_from or dt.date.min) <= dt.date(of_year, 12, 31)
    ]
    return max(then, key=lambda v: v.valid_from or dt.date.min).parent_id


def _columns(unit, entry, recorded, of_year):
    if any(one.source == "external" for one in recorded):
        return ["external"]
    if entry is None:
        return ["unlisted"]
    if entry.not_considered_reason:
        return ["listed", "not_considered"]
    if entry.coverage == "voluntary":
        return ["listed", "voluntary"]
    found = ["listed", "considered", *_registration(unit, of_year)]
    first, from_paper = _outcome(unit, RECOGNITION, recorded, of_year)
    second, also = _outcome(unit, CLASSIFICATION, recorded, of_year)
    file = Evaluation.objects.filter(
        unit=unit, season__year=of_year, season__scheme=RECOGNITION
    ).first()
    found += ["submitted"] * bool(file and file.status in WITH_AUTHORITY)
    found += ["appraised"] * bool(file and file.status in APPRAISED_STATES)
    if first:
        outcome, is_in_time = first
        found += ["decided", outcome]
        found += {True: ["decided_in_time"], False: ["decided_late"], None: []}[is_in_time]
    if second:
        found += {True: ["classified_in_time"], False: ["classified_late"], None: []}[second[1]]
    found += [second[0] if second else "unclassified"]
    return found + ["from_paper"] * (from_paper or also)


def _registration(unit, of_year):
    row = (
        Registration.objects.filter(unit=unit, season__year=of_year).exclude(status="draft").first()
    )
    if row is None:
        return []
    return ["registered"] + ["registered_late"] * (row.registered_on > row.season.register_by)


def _outcome(unit, scheme, recorded, of_year):
    """The outcome with whether it came in time, if there is one, and whether it is from paper."""
    season = Season.objects.filter(year=of_year, scheme=scheme, unit_kind=unit.kind).first()
    file = (
        Evaluation.objects.filter(unit=unit, season=season, status="decided").first()
        if season
        else None
    )
    if file:
        decision = Decision.objects.filter(items__evaluation=file, status="issued").first()
        day = decision.issued_on if decision else None
        return (file.decided_outcome, day < season.decide_before if day else None), False
    for one in recorded:
        if one.scheme == scheme:
            return (one.outcome, one.decided_on < season.decide_before if season else None), True
    return None, False


def stored(of_year):
    rows = Summary.objects.filter(year=of_year)
    return {
        (row.place_id, row.kind, row.authority_id): {name: getattr(row, name) for name in COUNTS}
        for row in rows
    }


def assert_equal(of_year=YEAR):
    assert stored(of_year) == counted_by_hand(of_year)
    assert summary_differences(of_year) == []


@contextmanager
def committed():
    """Runs what a commit would run."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


@pytest.fixture
def many_kinds(year):  # noqa: F811 - a fixture
    """The cast with a school of the province, a cooperative, and the communes on the province's list."""
    cast = year.cast
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Quan Sơn 2", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    year.season(RECOGNITION, Kind.EDUCATIONAL_INSTITUTION)
    year.season(RECOGNITION, Kind.COMMUNE)
    return year, [cast.che_lau, cast.hiem, cast.thuy_thanh, school, cast.na_meo]


class History:
    """Writes what happened to units of a year, row by row, and tells the summaries each time."""

    def __init__(self, of_year, units):
        self.year, self.cast, self.units = of_year, of_year.cast, units
        self.number = 0

    def do(self, name, place, choice):
        unit = self.units[place]
        with committed(), transaction.atomic():
            getattr(self, name)(unit, choice)

    def tell(self, unit):
        refresh_summaries([unit.pk], year=YEAR)

    def list_it(self, unit, choice):
        authority = (self.cast.na_meo, self.cast.son_thuy, self.cast.province)[choice % 3]
        coverage = ("covered", "voluntary")[choice == 5]
        if not RosterEntry.objects.filter(unit=unit, roster__authority=authority).exists():
            self.year.list_units(authority, unit, coverage=coverage)
        self.tell(unit)

    def take_off(self, unit, choice):
        entry = RosterEntry.objects.filter(unit=unit).order_by("pk").last()
        if entry:
            RosterEntry.objects.filter(pk=entry.pk).update(removed_at=NOW if choice % 2 else None)
        self.tell(unit)

    def leave_out(self, unit, choice):
        fields = {"not_considered_reason": "other", "not_considered_note": "đã thống nhất"}
        if choice % 2:
            fields = dict.fromkeys(fields, "")
        RosterEntry.objects.filter(unit=unit).update(**fields)
        self.tell(unit)

    def register(self, unit, choice):
        if (RECOGNITION, unit.kind) not in self.year.seasons:
            return
        Registration.objects.filter(unit=unit).delete()
        if choice:
            day = dt.date(2026, 3, 31) + dt.timedelta(days=choice - 2)
            self.year.register(unit, on=day, status="draft" if choice == 5 else "sent")
        self.tell(unit)

    def move_file(self, unit, choice):
        """Submitted, returned, appraised …, by the choice; a decision is another matter."""
        steps = [one for one in Status if one != Status.DECIDED]
        self._file(unit, RECOGNITION, steps[choice % len(steps)], "met")

    def decide(self, unit, choice):
        self._file(
            unit, RECOGNITION, Status.DECIDED, ("met", "not_met")[choice % 2], late=choice > 2
        )

    def classify(self, unit, choice):
        self._file(unit, CLASSIFICATION, Status.DECIDED, CLASSES[choice % 4], late=choice > 3)

    def annul(self, unit, choice):
        Evaluation.objects.filter(unit=unit, status="decided").update(
            status="annulled", decided_outcome=""
        )
        self.tell(unit)

    def record(self, unit, choice):
        scheme, outcome = ((RECOGNITION, "met"), (CLASSIFICATION, "kha"))[choice % 2]
        RecordedResult.objects.update_or_create(
            unit=unit, year=YEAR, scheme=scheme,
            defaults={
                "unit_version": version_of(unit), "province": self.cast.province,
                "deciding_unit": self.cast.na_meo, "outcome": outcome, "organ": "UBND",
                "source": "external" if choice > 3 else "paper", "decision_number": "7/QĐ",
                "decided_on": dt.date(2026, 11, 13 + choice), "entered_at": NOW,
                "entered_by": self.cast.lan,
            },
        )  # fmt: skip
        self.tell(unit)

    def take_back_result(self, unit, choice):
        RecordedResult.objects.filter(unit=unit).delete()
        self.tell(unit)

    def move(self, unit, choice):
        """The unit lies in the other commune from a day of this year, or only from the next one."""
        if unit.kind == Kind.COMMUNE:
            return
        day = dt.date(2026 + choice % 2, 1 + choice, 1)
        last = unit.versions.order_by("-valid_from").first()
        other = self.cast.son_thuy if last.parent_id == self.cast.na_meo.pk else self.cast.na_meo
        if not unit.versions.filter(valid_from__gte=day).exists():
            path = f"{version_of(other).path}{unit.pk}/"
            UnitVersion.objects.create(
                unit=unit, parent=other, path=path, valid_from=day, name=last.name,
                sub_kind=last.sub_kind, managing_level=last.managing_level,
            )  # fmt: skip
        refresh_every_year([unit.pk])

    def close(self, unit, choice):
        unit.ended_on = None if choice % 2 else dt.date(2026, 7, 1)
        unit.save()
        refresh_every_year([unit.pk])

    def _file(self, unit, scheme, status, outcome, *, late=False):
        if (scheme, unit.kind) not in self.year.seasons:
            return
        for old in Evaluation.objects.filter(unit=unit, season__scheme=scheme):
            old.decision_items.all().delete()
            old.delete()
        made = self.year.evaluate(unit, scheme, status, outcome)
        if status == Status.DECIDED:
            self.number += 1
            decision = self.year.issue(self.cast.na_meo, scheme, str(self.number), made)
            day = dt.date(2026, 11, 15 if late else 14)
            Decision.objects.filter(pk=decision.pk).update(issued_on=day)
        self.tell(unit)


ACTS = (
    "list_it", "take_off", "leave_out", "register", "move_file", "decide", "classify", "annul",
    "record", "take_back_result", "move", "close",
)  # fmt: skip


any_history = given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, 4), st.integers(0, 5)),
        min_size=3, max_size=25,
    )
)  # fmt: skip
on_one_database = partial(
    settings, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@on_one_database(max_examples=8)
@any_history
def test_summaries_equal_the_rows_after_any_history(many_kinds, steps):
    _assert_equal_after(steps, *many_kinds)


@pytest.mark.slow
@on_one_database(max_examples=40)
@any_history
def test_summaries_equal_the_rows_after_many_histories(many_kinds, steps):
    _assert_equal_after(steps, *many_kinds)


def _assert_equal_after(steps, found, units):
    with transaction.atomic():
        history = History(Year(found.cast, dict(found.seasons)), units)
        for place in range(5):
            history.do("list_it", place, (0, 0, 1, 2, 2)[place])
        for step in steps:
            history.do(*_in_place(step))
        assert_equal()
        transaction.set_rollback(True)


def _in_place(step):
    name, place, choice = step
    return name, place, choice


def test_summaries_follow_the_services_of_a_year(cast):
    with committed():
        story.open_seasons(cast)
    this_year = story.year()
    assert_equal(this_year)
    assert stored(this_year)[cast.na_meo.pk, Kind.RESIDENTIAL_AREA, cast.na_meo.pk]["listed"] == 2
    with committed():
        decision = story.approved([cast.che_lau, cast.hiem], cast)
        story.issue_decision(decision, numbering=story.numbering(), by=cast.van)
    assert_equal(this_year)
    found = stored(this_year)[cast.na_meo.pk, Kind.RESIDENTIAL_AREA, cast.na_meo.pk]
    assert (found["registered"], found["decided"], found["met"]) == (2, 2, 2)
    assert found["decided_in_time"] == 2


def test_summaries_follow_the_list(cast):
    with committed():
        story.open_seasons(cast)
        roster = prepare_roster(cast.na_meo, year=story.year())
        freeze_roster(roster, by=cast.minh)
    with committed():
        entry = roster.entries.get(unit=cast.hiem)
        set_not_considered(entry, reason="other", note="UBND xã thống nhất", by=cast.minh)
    assert_equal(story.year())
    with committed():
        remove_after_freezing(roster.entries.get(unit=cast.che_lau), reason="nhầm", by=cast.minh)
    assert_equal(story.year())
    with committed():
        add_after_freezing(roster, cast.che_lau, reason="CV 12", by=cast.minh)
    assert_equal(story.year())
    assert (
        stored(story.year())[cast.na_meo.pk, Kind.RESIDENTIAL_AREA, cast.na_meo.pk]["listed"] == 2
    )


def test_summaries_follow_a_returned_registration(cast, open_year):
    with committed():
        row = story.save_registration(story.season(), cast.hiem, story.figures(), by=cast.lan)
        send_registration(row, by=cast.lan)
    assert sum(one["registered"] for one in stored(story.year()).values()) == 1
    with committed():
        return_registration(row, note="thiếu số hộ", by=cast.minh)
    assert sum(one["registered"] for one in stored(story.year()).values()) == 0


def test_summaries_follow_a_unit_that_moves(full_year):  # noqa: F811
    cast = full_year.cast
    rebuild_summaries(YEAR)
    with committed():
        revise_unit(cast.hiem, valid_from=dt.date(YEAR, 7, 1), parent=cast.son_thuy, by=cast.thu)

    assert_equal()
    assert stored(YEAR)[cast.son_thuy.pk, Kind.RESIDENTIAL_AREA, cast.na_meo.pk]["listed"] == 1


def test_a_transaction_counts_each_place_once(full_year):  # noqa: F811
    cast = full_year.cast
    with CaptureQueriesContext(connection) as queries, committed():
        for unit in (cast.che_lau, cast.hiem, cast.che_lau):
            refresh_summaries([unit.pk], year=YEAR)
    inserts = [one for one in queries.captured_queries if one["sql"].startswith("INSERT")]
    assert len(inserts) == 1


def test_a_step_that_was_undone_leaves_the_others_counted(full_year):  # noqa: F811
    rebuild_summaries(YEAR)
    cast = full_year.cast
    with committed():
        try:
            with transaction.atomic():
                refresh_summaries([cast.hiem.pk], year=YEAR)
                raise LookupError
        except LookupError:
            pass
        RosterEntry.objects.filter(unit=cast.thuy_thanh).update(coverage="voluntary")
        refresh_summaries([cast.thuy_thanh.pk], year=YEAR)
    assert_equal()


def checked(**options):
    """The exit code of `rebuild_summaries --check`, and what it printed."""
    output = StringIO()
    try:
        call_command("rebuild_summaries", check=True, stdout=output, **options)
    except SystemExit as left:
        return left.code, output.getvalue()
    return 0, output.getvalue()


@pytest.fixture
def _no_waiting(monkeypatch):
    monkeypatch.setattr("evaluations.management.commands.rebuild_summaries.MOMENT", 0)


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.parametrize(
    "tamper",
    [
        lambda rows: rows.filter(registered__gt=0).update(registered=0),
        lambda rows: rows.first().delete(),
        lambda rows: rows.create(
            year=YEAR, place_id=rows.first().place_id, province_id=rows.first().province_id,
            kind=Kind.AGENCY,
        ),
        lambda rows: rows.update(district_id=rows.first().province_id),
    ],
)  # fmt: skip
def test_check_fails_on_a_row_that_is_not_so(tamper, full_year):  # noqa: F811
    call_command("rebuild_summaries", year=YEAR, stdout=StringIO())
    assert checked() == (0, f"Năm {YEAR}: khớp.\n")

    tamper(Summary.objects.all())

    code, words = checked(year=YEAR)
    assert code == 1
    assert "không khớp" in words
    assert "place_id=" in words


def test_rebuilding_leaves_other_years_alone(full_year):  # noqa: F811
    rebuild_summaries(YEAR)
    before = stored(YEAR)

    assert rebuild_summaries(YEAR - 1) == 0
    assert stored(YEAR) == before


@pytest.mark.django_db(transaction=True)
def test_who_counts_last_has_seen_what_was_committed(full_year):  # noqa: F811
    """A count that waits for another one begins when it has the place, not before."""
    rebuild_summaries(YEAR)
    place = full_year.cast.na_meo.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE + YEAR, place])
    counting = Thread(target=_refresh_elsewhere, args=[place])
    counting.start()
    counting.join(0.3)
    assert counting.is_alive()
    RosterEntry.objects.filter(unit=full_year.cast.hiem).update(coverage="voluntary")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE + YEAR, place])
    counting.join(10)

    assert_equal()


@pytest.mark.django_db(transaction=True)
def test_many_counts_at_once_end_right(full_year):  # noqa: F811
    cast = full_year.cast
    places = [cast.na_meo.pk, cast.son_thuy.pk]
    counting = [
        Thread(target=_refresh_elsewhere, args=places[:: 1 - 2 * (n % 2)]) for n in range(6)
    ]
    for thread in counting:
        thread.start()
    rebuild_summaries(YEAR)
    for thread in counting:
        thread.join(20)

    assert_equal()


def _refresh_elsewhere(*places):
    try:
        refresh_places(places, year=YEAR)
    finally:
        connection.close()
