"""The papers of one appraisal session: minutes, submission to the deciding authority, list.

Legal: Thông tư 124/2021/TT-BCA Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 11.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

from antq_portal.lib.dates import official_date
from antq_portal.lib.documents import (
    AppraisedUnit,
    Fact,
    Paper,
    Person,
    ProposedClassList,
    SessionMinutes,
    Signature,
    StandingSubmission,
    letters,
    wording,
)
from antq_portal.lib.text import share_text
from criteria.exceptions import TransitionRefused
from criteria.scoring import Verdict
from criteria.selectors import authority_units_of
from units.coverage import Scheme
from units.models import UnitVersion

from ...models import AppraisalSession, Evaluation, Registration, RosterEntry, SessionForm
from .heads import BY_HAND, board_head, board_signature, noun_of, person_of
from .offices import Office, names_above, office_of
from .sheets import Sheet, sheets_of

MINUTES_SYMBOL: Final = "BB-BCĐ"
SUBMISSION_SYMBOL: Final = "TTr-BCĐ"
AGREED: Final = "Nhất trí với kết quả thẩm định từng đơn vị nêu tại mục 1"
TO_SUBMIT: Final = "Giao Thường trực Ban Chỉ đạo lập tờ trình, trình cấp có thẩm quyền quyết định"


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A session with everything its papers say."""

    session: AppraisalSession
    office: Office
    decider: str
    """Who is asked to decide: a people's committee, a steering committee, or both."""
    versions: tuple[UnitVersion, ...]
    """The units in Vietnamese order."""
    items: tuple[AppraisedUnit, ...]
    bands: tuple[str, ...]
    is_provisional: bool

    @property
    def common(self) -> dict[str, Any]:
        """What all three papers carry."""
        return {
            "noun": noun_of(self.versions),
            "area": self.office.area,
            "year": self.session.year,
            "items": self.items,
            "bands": self.bands,
            "provisional": self.is_provisional,
        }


def session_papers(session: AppraisalSession) -> tuple[Paper, ...]:
    """Minutes, submission and, where classes are proposed, the list, in the order they are bound.

    Raises TransitionRefused for a session without a unit.
    """
    file = _session_file(session)
    papers: list[Paper] = [_minutes(file), _submission(file)]
    if any(item.band for item in file.items):
        papers.append(_class_list(file))
    return tuple(papers)


def _session_file(session: AppraisalSession) -> SessionFile:
    rows = list(
        Evaluation.objects.filter(session=session)
        .select_related("season__criteria_set", "unit_version__unit")
        .order_by("unit_version__sort_key", "unit", "-season__scheme")
    )
    if not rows:
        raise TransitionRefused("Phiên này chưa có đơn vị nào để in.", code="nothing_to_print")
    sheets = {
        (sheet.evaluation.unit_id, sheet.definition.scheme): sheet for sheet in sheets_of(rows)
    }
    versions = {row.unit_id: row.unit_version for row in rows}
    office = office_of(session.authority_id, day=session.held_on)
    above = names_above(versions.values(), day=session.held_on)
    return SessionFile(
        session=session,
        office=office,
        decider=_deciders(rows, day=session.held_on),
        versions=tuple(versions.values()),
        items=tuple(
            _item(
                version,
                recognition=sheets.get((unit, Scheme.RECOGNITION)),
                classification=sheets.get((unit, Scheme.CLASSIFICATION)),
                place="" if above[unit][:1] in ((), (office.spoken,)) else above[unit][0],
            )
            for unit, version in versions.items()
        ),
        bands=_bands(list(sheets.values())),
        is_provisional=any(sheet.definition.is_provisional for sheet in sheets.values()),
    )  # fmt: skip


def _deciders(rows: list[Evaluation], *, day: dt.date) -> str:
    """The organs that decide these files by the rules of the day, each named once."""
    found: dict[str, None] = {}
    offices: dict[int, Office] = {}
    for scheme in Scheme:
        versions = [row.unit_version for row in rows if row.season.scheme == scheme]
        for answer in authority_units_of(versions, scheme=scheme, day=day).values():
            unit_id = answer.deciding_unit_id
            office = offices.get(unit_id) or office_of(unit_id, day=day)
            offices[unit_id] = office
            found[office.authority(answer.rule.organ)] = None
    return "; ".join(found) or office_of(rows[0].deciding_unit_id, day=day).committee


def _bands(sheets: list[Sheet]) -> tuple[str, ...]:
    labels = dict.fromkeys(
        band.label
        for sheet in sheets
        if sheet.definition.scheme == Scheme.CLASSIFICATION
        for band in sheet.definition.bands
    )
    return tuple(labels) or wording.CLASSES


def _item(
    version: UnitVersion, *, recognition: Sheet | None, classification: Sheet | None, place: str
) -> AppraisedUnit:
    """One unit as appraised; what is not appraised yet stays blank."""
    judged = recognition.appraised if recognition else None
    scored = classification.appraised if classification else None
    failed = (
        [code for code, line in judged.lines.items() if line.verdict == Verdict.NOT_MET]
        if judged
        else []
    )
    return AppraisedUnit(
        name=version.name,
        met=judged.outcome == Verdict.MET if judged else None,
        self_points=classification.own.total if classification else None,
        points=scored.total if scored else None,
        band=classification.label(scored.outcome) if classification and scored else "",
        place=place,
        note=f"Chưa đạt: {', '.join(failed)}" if failed else "",
    )  # fmt: skip


def _minutes(file: SessionFile) -> SessionMinutes:
    session = file.session
    number, symbol = _number(session.minutes_number, MINUTES_SYMBOL)
    typed = tuple(line.strip() for line in session.conclusion.splitlines() if line.strip())
    return SessionMinutes(
        letterhead=board_head(file.office, year=session.held_on.year, number=number, symbol=symbol),
        committee=file.office.board,
        held_on=session.held_on,
        started_at="",
        venue=session.place,
        chair=person_of(session.chair),
        secretary=person_of(session.secretary),
        members=tuple(person_of(line) for line in session.members.splitlines() if line.strip())
        or (Person(),) * 4,
        conclusions=typed or (AGREED, TO_SUBMIT),
        by_writing=session.form == SessionForm.WRITTEN,
        signatures=(
            Signature(capacity=("THƯ KÝ",), name=person_of(session.secretary).name, hint=BY_HAND),
            Signature(capacity=("CHỦ TRÌ",), name=person_of(session.chair).name, hint=BY_HAND),
        ),
        **file.common,
    )


def _submission(file: SessionFile) -> StandingSubmission:
    session = file.session
    number, symbol = _number(session.submission_number, SUBMISSION_SYMBOL)
    classes = any(item.band for item in file.items)
    regulations = (wording.CIRCULAR_124, *((wording.DECISION_510,) if classes else ()))
    form = (
        "tổng hợp ý kiến bằng văn bản" if session.form == SessionForm.WRITTEN else "họp thẩm định"
    )
    return StandingSubmission(
        letterhead=board_head(
            file.office, year=(session.submission_on or session.held_on).year, number=number,
            symbol=symbol, issued_on=session.submission_on,
        ),
        addressee=file.decider,
        issued_by=file.office.standing,
        bases=(*regulations, f"Căn cứ Biên bản {form} {official_date(session.held_on)}"),
        facts=_roster_facts(file),
        requests=(f"Kính trình {file.decider} xem xét, quyết định",),
        enclosures=("Biên bản họp thẩm định", "Dự thảo Quyết định"),
        signatures=(board_signature(file.office),),
        recipients=("Như trên", f"Lưu: {file.office.police_mark}"),
        **file.common,
    )  # fmt: skip


def _class_list(file: SessionFile) -> ProposedClassList:
    """The list of points and classes alone; recognition stands in the minutes and the submission."""
    items = tuple(replace(item, met=None, note="") for item in file.items if item.band)
    secretary = person_of(file.session.secretary).name
    return ProposedClassList(
        letterhead=board_head(file.office, year=file.session.held_on.year),
        signatures=(
            Signature(capacity=("NGƯỜI LẬP DANH SÁCH",), name=secretary, hint=BY_HAND),
            board_signature(file.office),
        ),
        **{**file.common, "items": items},
    )


def _roster_facts(file: SessionFile) -> tuple[Fact, ...]:
    """How many units of these kinds the year covers, have registered, and are left out."""
    session, noun = file.session, noun_of(file.versions)
    kinds = {version.unit.kind for version in file.versions}
    entries = RosterEntry.objects.filter(
        roster__authority=session.authority_id, roster__year=session.year, unit__kind__in=kinds
    )
    considered = list(entries.considered().values_list("unit", flat=True))
    left_out = entries.filter(removed_at=None).exclude(not_considered_reason="").count()
    registered = (
        Registration.objects.filter(unit__in=considered, season__year=session.year)
        .exclude(status="draft")
        .count()
    )
    share = f" ({share_text(registered, len(considered))})" if considered else ""
    facts = [
        Fact(label="Tổng số đơn vị thuộc diện", value=f"{letters.counted(len(considered))} {noun}"),
        Fact(label="Số đơn vị đăng ký", value=f"{registered}/{len(considered)}{share}"),
        Fact(label="Số đơn vị thẩm định tại phiên này", value=letters.counted(len(file.items))),
    ]
    if left_out:
        facts.append(Fact(label="Không xét năm nay", value=f"{letters.counted(left_out)} đơn vị"))
    return tuple(facts)


def _number(typed: str, symbol: str) -> tuple[str, str]:
    """Number and symbol of a paper as typed: "05/TTr-BCĐ", or only "05"."""
    number, _, rest = typed.strip().partition("/")
    return number.strip(), rest.strip() or symbol
