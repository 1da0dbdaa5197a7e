"""Twenty files of one commune, answered and registered, and the people who fall upon them."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from antq_portal.lib.text import number_text
from criteria.scoring import AnswerKind, CriterionDefinition
from criteria.selectors import definition_of
from evaluations.models import Evaluation
from tests import story
from tests.cast import give_role, make_cast, make_person, make_unit
from units.models import Kind, ManagingLevel, Unit

FILES = 20
OFFICERS = 4
APPRAISERS = 2
ROWS_A_SHEET = 3
"""So few rows of each file are typed into that people meet in them."""


@dataclass(frozen=True)
class Row:
    """One row that people type into: what they may choose, as its inputs are named."""

    evaluation_id: int
    criterion_id: int
    choices: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Place:
    """One file that is fallen upon."""

    unit_id: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Battlefield:
    """What the clients know."""

    year: int
    places: tuple[Place, ...]
    officers: tuple[User, ...]
    appraisers: tuple[User, ...]


def battlefield() -> Battlefield:
    """Make it with real commits; every file could be sent at once."""
    cast = make_cast()
    areas = [
        make_unit(Kind.RESIDENTIAL_AREA, f"Bản Búa {number}", parent=cast.na_meo,
                  level=ManagingLevel.COMMUNE)
        for number in range(FILES)
    ]  # fmt: skip
    story.open_seasons(cast)
    officers = [_person(f"nhap{n}", Role.OFFICER, cast.na_meo) for n in range(OFFICERS)]
    appraisers = [_person(f"tham{n}", Role.APPRAISER, cast.na_meo) for n in range(APPRAISERS)]
    return Battlefield(
        story.year(),
        tuple(_ready(area, cast) for area in areas),
        tuple(officers),
        tuple(appraisers),
    )


def session_of(user: User) -> str:
    """The session cookie of somebody who has just signed in."""
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user.pk))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _person(username: str, role: Role, unit: Unit) -> User:
    person = make_person(username, f"Người {username}")
    give_role(person, role, unit)
    return person


def _ready(area: Unit, cast: object) -> Place:
    story.registered(area, officer=cast.lan, appraiser=cast.minh)
    story.answered(area, officer=cast.lan)
    story.stated(area, officer=cast.lan)
    evaluations = Evaluation.objects.filter(unit=area).select_related("season__criteria_set")
    return Place(area.pk, tuple(row for one in evaluations for row in _rows(one)))


def _rows(one: Evaluation) -> list[Row]:
    """Rows in which one choice is all that has to be made, and that follow from no other."""
    rows = definition_of(one.season.criteria_set).rows
    plain = [row for row in rows if not row.proposal_rule and (row.levels or is_yes_no(row))]
    return [Row(one.pk, row.id, _choices(row)) for row in plain[:ROWS_A_SHEET]]


def is_yes_no(row: CriterionDefinition) -> bool:
    return row.answer_type == AnswerKind.YES_NO


def _choices(row: CriterionDefinition) -> tuple[dict[str, str], ...]:
    if is_yes_no(row):
        return ({"verdict": "met"}, {"verdict": "not_met"})
    return tuple({"level": number_text(level.points)} for level in row.levels)
