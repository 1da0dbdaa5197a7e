"""Outcomes that were taken back, and what rests on them."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Exists, OuterRef

from units.coverage import Scheme

from ..models import Annulment, Decision, DecisionItem, Evaluation
from ..workflow import DecisionStatus, Status

BEST: Final = "xuat_sac"
"""The class that asks for recognition in the same year. Legal: Quyết định 510/QĐ-BCA-V05."""


def annulments_of(decision: Decision) -> dict[int, Annulment]:
    """What was taken back of one decision, by the item's id; one query."""
    rows = Annulment.objects.filter(item__decision=decision).select_related(
        "by", "item__evaluation__unit_version"
    )
    return {row.item_id: row for row in rows}


def annulments_in(evaluations: Iterable[Evaluation]) -> dict[int, Annulment]:
    """What was taken back of a file, by the evaluation's id; no query while nothing was."""
    ids = [one.pk for one in evaluations if one.status == Status.ANNULLED]
    if not ids:
        return {}
    rows = Annulment.objects.filter(item__evaluation__in=ids).select_related("by", "item__decision")
    return {row.item.evaluation_id: row for row in rows}


def resting_items(unit_ids: Iterable[int], *, year: int) -> list[DecisionItem]:
    """The best classes of these units that stand although the recognition under them was taken back; one query."""
    recognition = Evaluation.objects.filter(
        unit=OuterRef("evaluation__unit"), season__year=year,
        season__scheme=Scheme.RECOGNITION, status=Status.ANNULLED,
    )  # fmt: skip
    rows = DecisionItem.objects.filter(
        Exists(recognition), evaluation__unit__in=unit_ids, evaluation__season__year=year,
        evaluation__season__scheme=Scheme.CLASSIFICATION, outcome=BEST,
    )  # fmt: skip
    rows = rows.exclude(decision__status=DecisionStatus.DISCARDED)
    rows = rows.exclude(evaluation__status=Status.ANNULLED)
    return list(rows.select_related("decision", "evaluation__unit_version"))


def resting_text(item: DecisionItem) -> str:
    """The notice about one class that rests on a recognition taken back."""
    number = item.decision.full_number
    paper = f"{item.decision.noun} {number}" if number else "dự thảo quyết định phân loại"
    return (
        f"{item.evaluation.unit_version}: mức Xuất sắc theo {paper} dựa trên kết quả công nhận đã hủy bỏ; "
        "mức đó chưa đổi, người có thẩm quyền xem lại."
    )


def resting_notice(evaluation: Evaluation) -> str:
    """The notice about the unit's class after its recognition was taken back; empty where none rests on it."""
    if evaluation.season.scheme != Scheme.RECOGNITION:
        return ""
    items = resting_items([evaluation.unit_id], year=evaluation.season.year)
    return resting_text(items[0]) if items else ""
