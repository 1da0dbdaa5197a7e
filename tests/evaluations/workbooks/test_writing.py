"""Writing a workbook: read once for many units, judged unit by unit."""

from dataclasses import replace
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antq_portal.demo.answers import good_answers
from criteria.scoring import AnswerValues
from evaluations.models import Answer, AnswerChange, Evaluation
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.rosters import prepare_roster
from evaluations.workbooks.identity import Identity
from evaluations.workbooks.plan import Item, Plan
from evaluations.workbooks.work import area_for_entry, sheets_for
from evaluations.workbooks.writing import FROM_EXCEL, write_plan
from tests import story
from tests.cast import make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.django_db
MOST_SQL = 6
"""Statements one more file may cost, without those that only open and close transactions."""


@pytest.fixture
def areas(cast):
    """Seven areas of Na Mèo whose files are open and empty."""
    made = [
        make_unit(Kind.RESIDENTIAL_AREA, f"Số {n}", parent=cast.na_meo, sub_kind=SubKind.BAN)
        for n in range(7)
    ]
    prepare_roster(cast.na_meo, year=story.year())
    for unit in made:
        open_file(unit, year=story.year(), by=cast.lan)
    return made


def plan_of(cast, units):
    """What a workbook with every recognition row filled well would do to these units."""
    area = area_for_entry(cast.lan, cast.na_meo.pk)
    sheets = sheets_for(cast.lan, area, story.year())
    sheet = next(one for one in sheets if one.scheme == Scheme.RECOGNITION)
    values = good_answers(sheet.definition, households=80, random=Random(1), skip=frozenset())
    items = [
        Item(sheet, unit, sheet.definition.row(code), one, (), "A1", 0, is_new=True)
        for unit in sheet.units
        if unit.unit_id in {one.pk for one in units}
        for code, one in values.items()
    ]
    return Plan(Identity.__new__(Identity), items=items)


def written(cast, plan):
    """Write it; the result of each unit, and how many statements it took."""
    with CaptureQueriesContext(connection) as caught:
        done = write_plan(plan, {}, year=story.year(), by=cast.lan)
    asked = [one for one in caught if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    return done.results, len(asked)


def test_one_more_file_costs_a_few_statements(cast, areas):
    written(cast, plan_of(cast, areas[:1]))

    few, of_two = written(cast, plan_of(cast, areas[1:3]))
    many, of_four = written(cast, plan_of(cast, areas[3:7]))

    assert [one.problems for one in (*few, *many)] == [[]] * 6
    assert {one.saved for one in (*few, *many)} == {19}
    assert (of_four - of_two) / 2 <= MOST_SQL


def test_a_refusal_of_one_unit_stops_no_other_and_proposals_follow(cast, areas):
    plan = plan_of(cast, areas[:3])
    first = Evaluation.objects.get(unit=areas[0], season__scheme=Scheme.RECOGNITION)
    save_answers(first, {"4.2": Typed(AnswerValues(verdict="not_met"))}, by=cast.lan)
    wrong = next(
        one for one in plan.items if one.unit.unit_id == areas[1].pk and one.row.code == "4.2"
    )
    plan.items[plan.items.index(wrong)] = replace(wrong, values=AnswerValues(verdict="nonsense"))

    results, _ = written(cast, plan)

    assert [one.saved for one in results] == [0, 0, 19]
    assert "4.2" in results[0].problems[0]
    assert results[1].problems[0].startswith("4.2.")
    answers = Answer.objects.filter(evaluation__unit=areas[1], is_proposal=False)
    assert not answers.exists()
    reasons = AnswerChange.objects.filter(answer__evaluation__unit=areas[2], kind="entered")
    assert set(reasons.values_list("reason", flat=True)) == {FROM_EXCEL}
    beside = Answer.objects.filter(
        evaluation__unit=areas[2], evaluation__season__scheme=Scheme.CLASSIFICATION
    )
    assert beside.filter(is_proposal=True).exists()
    assert not Answer.objects.filter(
        evaluation__unit=areas[1], evaluation__season__scheme=Scheme.CLASSIFICATION,
        proposed_from__contains="4.2",
    ).exists()  # fmt: skip
