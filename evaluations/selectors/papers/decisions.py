"""Decisions as papers: a draft to be read, or the content that issuing seals."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from antq_portal.lib.dates import official_date
from antq_portal.lib.documents import (
    ClassificationDecision,
    ClassificationItem,
    RecognitionDecision,
    RecognitionItem,
    ResultNotice,
    Verification,
    wording,
)
from criteria.exceptions import TransitionRefused
from criteria.models import Band
from units.coverage import Scheme

from ...models import AppraisalSession, Decision, DecisionItem
from .heads import authority_signature, committee_head, noun_of
from .offices import Office, names_above, office_of

MET = "met"
DecisionPaper = RecognitionDecision | ResultNotice | ClassificationDecision
CHANGED = "Mức quyết định khác mức tính theo điểm, có lý do bằng văn bản"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with everything its paper says: the items in Vietnamese order, names as pinned."""

    decision: Decision
    office: Office
    items: tuple[DecisionItem, ...]
    above: dict[int, tuple[str, ...]]
    """Names of what each unit lies in, by unit id."""
    bands: dict[int, dict[str, str]]
    """Labels of the outcomes by criteria set and code, best first."""

    @property
    def day(self) -> dt.date:
        return day_of(self.decision)

    def place(self, item: DecisionItem) -> str:
        """Where a unit lies if that is not just the authority's own area."""
        above = self.above[item.evaluation.unit_id]
        return "" if not above or above[0] == self.office.spoken else above[0]

    def label(self, item: DecisionItem) -> str:
        return self.bands[item.evaluation.season.criteria_set_id][item.outcome]


def day_of(decision: Decision) -> dt.date:
    """The day whose names and laws a decision's paper uses: its own, today while it is a draft."""
    return decision.issued_on or localdate()


def decided(decision: Decision) -> Decided:
    """Gather what a decision's paper says, in five queries whatever its length."""
    day = day_of(decision)
    items = tuple(
        DecisionItem.objects.filter(decision=decision)
        .select_related("evaluation__unit_version__unit", "evaluation__season__criteria_set")
        .order_by("evaluation__unit_version__sort_key", "pk")
    )
    sets = {item.evaluation.season.criteria_set_id for item in items}
    bands: dict[int, dict[str, str]] = {pk: {} for pk in sets}
    for band in Band.objects.filter(criteria_set__in=sets).order_by("criteria_set", "position"):
        bands[band.criteria_set_id][band.code] = band.label
    versions = [item.evaluation.unit_version for item in items]
    return Decided(
        decision=decision,
        office=office_of(decision.authority_id, day=day),
        items=items,
        above=names_above(versions, day=day),
        bands=bands,
    )


def decision_paper(decision: Decision) -> DecisionPaper:
    """The paper of a decision as it stands; with a watermark until it is issued.

    Raises TransitionRefused for a recognition in which no unit meets the standard, and for a
    notice of the result in which one does.
    """
    return paper_of(decided(decision))


def paper_of(found: Decided) -> DecisionPaper:
    """The paper made of what was gathered. Raises TransitionRefused as `decision_paper` does.

    Legal: Thông tư 124/2021/TT-BCA Điều 10, Điều 12; Quyết định 510/QĐ-BCA-V05 Điều 11.
    """
    if found.decision.is_notice:
        return _notice(found)
    if found.decision.scheme == Scheme.RECOGNITION:
        return _recognition(found)
    return _classification(found)


def verification_of(decision: Decision) -> Verification | None:
    """Where an issued decision can be checked by everybody; nothing before it is issued."""
    code = decision.verification_code
    if not code:
        return None
    return Verification(code=code, url=f"{settings.PORTAL_URL}/xac-minh/{code}/")


def proposer_of(session: AppraisalSession, office: Office) -> str:
    """Who proposed it, by which paper: "Thường trực Ban Chỉ đạo … tại Tờ trình số …"."""
    if not session.submission_number:
        return office.standing
    day = f" {official_date(session.submission_on)}" if session.submission_on else ""
    return f"{office.standing} tại Tờ trình số {session.submission_number}{day}"


def _notice(found: Decided) -> ResultNotice:
    """Thông báo kết quả xét duyệt of units none of which meets the standard."""
    items = _recognition_items(found)
    if any(item.met for item in items):
        raise TransitionRefused(
            "Có đơn vị đạt tiêu chuẩn nên phải là quyết định công nhận, không phải thông báo.",
            code="recognised",
        )
    bases = wording.recognition_bases(
        on=found.day, proposer=proposer_of(found.decision.session, found.office)
    )
    common = _common(found, bases=bases, articles=())
    above = found.office.upper
    common["recipients"] = (
        "Các đơn vị có tên trong thông báo",
        *((f"Công an {above} (để báo cáo)",) if above else ()),
        f"Lưu: VT, {found.office.police_mark}",
    )
    return ResultNotice(items=items, **common)


def _recognition_items(found: Decided) -> tuple[RecognitionItem, ...]:
    return tuple(
        RecognitionItem(
            name=item.evaluation.unit_version.name,
            met=item.outcome == MET,
            place=found.place(item),
        )
        for item in found.items
    )


def _recognition(found: Decided) -> RecognitionDecision:
    items = _recognition_items(found)
    met = sum(item.met for item in items)
    if not met:
        raise TransitionRefused(
            "Không có đơn vị nào đạt tiêu chuẩn nên không có quyết định công nhận; đơn vị chưa đạt "
            "nhận thông báo kết quả xét duyệt.",
            code="nobody_recognised",
        )
    authority = found.office.authority(found.decision.organ)
    articles = wording.recognition_articles(
        certificate_issuer=authority,
        implementers=found.office.implementers(found.day, found.decision.organ),
        one_unit=met == 1,
    )
    bases = wording.recognition_bases(
        on=found.day, proposer=proposer_of(found.decision.session, found.office)
    )
    return RecognitionDecision(items=items, **_common(found, bases=bases, articles=articles))


def _classification(found: Decided) -> ClassificationDecision:
    items = tuple(
        ClassificationItem(
            name=item.evaluation.unit_version.name,
            points=item.evaluation.appraised_points or Decimal(0),
            band=found.label(item),
            place=found.place(item),
            note=CHANGED if item.outcome != item.computed_outcome else "",
        )
        for item in found.items
    )
    articles = wording.classification_articles(
        implementers=found.office.implementers(found.day, found.decision.organ),
        one_unit=len(items) == 1,
    )
    bases = wording.classification_bases(
        on=found.day, proposer=proposer_of(found.decision.session, found.office)
    )
    labels = dict.fromkeys(label for known in found.bands.values() for label in known.values())
    return ClassificationDecision(
        items=items, bands=tuple(labels), **_common(found, bases=bases, articles=articles)
    )


def _common(found: Decided, *, bases: Sequence[str], articles: tuple[str, ...]) -> dict[str, Any]:
    """What both decisions carry."""
    decision, office = found.decision, found.office
    authority = office.authority(decision.organ)
    typed = [line.strip() for line in decision.basis.splitlines() if line.strip()]
    return {
        "letterhead": committee_head(
            office, symbol=decision.symbol, year=found.day.year, number=decision.number,
            issued_on=decision.issued_on, organ=decision.organ,
        ),
        "authority": authority,
        "issued_by": authority,
        "bases": (*bases[:-1], *typed, bases[-1]),
        "articles": articles,
        "noun": noun_of(item.evaluation.unit_version for item in found.items),
        "area": office.area,
        "year": decision.year,
        "signatures": (
            authority_signature(decision.organ, decision.signing_capacity, name=decision.signer_name),
        ),
        "recipients": _recipients(office, articles=articles),
        "provisional": any(i.evaluation.season.criteria_set.is_provisional for i in found.items),
        "draft": not decision.verification_code,
        "verification": verification_of(decision),
    }  # fmt: skip


def _recipients(office: Office, *, articles: tuple[str, ...]) -> tuple[str, ...]:
    above = (f"{office.reports_to} (để báo cáo)",) if office.reports_to else ()
    return (f"Như Điều {len(articles) + 1}", *above, f"Lưu: VT, {office.police_mark}")
