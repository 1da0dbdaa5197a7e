"""What anybody may learn from the code on an issued paper, and nothing else."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.timezone import localdate

from criteria.models import Organ
from units.coverage import Scheme
from units.models import UnitVersion

from ..models import Annulment, Decision, DecisionItem
from ..workflow import DecisionStatus
from .decisions import MET

NOTICE_LABEL: Final = "Thông báo kết quả xét duyệt tiêu chuẩn An toàn về ANTT"
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
    annulled_on: dt.date | None = None
    """The day the unit's recognition was taken back; only for a Giấy công nhận."""
    annulled_count: int = 0
    """How many of the units had their outcome taken back."""


def verified(code: str, *, unit_id: int | None = None) -> Verified | None:
    """What the code stands for; None for a code, or a unit, that no issued paper bears.

    A draft has no code, so it is never found. Five queries at most.
    """
    if not CODE.fullmatch(code):
        return None
    decision = (
        Decision.objects.filter(verification_code=code, status=DecisionStatus.ISSUED)
        .only("scheme", "is_notice", "year", "number", "symbol", "issued_on", "organ", "authority")
        .first()
    )
    if decision is None or decision.issued_on is None:
        return None
    named = DecisionItem.objects.filter(decision=decision)
    if _is_recognition(decision):
        named = named.filter(outcome=MET)
    annulled = Annulment.objects.filter(item__in=named)
    unit_name = ""
    if unit_id is not None:
        item = named.filter(evaluation__unit=unit_id).select_related("evaluation__unit_version")
        found = item.first() if _is_recognition(decision) else None
        if found is None:
            return None
        unit_name = found.evaluation.unit_version.name
    authority = UnitVersion.objects.in_force(decision.issued_on).get(unit=decision.authority_id)
    return Verified(
        scheme_label=NOTICE_LABEL if decision.is_notice else decision.get_scheme_display(),
        year=decision.year,
        number=decision.full_number,
        issued_on=decision.issued_on,
        authority_name=_organ(decision, authority),
        unit_count=named.count(),
        unit_name=unit_name,
        annulled_on=_annulled_on(annulled, unit_id),
        annulled_count=annulled.count(),
    )


def _is_recognition(decision: Decision) -> bool:
    """Whether units of this decision have a certificate that may be checked."""
    return decision.scheme == Scheme.RECOGNITION and not decision.is_notice


def _annulled_on(annulled: "QuerySet[Annulment]", unit_id: int | None) -> dt.date | None:
    if unit_id is None:
        return None
    found = annulled.filter(item__evaluation__unit=unit_id).first()
    return localdate(found.at) if found else None


def _organ(decision: Decision, authority: UnitVersion) -> str:
    """Who issued it, as the paper says: "Ủy ban nhân dân xã Na Mèo"."""
    name = decision.get_organ_display()
    return name if decision.organ == Organ.MINISTER else f"{name} {authority.spoken_name}"
