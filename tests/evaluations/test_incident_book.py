"""The book of incidents: who keeps and reads it, what a line must say, that nothing is lost."""

import datetime as dt

import pytest
import yaml
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import localdate

from accounts.models import AuditEvent
from accounts.roles import Role
from criteria.exceptions import TransitionRefused
from evaluations.models import BookStatement, Incident, IncidentType
from evaluations.models.incident_types import ROWS_OF_KIND, types_of
from evaluations.services.incidents import (
    IncidentDetails,
    add_incident,
    confirm_book,
    correct_incident,
    strike_incident,
)
from tests import story
from tests.cast import give_role, make_person, make_unit
from units.models import Kind, ManagingLevel

pytestmark = pytest.mark.usefixtures("stage", "db")
T = IncidentType


def details(**changes):
    values = {
        "occurred_on": localdate() - dt.timedelta(days=40), "type": T.OTHER_CRIME, "cases": 1,
        "kept_at": "Công an xã",
    }  # fmt: skip
    return IncidentDetails(**{**values, **changes})


@pytest.fixture
def law(cast, open_year):
    return open_year


@pytest.fixture
def thpt(cast, law):
    """A school that lies in Na Mèo and answers to the province."""
    return make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Quan Sơn 2", parent=cast.na_meo,
        level=ManagingLevel.PROVINCE,
    )  # fmt: skip


# Who writes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lan", "minh"])
def test_officer_and_appraiser_of_the_commune_keep_its_book(cast, law, name):
    line = add_incident(cast.che_lau, details(), by=getattr(cast, name))

    assert (line.authority, line.unit, line.entered_by) == (
        cast.na_meo, cast.che_lau, getattr(cast, name)
    )  # fmt: skip


@pytest.mark.parametrize("name", ["hoa", "van", "tuan", "binh", "thu", "nga", "root"])
def test_nobody_else_writes_into_it(cast, law, name):
    with pytest.raises(PermissionDenied):
        add_incident(cast.che_lau, details(), by=getattr(cast, name))


def test_commune_stands_for_itself_in_its_own_book(cast, law):
    line = add_incident(cast.na_meo, details(), by=cast.lan)

    assert (line.authority, line.unit) == (cast.na_meo, cast.na_meo)
    with pytest.raises(PermissionDenied):
        add_incident(cast.na_meo, details(), by=cast.binh)


def test_reporter_writes_nothing(cast, law):
    head = make_person("truong")
    give_role(head, Role.REPORTER, cast.che_lau)

    with pytest.raises(PermissionDenied):
        add_incident(cast.che_lau, details(), by=head)


# Who reads ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count"),
    [("lan", 1), ("minh", 1), ("hoa", 1), ("van", 0), ("tuan", 0), ("binh", 0), ("thu", 0),
     ("nga", 0), ("root", 0)],
)  # fmt: skip
def test_book_is_read_at_the_authority_that_keeps_it(cast, law, name, count):
    add_incident(cast.che_lau, details(type=T.RELIGION), by=cast.lan)
    confirm_book(cast.na_meo, year=story.year(), complete_to=localdate(), by=cast.lan)

    assert Incident.objects.visible_to(getattr(cast, name)).count() == count
    assert BookStatement.objects.visible_to(getattr(cast, name)).count() == count


def test_reporter_and_limited_roles_read_no_lines_of_others(cast, law):
    add_incident(cast.che_lau, details(), by=cast.lan)
    head, of_schools = make_person("truong"), make_person("giaoduc")
    give_role(head, Role.REPORTER, cast.che_lau)
    give_role(of_schools, Role.OFFICER, cast.na_meo, kinds=[Kind.EDUCATIONAL_INSTITUTION])

    assert not Incident.objects.visible_to(head).exists()
    assert not Incident.objects.visible_to(of_schools).exists()


def test_audit_chain_says_which_line_and_not_what_it_says(cast, law):
    line = add_incident(cast.che_lau, details(type=T.RELIGION, note="ghi chú riêng"), by=cast.lan)

    event = AuditEvent.objects.get(act="incident.add")
    assert (event.subject, event.unit_id) == (f"incident:{line.pk}", cast.che_lau.pk)
    assert event.details == {}
    assert "đạo" not in event.summary
    assert "riêng" not in event.summary


# What a line says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occurred_on": dt.date(2100, 1, 1)}, "occurred_on"),
        ({"type": T.STRIKE}, "type"),
        ({"type": "other"}, "type"),
        ({"cases": 0}, "cases"),
        ({"type": T.NEW_IN_EVILS, "cases": 1}, "people"),
        ({"exception_claimed": "bat_kha_khang"}, "exception_claimed"),
        ({"type": T.FIRE, "exception_claimed": "phat_hien_han_che_bao_cao"}, "exception_claimed"),
        ({"type": T.FIRE, "exception_claimed": "bat_kha_khang"}, "paper_number"),
        ({"paper_number": "5/BC"}, "paper_on"),
        ({"kept_at": " "}, "kept_at"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_wrong_line_is_refused_at_its_field(cast, law, changes, field):
    with pytest.raises(ValidationError) as refused:
        add_incident(cast.che_lau, details(**changes), by=cast.lan)

    assert field in refused.value.message_dict
    assert not Incident.objects.exists()


def test_types_follow_the_criteria_of_the_kind():
    assert T.SEPARATISM in types_of(Kind.RESIDENTIAL_AREA)
    assert T.STRIKE not in types_of(Kind.RESIDENTIAL_AREA)
    assert T.STRIKE in types_of(Kind.ENTERPRISE)
    assert T.STRIKE not in types_of(Kind.EDUCATIONAL_INSTITUTION)
    assert T.SCHOOL_VIOLENCE in types_of(Kind.EDUCATIONAL_INSTITUTION)
    assert T.OTHER_CRIME in types_of(Kind.AGENCY)
    assert types_of(Kind.PROVINCE) == []


def test_every_row_named_by_a_type_stands_in_the_law():
    """Codes and counters are those of the criteria files."""

    of_kind = {
        Kind.RESIDENTIAL_AREA: "residential-area", Kind.AGENCY: "agency-enterprise",
        Kind.ENTERPRISE: "agency-enterprise", Kind.COMMUNE: "commune",
        Kind.EDUCATIONAL_INSTITUTION: "educational-institution",
    }  # fmt: skip
    for kind, name in of_kind.items():
        [path] = story.REGULATIONS.glob(f"tt124-{name}@*.yaml")
        groups = yaml.safe_load(path.read_text())["groups"]
        rows = {row["code"]: row for group in groups for row in group["rows"]}
        named = {one for counted in ROWS_OF_KIND[kind].values() for one in counted}
        for one in named:
            assert one.counter < len(rows[one.code]["counters"]), (kind, one)
        counted_in_law = {
            code for code, row in rows.items()
            if row["answer"] in ("incidents", "comparison") and "kỷ luật" not in row["text"]
            and "bị xử phạt" not in row["text"]
        }  # fmt: skip
        assert counted_in_law - {"4.5.ii", "5.3.ii"} <= {one.code for one in named}


# Corrected, struck out ------------------------------------------------------------------------


def test_correction_keeps_the_old_line(cast, law):
    old = add_incident(cast.che_lau, details(), by=cast.lan)

    new = correct_incident(old, cast.hiem, details(cases=2), reason="Nhầm bản.", by=cast.minh)

    old.refresh_from_db()
    assert (old.is_struck, old.strike_reason, old.struck_by) == (True, "Nhầm bản.", cast.minh)
    assert (new.corrects, new.unit, new.cases) == (old, cast.hiem, 2)
    assert list(Incident.objects.standing()) == [new]


def test_line_is_struck_out_once_and_with_a_reason(cast, law):
    line = add_incident(cast.che_lau, details(), by=cast.lan)

    with pytest.raises(ValidationError):
        strike_incident(line, reason=" ", by=cast.lan)
    strike_incident(line, reason="Ghi trùng.", by=cast.lan)
    with pytest.raises(TransitionRefused):
        strike_incident(line, reason="Lần nữa.", by=cast.lan)
    assert Incident.objects.count() == 1
    assert not Incident.objects.standing().exists()


def test_reasons_stay_in_the_book_and_out_of_the_chain(cast, law):
    line = add_incident(cast.che_lau, details(), by=cast.lan)
    new = correct_incident(line, cast.che_lau, details(), reason="Vụ của ông Thao.", by=cast.lan)
    strike_incident(new, reason="Vụ của ông Thao.", by=cast.lan)

    said = AuditEvent.objects.filter(act__startswith="incident.").values_list("summary", "details")
    assert len(said) == 3
    assert not any("Thao" in f"{summary}{details}" for summary, details in said)


@pytest.mark.parametrize("name", ["hoa", "nga", "tuan"])
def test_who_does_not_keep_the_book_strikes_nothing(cast, law, name):
    line = add_incident(cast.che_lau, details(), by=cast.lan)

    with pytest.raises((PermissionDenied, Incident.DoesNotExist)):
        strike_incident(line, reason="Thử.", by=getattr(cast, name))
    line.refresh_from_db()
    assert not line.is_struck


def test_database_neither_rewrites_nor_deletes_a_line(cast, law):
    line = add_incident(cast.che_lau, details(), by=cast.lan)

    for statement in (
        "UPDATE evaluations_incident SET cases = 9", "DELETE FROM evaluations_incident"
    ):  # fmt: skip
        with (
            pytest.raises(DatabaseError, match="only struck out"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    line.refresh_from_db()
    assert line.cases == 1


# Complete -------------------------------------------------------------------------------------


def test_book_is_confirmed_by_who_keeps_it_and_moves_on(cast, law):
    confirm_book(
        cast.na_meo, year=story.year(), complete_to=localdate() - dt.timedelta(days=9), by=cast.lan
    )
    confirm_book(cast.na_meo, year=story.year(), complete_to=localdate(), by=cast.minh)

    [statement] = BookStatement.objects.all()
    assert (statement.complete_to, statement.confirmed_by) == (localdate(), cast.minh)


@pytest.mark.parametrize("name", ["hoa", "nga", "tuan", "root"])
def test_nobody_else_confirms_it(cast, law, name):
    with pytest.raises(PermissionDenied):
        confirm_book(
            cast.na_meo, year=story.year(), complete_to=localdate(), by=getattr(cast, name)
        )


@pytest.mark.parametrize("days", [1, -1000])
def test_book_is_not_complete_to_a_day_to_come_or_of_another_year(cast, law, days):
    with pytest.raises(ValidationError) as refused:
        confirm_book(
            cast.na_meo, year=story.year(), complete_to=localdate() + dt.timedelta(days=days),
            by=cast.lan,
        )  # fmt: skip
    assert "complete_to" in refused.value.message_dict
