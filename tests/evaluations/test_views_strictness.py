"""One criterion across all units: who may look, what is told, who stands apart, and what it asks."""

import pytest

from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Answer, Evaluation
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file
from tests import story
from tests.cast import make_unit
from tests.pages import address, queries_of, words
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")


def compare_url(**query):
    return address("strictness", story.year(), **query)


def lines_of(answer):
    return {line.name: line for line, _ in answer.context["lines"]}


def many_areas(cast, number):
    """So many areas of Na Mèo more with a file each, sent and answered like that of Ché Lầu."""
    story.submitted(cast.che_lau, cast)
    files = story.files(cast.che_lau)
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        pattern = files[scheme]
        answers = list(Answer.objects.filter(evaluation=pattern))
        for place in range(number):
            name = f"Mẫu {place}"
            unit = (
                make_unit(Kind.RESIDENTIAL_AREA, name, parent=cast.na_meo, sub_kind=SubKind.BAN)
                if scheme == Scheme.RECOGNITION
                else Evaluation.objects.get(unit_version__name__endswith=f" {name}").unit
            )
            copied = Evaluation.objects.get(pk=pattern.pk)
            copied.pk, copied.unit, copied.unit_version = None, unit, unit.versions.get()
            copied.save(force_insert=True)
            for one in answers:
                one.pk, one.evaluation = None, copied
            Answer.objects.bulk_create(answers)


@pytest.mark.parametrize(
    ("name", "status"),
    [("minh", 200), ("tuan", 200), ("nga", 200), ("lan", 403), ("hoa", 403), ("thu", 403)],
)
def test_only_who_appraises_compares_and_only_the_own_units(cast, as_, open_year, name, status):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    client = as_(getattr(cast, name))

    assert client.get(compare_url()).status_code == status
    page = (
        words(client.get(compare_url(tieu_chi="tt124:4.1.i")))
        if name == "minh"
        else words(client.get(compare_url()))
    )
    assert ("Ché Lầu" in page) == (name == "minh")


def test_units_that_stand_apart_come_first_with_the_rule_said(cast, as_, open_year):
    many_areas(cast, 6)
    row = definition_of(open_year[Scheme.CLASSIFICATION].criteria_set).row("A1")
    odd = Answer.objects.filter(criterion=row.id, evaluation__unit=cast.che_lau)
    odd.update(points=0)
    Answer.objects.filter(criterion=row.id).exclude(evaluation__unit=cast.che_lau).update(points=5)

    answer = as_(cast.minh).get(compare_url(loai="residential_area", tieu_chi="qd510:A1"))

    names = [line.name for line, _ in answer.context["lines"]]
    apart = [line.name for line, _ in answer.context["lines"] if line.is_apart]
    assert names[0] == "Bản Ché Lầu"
    assert apart == ["Bản Ché Lầu"]
    line = lines_of(answer)["Bản Ché Lầu"]
    assert (line.from_median, line.own_word) == (-5, "0")
    page = words(answer)
    assert "1,5 lần" in page
    assert "khác số đông" in page
    assert "-5" in page


def test_a_rare_verdict_is_marked_and_drafts_are_not_counted(cast, as_, open_year):
    many_areas(cast, 5)
    row = definition_of(open_year[Scheme.RECOGNITION].criteria_set).row("4.1.i")
    Answer.objects.filter(criterion=row.id, evaluation__unit=cast.che_lau).update(verdict="not_met")
    open_file(cast.hiem, year=story.year(), by=cast.lan)
    draft = story.files(cast.hiem)[Scheme.RECOGNITION]
    save_answers(draft, {"4.1.i": Typed(AnswerValues(verdict="not_met"))}, by=cast.lan)

    answer = as_(cast.minh).get(compare_url(tieu_chi="recognition:4.1.i"))

    found = answer.context["found"]
    assert found.compared == 6
    assert [(word, count) for _, word, count in found.counts] == [("Đạt", 5), ("Chưa đạt", 1)]
    assert [line.name for line in found.apart] == ["Bản Ché Lầu"]
    assert not lines_of(answer)["Bản Hiềm"].is_sent
    assert "dưới 20 %" in words(answer)
    assert answer.context["before_url"] == ""
    assert "tt124%3A4.1.ii" in answer.context["after_url"]
    assert as_(cast.minh).get(compare_url(tieu_chi="tt124:9.9")).status_code == 404


def test_overview_tells_the_spread_of_every_criterion(cast, as_, open_year):
    many_areas(cast, 5)

    answer = as_(cast.minh).get(compare_url(tieu_chi="qd510:"))

    rows = definition_of(open_year[Scheme.CLASSIFICATION].criteria_set).rows
    assert [found.row.code for found, _ in answer.context["lines"]] == [row.code for row in rows]
    assert all(
        found.compared == 6 for found, _ in answer.context["lines"] if found.row.kind == "points"
    )
    assert len(answer.context["kinds"]) == 0


def test_pages_ask_the_same_with_one_unit_and_with_thirty(cast, as_, open_year):
    urls = (compare_url(), compare_url(tieu_chi="qd510:A1"))
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    client = as_(cast.minh)
    for url in urls:
        client.get(url)
    few = [queries_of(client, url) for url in urls]
    many_areas_after_opening(cast, 29)

    many = [queries_of(client, url) for url in urls]

    assert many == few
    assert max(many) <= 12


def many_areas_after_opening(cast, number):
    for scheme, pattern in story.files(cast.che_lau).items():
        for place in range(number):
            unit = make_unit(
                Kind.RESIDENTIAL_AREA, f"{scheme} {place}", parent=cast.na_meo, sub_kind=SubKind.BAN
            )
            copied = Evaluation.objects.get(pk=pattern.pk)
            copied.pk, copied.unit, copied.unit_version = None, unit, unit.versions.get()
            copied.save(force_insert=True)
