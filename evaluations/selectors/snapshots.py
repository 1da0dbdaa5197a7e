"""The sealed content of an issued decision: its paper, and the facts it rests on."""

import hashlib
import json
from decimal import Decimal
from typing import Any, Final

from antq_portal.lib.documents import Paper, from_snapshot, to_snapshot

from ..models import Decision, DecisionItem, Score, Stage
from .digests import answers_digests
from .papers.decisions import Decided, decided, paper_of
from .papers.heads import noun_of
from .shares import frozen_facts

SCHEMA: Final = 1


def decision_snapshot(decision: Decision) -> dict[str, Any]:
    """What issuing a decision seals, as JSON values: the paper, and what it rests on unit by unit.

    `decision` carries the number, day, signer and verification code it is issued with. A constant
    number of queries. Raises TransitionRefused for a recognition that recognises nobody.
    """
    return snapshot_of(decided(decision))


def snapshot_of(found: Decided) -> dict[str, Any]:
    """The same for a decision that was gathered already: two queries, whatever its length."""
    return {
        "schema": SCHEMA,
        "document": to_snapshot(paper_of(found)),
        "facts": {
            "decision": _decision_facts(found),
            "criteria_sets": _set_facts(found),
            "items": _item_facts(found),
        },
    }


def snapshot_digest(snapshot: dict[str, Any]) -> str:
    """SHA-256, hex, over the canonical JSON of a snapshot: the same before and after it is stored."""
    packed = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def sealed_paper(decision: Decision) -> Paper:
    """The paper sealed in an issued decision, never live data.

    Raises ValueError when the stored content is not what was sealed, or cannot be read.
    """
    snapshot = decision.snapshot
    if not isinstance(snapshot, dict) or snapshot_digest(snapshot) != decision.snapshot_sha256:
        raise ValueError("Nội dung đã niêm của quyết định không còn nguyên vẹn.")
    try:
        return from_snapshot(snapshot["document"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("Không đọc được nội dung đã niêm của quyết định.") from error


def sealed_item(decision: Decision, unit_id: int) -> dict[str, Any]:
    """The sealed facts of one unit of an issued decision. Raises KeyError if it is not named there."""
    for item in (decision.snapshot or {"facts": {"items": []}})["facts"]["items"]:
        if item["unit"] == unit_id:
            found: dict[str, Any] = item
            return found
    raise KeyError(unit_id)


def _decision_facts(found: Decided) -> dict[str, Any]:
    decision = found.decision
    return {
        "id": decision.pk,
        "scheme": decision.scheme,
        "year": decision.year,
        "organ": decision.organ,
        "authority": decision.authority_id,
        "authority_version": found.office.version_id,
        "session": decision.session_id,
        "drafted_by": decision.drafted_by_id,
        "approved_by": decision.approved_by_id,
        "issued_by": decision.issued_by_id,
        "verification_code": decision.verification_code,
    }


def _set_facts(found: Decided) -> list[dict[str, Any]]:
    sets = {
        item.evaluation.season.criteria_set_id: item.evaluation.season.criteria_set
        for item in found.items
    }
    return [
        {
            "id": pk,
            "code": criteria_set.code,
            "effective_from": criteria_set.effective_from.isoformat(),
            "provenance": criteria_set.provenance,
            "sha256": criteria_set.source_sha256,
        }
        for pk, criteria_set in sorted(sets.items())
    ]


def _item_facts(found: Decided) -> list[dict[str, Any]]:
    evaluations = [item.evaluation_id for item in found.items]
    digests = answers_digests(evaluations)
    rows = Score.objects.filter(evaluation__in=evaluations).order_by("pk")
    scores = {(row.evaluation_id, row.stage): row.pk for row in rows}
    shares = frozen_facts(evaluations)
    return [
        _one_item(
            found,
            item,
            answers_sha256=digests.get(item.evaluation_id, ""),
            self_score=scores.get((item.evaluation_id, Stage.SELF)),
            appraised_score=scores.get((item.evaluation_id, Stage.APPRAISED)),
            **({"shares": shares[item.evaluation_id]} if item.evaluation_id in shares else {}),
        )
        for item in found.items
    ]


def _one_item(found: Decided, item: DecisionItem, **rests_on: Any) -> dict[str, Any]:
    evaluation = item.evaluation
    version = evaluation.unit_version
    return {
        "evaluation": evaluation.pk,
        "season": evaluation.season_id,
        "criteria_set": evaluation.season.criteria_set_id,
        "unit": evaluation.unit_id,
        "unit_version": version.pk,
        "name": version.name,
        "kind": version.unit.kind,
        "noun": noun_of([version]),
        "area": ", ".join(found.above[evaluation.unit_id]),
        "self_points": _text(evaluation.self_points),
        "points": _text(evaluation.appraised_points),
        "computed": item.computed_outcome,
        "outcome": item.outcome,
        "label": found.label(item),
        "reason": item.reason,
        "submitted_by": evaluation.submitted_by_id,
        "appraised_by": evaluation.appraised_by_id,
        "decided_by": evaluation.decided_by_id,
        **rests_on,
    }


def _text(points: Decimal | None) -> str | None:
    return None if points is None else format(points, "f")
