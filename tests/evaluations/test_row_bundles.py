"""Many answers in one request: each as if it had come by itself, and none twice."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from criteria.selectors import definition_of
from evaluations.models import Answer, AnswerChange, Evaluation
from evaluations.services.evaluations import open_file
from tests import story
from tests.pages import address
from units.coverage import Scheme


@pytest.fixture
def opened(cast, open_year):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)[Scheme.RECOGNITION]


def row(evaluation, code, *, unit=None, version=0, key=None, **typed):
    """One row of a bundle, with version and time alone for its answer."""
    pk = definition_of(evaluation.season.criteria_set).row(code).id
    form = {f"c{pk}-{name}": value for name, value in typed.items()}
    form |= {f"c{pk}-version": version, "lan": key or str(uuid4()), "gon": "1"}
    return f"{unit or evaluation.unit_id}/{pk}?{urlencode(form)}"


def post(client, *rows):
    return client.post(address("save_rows", story.year()), {"dong": rows})


def results(answer):
    return [(one["status"], one["data"].get("version")) for one in answer.json()["rows"]]


def stored():
    return dict(Answer.objects.filter(is_proposal=False).values_list("criterion__code", "verdict"))


def test_each_row_has_its_own_answer_and_none_stops_another(cast, as_, opened):
    client = as_(cast.lan)
    post(client, row(opened, "4.2", verdict="met"))

    mixed = post(
        client,
        row(opened, "4.1.i", verdict="met"),
        row(opened, "4.2", verdict="not_met"),
        row(opened, "4.1.iii", numerator="x", denominator="3"),
        row(opened, "4.1.i", unit=987654321, verdict="met"),
        f"{opened.unit_id}/987654321?lan={uuid4()}",
        row(opened, "4.1.ii", verdict="not_met"),
    )

    codes = [code for code, _ in results(mixed)]
    saved, stale, wrong, *_ = (one["data"] for one in mixed.json()["rows"])
    assert (mixed.status_code, codes) == (207, [200, 409, 400, 404, 404, 200])
    assert set(saved) == {"version", "at"}
    assert (stale["code"], stale["version"], stale["who"]) == ("stale", 1, str(cast.lan))
    assert wrong["code"] == "invalid"
    assert wrong["errors"]
    assert stored() == {"4.1.i": "met", "4.1.ii": "not_met", "4.2": "met"}


def test_row_answers_in_a_bundle_what_it_answers_by_itself(cast, as_, opened):
    client = as_(cast.lan)
    place, _, form = row(opened, "4.2", verdict="met").partition("?")
    unit, criterion = place.split("/")
    alone = address("save_row", story.year(), unit, criterion)
    whole = form.replace("gon=1", "")
    kind = "application/x-www-form-urlencoded"

    [one] = post(client, f"{place}?{whole}").json()["rows"]
    again = client.post(alone, whole, content_type=kind)
    short = client.post(alone, form, content_type=kind)

    assert one["data"] == again.json()
    assert {"version", "at", "row", "running"} == set(one["data"])
    assert {"version", "at"} == set(short.json())


def test_bundle_that_comes_twice_writes_once(cast, as_, opened):
    client = as_(cast.lan)
    rows = [row(opened, code, verdict="met") for code in ("4.1.i", "4.1.ii", "4.2")]

    first, again = post(client, *rows), post(client, *rows)

    assert results(first) == results(again) == [(200, 1)] * 3
    assert first.status_code == 200
    assert AnswerChange.objects.filter(answer__criterion__code__in=stored()).count() == 3


def test_rows_of_other_people_s_units_are_refused_one_by_one(cast, as_, opened):
    mine = row(opened, "4.2", verdict="met")
    appraiser = post(as_(cast.minh), mine)
    stranger = post(as_(cast.nga), mine)

    assert appraiser.status_code in (403, 404)
    assert stranger.status_code == 404
    assert stored() == {}


def test_first_rows_of_units_open_their_files(cast, as_, open_year):
    recognition = story.season(Scheme.RECOGNITION)
    rows = [
        f"{unit.pk}/{definition_of(recognition.criteria_set).row(code).id}"
        for unit in (cast.che_lau, cast.hiem)
        for code in ("4.1.i", "4.2")
    ]
    sent = [f"{one}?c{one.split('/')[1]}-verdict=met&gon=1" for one in rows]

    assert results(post(as_(cast.lan), *sent)) == [(200, 1)] * 4
    assert Evaluation.objects.filter(season=recognition).count() == 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [([], "malformed"), (["x"], "malformed"), (["1/x?a=b"], "malformed"), (["²/3?a=b"], "malformed"),
     (["1/2?a=%00"], "malformed"), (["1/2?a=b"] * 41, "too_many")],
)  # fmt: skip
def test_what_is_no_bundle_writes_nothing(cast, as_, opened, rows, code):
    good = [row(opened, "4.2", verdict="met")] if rows else []

    answer = post(as_(cast.lan), *good, *rows)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert stored() == {}


def test_script_is_told_that_the_session_is_over(opened):
    answer = post(Client(), row(opened, "4.2", verdict="met"))

    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert post(Client(enforce_csrf_checks=True)).status_code == 403
    assert stored() == {}
