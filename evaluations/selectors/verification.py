"""What anybody may learn from the code on an issued paper, and nothing else."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from criteria.models import Organ
from units.coverage import Scheme
from units.models import UnitVersion

from ..models import Decision, DecisionItem
from ..workflow import DecisionStatus
from .decisions import MET

CODE: Final = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Verified:
    """An issued decision as the public sees it; `unit_name` only for a Giấy công nhận."""

    scheme_label: str
    year: int
    number: str
    issued_on: dt.date
    authority_name: str
    unit_count: int
    unit_name: str = ""


def verified(code: str, *, unit_id: int | None = None) -> Verified | None:
    """What the code stands for; None for a code, or a unit, that no issued paper bears.

    A draft has no code, so it is never found. Three queries at most.
    """
    if not CODE.fullmatch(code):
        return None
    decision = (
        Decision.objects.filter(verification_code=code, status=DecisionStatus.ISSUED)
        .only("scheme", "year", "number", "symbol", "issued_on", "organ", "authority")
        .first()
    )
    if decision is None or decision.issued_on is None:
        return None
    named = DecisionItem.objects.filter(decision=decision)
    if decision.scheme == Scheme.RECOGNITION:
        named = named.filter(outcome=MET)
    unit_name = ""
    if unit_id is not None:
        item = named.filter(evaluation__unit=unit_id).select_related("evaluation__unit_version")
        found = item.first() if decision.scheme == Scheme.RECOGNITION else None
        if found is None:
            return None
        unit_name = found.evaluation.unit_version.name
    authority = UnitVersion.objects.in_force(decision.issued_on).get(unit=decision.authority_id)
    return Verified(
        scheme_label=decision.get_scheme_display(),
        year=decision.year,
        number=decision.full_number,
        issued_on=decision.issued_on,
        authority_name=_organ(decision, authority),
        unit_count=named.count(),
        unit_name=unit_name,
    )


def _organ(decision: Decision, authority: UnitVersion) -> str:
    """Who issued it, as the paper says: "Ủy ban nhân dân xã Na Mèo"."""
    name = decision.get_organ_display()
    return name if decision.organ == Organ.MINISTER else f"{name} {authority.spoken_name}"
