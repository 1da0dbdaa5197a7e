"""A paper's content as plain JSON values and back: what a sealed decision stores."""

import hashlib
import json
import types
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from antq_portal.lib.documents import decisions, dossier, session
from antq_portal.lib.documents.parts import Paper, tidied

SCHEMA = 1
PAPERS: dict[str, type[Paper]] = {
    paper.slug: paper
    for paper in (
        decisions.RecognitionDecision,
        decisions.ResultNotice,
        decisions.ClassificationDecision,
        decisions.NonRecognitionNotice,
        decisions.Certificate,
        dossier.RegistrationForm,
        dossier.SelfAssessmentReport,
        dossier.ScoreSheet,
        dossier.AssessmentMinutes,
        dossier.UnitProposal,
        session.SessionMinutes,
        session.StandingSubmission,
        session.ProposedClassList,
        session.SupplementRequest,
    )
}


def to_snapshot(paper: Paper) -> dict[str, Any]:
    """Return the paper as JSON values: sorted keys, ISO dates, decimals as text, NFC."""
    content = _plain(tidied(paper))
    return {"content": content, "paper": paper.slug, "schema": SCHEMA}


def from_snapshot(snapshot: dict[str, Any]) -> Paper:
    """Return the paper a snapshot was made of.

    Raises ValueError for an unknown paper, schema or field.
    """
    if snapshot.get("schema") != SCHEMA or snapshot.get("paper") not in PAPERS:
        raise ValueError("Không đọc được bản chụp nội dung văn bản: loại hoặc phiên bản lạ.")
    paper: Paper = _built(PAPERS[snapshot["paper"]], snapshot["content"])
    return paper


def canonical_json(paper: Paper) -> str:
    """Return the one JSON text of a paper, the same on every machine."""
    return json.dumps(to_snapshot(paper), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_digest(paper: Paper) -> str:
    """Return the SHA-256 (hex) of the paper's canonical JSON."""
    return hashlib.sha256(canonical_json(paper).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return dict(sorted(named.items()))
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _built(wanted: Any, value: Any) -> Any:
    if get_origin(wanted) in (Union, types.UnionType):
        chosen = next(part for part in get_args(wanted) if part is not types.NoneType)
        return None if value is None else _built(chosen, value)
    if get_origin(wanted) is tuple:
        return tuple(_built(get_args(wanted)[0], part) for part in value)
    if is_dataclass(wanted):
        return _built_record(wanted, value)
    if wanted is Decimal:
        return Decimal(value)
    return date.fromisoformat(value) if wanted is date else value


def _built_record(wanted: Any, value: dict[str, Any]) -> Any:
    hints = get_type_hints(wanted)
    strange = set(value) - {f.name for f in fields(wanted)}
    if strange:
        raise ValueError(f"Bản chụp có trường lạ: {', '.join(sorted(strange))}.")
    return wanted(**{name: _built(hints[name], part) for name, part in value.items()})
