"""Each proposal rule by its name: which level the TT 124 answers give, and when they give none."""

from dataclasses import replace
from decimal import Decimal

import pytest

from criteria.proposals import PROPOSERS, Proposal, ProposalContext, propose
from criteria.scoring import AnswerValues, Stage, answer_problems
from tests.criteria.sheets import best_answers, reviewed

KINDS = ("residential-area", "commune", "agency-enterprise", "educational-institution")
PAIRS = {kind: (reviewed(f"tt124-{kind}"), reviewed(f"qd510-provisional-{kind}")) for kind in KINDS}
KNOWN = ProposalContext(is_recognised=True, is_registered=True)


def proposed(kind, code, *, stage=Stage.SELF, context=KNOWN, **changed):
    """What is proposed for one row when everything is well but for the changed answers."""
    recognition, definition = PAIRS[kind]
    answers = best_answers(recognition)
    for key, values in changed["answers"].items() if changed else ():
        answers[key] = AnswerValues(**values)
    found = propose(
        definition, recognition=recognition, answers=answers, stage=stage, context=context
    )
    return found.get(code)


def points(kind, code, **given):
    proposal = proposed(kind, code, **given)
    return None if proposal is None else proposal.points


def test_every_rule_is_used_by_a_reviewed_set():
    used = {row.proposal_rule for _, definition in PAIRS.values() for row in definition.rows}

    assert set(PROPOSERS) == used - {""}


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("residential-area", 13),
        ("commune", 14),
        ("agency-enterprise", 16),
        ("educational-institution", 17),
    ],
)
def test_a_good_year_proposes_every_row_that_follows_from_tt_124(kind, number):
    recognition, definition = PAIRS[kind]

    found = propose(
        definition, recognition=recognition, answers=best_answers(recognition), context=KNOWN
    )

    assert len(found) == number
    for code, proposal in found.items():
        row = definition.row(code)
        values = AnswerValues(points=proposal.points, verdict=proposal.verdict)
        assert answer_problems(row, values) == []
        assert proposal.points in {level.points for level in row.levels} or row.kind == "veto"


def test_nothing_is_proposed_without_answers():
    recognition, definition = PAIRS["residential-area"]

    assert propose(definition, recognition=recognition, answers={}) == {}


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [(("met", "met"), 3), (("met", "not_met"), 0), (("not_met", "not_met"), 0)],
)
def test_all_met_with_two_levels(verdicts, expected):
    first, second = verdicts
    answers = {"5.3.i": {"verdict": first}, "5.3.ii": {"counts": (0 if second == "met" else 1,)}}

    assert points("commune", "C6", answers=answers) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, 6), (1, None)])
def test_all_met_leaves_levels_in_between_to_a_person(count, expected):
    assert points("residential-area", "D4", answers={"4.3.e": {"counts": (count,)}}) == expected


def test_all_met_passes_not_applicable_on_where_the_row_takes_it():
    proposal = proposed("agency-enterprise", "D1", answers={"6.4.i": {"verdict": "na"}})

    assert proposal == Proposal(None, "na", "TT 124: 6.4.i Không áp dụng; 6.4.ii Đạt")


def test_all_met_with_a_refusal_is_not_passed_on_as_not_applicable():
    answers = {"6.4.i": {"verdict": "na"}, "6.4.ii": {"counts": (1,)}}

    assert proposed("agency-enterprise", "D1", answers=answers) is None


@pytest.mark.parametrize(("verdict", "expected"), [("met", 2), ("not_met", None), ("na", None)])
def test_second_if_met_never_proposes_the_best_level(verdict, expected):
    assert points("agency-enterprise", "7.4b", answers={"6.2.ii": {"verdict": verdict}}) == expected


@pytest.mark.parametrize(
    ("counts", "expected"), [((0, 0), 5), ((1, 0), 3), ((0, 1), 3), ((1, 1), 0)]
)
def test_met_count(counts, expected):
    answers = {
        "4.4.c.i": {"counts": (counts[0],)},
        "4.4.c.ii": {"counts": (counts[1],)},
    }

    assert points("residential-area", "D7", answers=answers) == expected


def test_met_count_passes_not_applicable_on():
    assert proposed("agency-enterprise", "D3", answers={"6.5.i": {"verdict": "na"}}).verdict == "na"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (25_000, 25_000, 6),
        (24_999, 25_000, 4),
        (95, 100, 4),
        (949, 1_000, 2),
        (80, 100, 2),
        (799, 1_000, 0),
    ],
)
def test_percentage_steps(part, whole, expected):
    answers = {"4.1.iii": {"numerator": part, "denominator": whole}}

    assert points("residential-area", "B1", answers=answers) == expected


@pytest.mark.parametrize(
    ("parts", "expected"), [((1, 2, 3, 4, 5, 6), 4), ((1, 2, 3, 4), 2), ((1, 2, 3), 0), ((), 0)]
)
def test_parts_count(parts, expected):
    assert points("agency-enterprise", "B2", answers={"6.1.iii": {"parts_met": parts}}) == expected


@pytest.mark.parametrize(
    ("counts", "expected"), [((0, 0), 6), ((1, 0), 3), ((1, 1), 0), ((0, 5), 0)]
)
def test_incident_steps(counts, expected):
    assert points("agency-enterprise", "F8", answers={"6.3.h": {"counts": counts}}) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((0, 0, 0), (0, 0, 0), 6),
        ((1, 0, 0), (2, 0, 0), 6),
        ((1, 2, 3), (1, 2, 3), 4),
        ((2, 2, 3), (1, 2, 3), 0),
        ((2, 1, 3), (1, 2, 3), None),
        (None, None, None),
    ],
)
def test_trend(now, before, expected):
    answers = {"4.4.a": {"verdict": "met", "counts": now, "previous_counts": before}}

    assert points("residential-area", "D5", answers=answers) == expected


CLAIM = {"counts": (1,), "exception_claimed": "bat_kha_khang", "note": "Bão."}


@pytest.mark.parametrize(
    ("given", "stage", "expected"),
    [
        ({"counts": (0,)}, Stage.SELF, 6),
        ({"counts": (1,)}, Stage.SELF, 0),
        (CLAIM, Stage.SELF, 4),
        (CLAIM, Stage.APPRAISED, None),
        ({**CLAIM, "exception_accepted": True}, Stage.APPRAISED, 4),
        ({**CLAIM, "exception_accepted": False}, Stage.APPRAISED, 0),
    ],
)
def test_exception_step(given, stage, expected):
    assert points("residential-area", "D6", stage=stage, answers={"4.4.b": given}) == expected


def test_exception_step_says_that_it_rests_on_a_claim():
    assert proposed("residential-area", "D6", answers={"4.4.b": CLAIM}).source == (
        "TT 124: 4.4.b Đạt, có đề nghị xét ngoại lệ"
    )


@pytest.mark.parametrize(("verdict", "expected"), [("met", 5), ("not_met", None)])
def test_in_first_quarter(verdict, expected):
    assert points("residential-area", "A1", answers={"4.1.i": {"verdict": verdict}}) == expected


@pytest.mark.parametrize(
    ("verdict", "is_registered", "expected"),
    [("met", None, 2), ("not_met", True, 1), ("not_met", False, 0), ("not_met", None, None)],
)
def test_registered_in_first_quarter(verdict, is_registered, expected):
    context = replace(KNOWN, is_registered=is_registered)
    answers = {"6.1.ii.2": {"verdict": verdict}}

    assert points("agency-enterprise", "B1", context=context, answers=answers) == expected


@pytest.mark.parametrize(
    ("is_recognised", "expected"),
    [
        (True, Proposal(Decimal(4), "", "TT 124: được công nhận")),
        (False, Proposal(Decimal(0), "", "TT 124: chưa đạt")),
        (None, None),
    ],
)
def test_recognised(is_recognised, expected):
    context = ProposalContext(is_recognised=is_recognised)

    assert proposed("agency-enterprise", "G1", context=context) == expected


@pytest.mark.parametrize(("count", "verdict"), [(0, "met"), (1, "not_met")])
def test_veto_unless_met(count, verdict):
    proposal = proposed("residential-area", "LIỆT-1", answers={"4.3.a": {"counts": (count,)}})

    assert (proposal.points, proposal.verdict) == (None, verdict)


@pytest.mark.parametrize(
    ("code", "answers", "source"),
    [
        ("A1", {}, "TT 124: 4.1.i Đạt"),
        ("D3", {}, "TT 124: 4.3.c Đạt; 4.3.d Đạt"),
        (
            "B1",
            {"4.1.iii": {"numerator": 480, "denominator": 500}},
            "TT 124: 4.1.iii Chưa đạt: 480/500 (96,0\xa0%)",
        ),
        (
            "D8",
            {"4.4.d": {"counts": (1, 0, 0)}},
            "TT 124: 4.4.d Chưa đạt: Cháy, nổ nghiêm trọng: 1",
        ),
    ],
)
def test_a_proposal_says_where_it_comes_from(code, answers, source):
    assert proposed("residential-area", code, answers=answers).source == source


def test_a_share_that_does_not_apply_proposes_nothing():
    recognition, definition = PAIRS["agency-enterprise"]
    row = replace(definition.row("B3"), proposal_sources=("6.5.i",))
    group = replace(definition.groups[0], rows=(row,))
    answers = {"6.5.i": AnswerValues(verdict="na")}

    found = propose(replace(definition, groups=(group,)), recognition=recognition, answers=answers)

    assert found == {}


def test_a_paper_that_is_not_asked_for_proposes_not_applicable():
    recognition, definition = PAIRS["agency-enterprise"]
    row = replace(
        definition.row("B3"),
        proposal_rule="in_first_quarter",
        proposal_sources=("6.1.i",),
        na_condition="Không có tổ chức Đảng",
    )
    group = replace(definition.groups[0], rows=(row,))
    answers = {"6.1.i": AnswerValues(verdict="na")}

    found = propose(replace(definition, groups=(group,)), recognition=recognition, answers=answers)

    assert found["B3"].verdict == "na"


def test_figures_the_appraiser_did_not_follow_propose_nothing():
    overruled = {
        "numerator": 500,
        "denominator": 500,
        "appraised_verdict": "not_met",
        "appraisal_note": "Danh sách thiếu hộ.",
    }
    answers = {"4.1.iii": overruled}

    assert proposed("residential-area", "B1", answers=answers).points == 6
    assert proposed("residential-area", "B1", stage=Stage.APPRAISED, answers=answers) is None
