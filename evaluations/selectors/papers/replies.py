"""What an authority sends to one unit: certificate, notice, request to complete the file.

Certificate and notice rest on the sealed content of an issued decision, never on live data.
Legal: Thông tư 124/2021/TT-BCA Điều 8, Điều 10, Điều 12.
"""

from dataclasses import replace
from typing import Final

from django.utils.timezone import localdate

from antq_portal.lib.dates import official_date
from antq_portal.lib.documents import (
    Certificate,
    NonRecognitionNotice,
    RecognitionDecision,
    ResultNotice,
    Subject,
    SupplementItem,
    SupplementRequest,
    UnmetCriterion,
    Verification,
    wording,
)
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues, CriterionDefinition, Verdict

from ...models import Decision, DecisionItem, Evaluation, TransitionLog
from ...workflow import Action
from ..snapshots import sealed_item, sealed_paper
from ..supplements import AskedOfUnit, asked_of_unit
from .decisions import MET, day_of
from .heads import NOUNS, board_head, board_signature
from .offices import Office, office_of
from .sheets import Line, Sheet, UnitFile, sheets_of, unit_file

ASK_IN_PERSON: Final = (
    "Trao đổi trực tiếp với Thường trực Ban Chỉ đạo; không ghi nội dung vào phiếu."
)


def certificate(item: DecisionItem) -> Certificate:
    """Giấy công nhận of one unit, from the sealed decision; `item.decision` is loaded.

    Raises TransitionRefused unless the decision is issued and recognises the unit, ValueError
    when the sealed content is damaged.
    """
    decision, subject, outcome = _sealed(item)
    if outcome != MET:
        raise TransitionRefused(
            f"{subject.name} chưa đạt tiêu chuẩn nên không có Giấy công nhận.",
            code="not_recognised",
        )
    return Certificate(
        letterhead=decision.letterhead,
        subject=subject,
        year=decision.year,
        authority=decision.authority,
        decision_number=decision.letterhead.number,
        decision_symbol=decision.letterhead.symbol,
        decision_on=decision.letterhead.issued_on or localdate(),
        decided_by=decision.issued_by,
        signatures=decision.signatures,
        provisional=decision.provisional,
        verification=decision.verification and _of_unit(decision.verification, item),
    )


def _of_unit(verification: Verification, item: DecisionItem) -> Verification:
    """Where the certificate itself is checked: the decision's address, for this unit."""
    return replace(verification, url=f"{verification.url}?don_vi={item.evaluation.unit_id}")


def notice(item: DecisionItem) -> NonRecognitionNotice:
    """Thông báo kết quả xét duyệt to one unit that does not yet meet the standard, with the reasons.

    The reasons are the rows that the confirmed appraisal found not met. Raises as `certificate`.
    """
    decision, subject, outcome = _sealed(item)
    if outcome == MET:
        raise TransitionRefused(
            f"{subject.name} đã được công nhận nên không có thông báo chưa đạt.", code="recognised"
        )
    office = office_of(item.decision.authority_id, day=day_of(item.decision))
    symbol = f"TB-{decision.letterhead.symbol.partition('-')[2] or 'UBND'}"
    head = replace(decision.letterhead, symbol=symbol, number="", issued_on=None)
    held = official_date(item.decision.session.held_on)
    return NonRecognitionNotice(
        letterhead=head,
        subject=subject,
        year=decision.year,
        issued_by=decision.issued_by,
        bases=(
            wording.CIRCULAR_124,
            f"Căn cứ kết quả thẩm định {held} của {office.standing}",
            *_closing_basis(item.decision, decision),
        ),
        unmet=_unmet(item.evaluation),
        guidance=(_guidance(subject, office, year=decision.year),),
        signatures=decision.signatures,
        recipients=(subject.name, office.police, "Lưu: VT"),
        provisional=decision.provisional,
    )


def _sealed(item: DecisionItem) -> tuple[RecognitionDecision | ResultNotice, Subject, str]:
    """The sealed decision, the unit as it is named there, and its sealed outcome."""
    if item.decision.snapshot is None:
        raise TransitionRefused("Quyết định chưa ban hành nên chưa in được.")
    paper = sealed_paper(item.decision)
    if not isinstance(paper, RecognitionDecision | ResultNotice):
        raise TransitionRefused("Quyết định phân loại không có Giấy công nhận và thông báo.")
    facts = sealed_item(item.decision, item.evaluation.unit_id)
    noun = facts.get("noun") or NOUNS[facts["kind"]]
    subject = Subject(name=facts["name"], noun=noun, area=facts["area"])
    return paper, subject, facts["outcome"]


def _closing_basis(
    decision: Decision, paper: RecognitionDecision | ResultNotice
) -> tuple[str, ...]:
    """The numbered notice that closed the unit's year, where no decision did."""
    if not decision.is_notice or decision.issued_on is None:
        return ()
    day = official_date(decision.issued_on)
    return (f"Căn cứ Thông báo số {decision.full_number} {day} của {paper.issued_by}",)


def _unmet(evaluation: Evaluation) -> tuple[UnmetCriterion, ...]:
    """Each row not met, or the rule that decided; of sensitive rows the counts only."""
    sheet = sheets_of([evaluation])[0]
    result = sheet.appraised
    if result is None:
        raise TransitionRefused(
            "Hồ sơ không có kết quả thẩm định đã lưu nên chưa in được thông báo."
        )
    rows = (
        (row, line)
        for row in sheet.definition.rows
        if (line := result.lines.get(row.code)) and line.verdict == Verdict.NOT_MET
    )
    found = tuple(
        UnmetCriterion(ref=row.code, requirement=row.text, reason=_reason(sheet, row, line))
        for row, line in rows
    )
    return found or tuple(
        UnmetCriterion(ref="", requirement="Quy tắc xét", reason=said) for said in result.rule_texts
    )


def _reason(sheet: Sheet, row: CriterionDefinition, line: Line) -> str:
    """Figures, what the engine says of them, and what was written down; never of a sensitive row."""
    if row.is_sensitive:
        return line.answer_text
    values = sheet.values.get(row.code, AnswerValues())
    said = line.explanation.removesuffix(row.legal_ref).strip()
    written = values.appraisal_note.strip() or values.note.strip()
    parts = (line.answer_text, said, "" if written in said else written)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _guidance(subject: Subject, office: Office, *, year: int) -> str:
    return (
        f"{subject.name} tiếp tục thực hiện các nội dung chưa đạt, đăng ký phấn đấu trong Quý I "
        f"năm {year + 1}; {office.police} có trách nhiệm hướng dẫn."
    )


def supplement_request(evaluations: list[Evaluation]) -> SupplementRequest:
    """Phiếu yêu cầu bổ sung: what the returning note asks for, then row by row.

    Remarks on sensitive rows are not printed. Raises TransitionRefused when there is nothing to ask.
    """
    file, asked = unit_file(evaluations), asked_of_unit(evaluations)
    first = _asked_rows(asked) if asked else _asked(evaluations)
    items = (*first, *_remarks(file, frozenset(asked.codes if asked else ())))
    if not items:
        raise TransitionRefused(
            "Hồ sơ chưa bị trả lại và chưa có ý kiến thẩm định nào cần bổ sung.",
            code="nothing_to_print",
        )
    due = asked.due_on if asked else file.evaluation.season.submit_by
    return SupplementRequest(
        letterhead=board_head(file.appraiser, year=localdate().year),
        subject=file.subject,
        year=file.year,
        items=items,
        due_on=due if due and due >= localdate() else None,
        send_to=file.appraiser.standing,
        signatures=(board_signature(file.appraiser),),
        recipients=(file.subject.name, f"Lưu: {file.appraiser.police_mark}"),
    )


def _asked(evaluations: list[Evaluation]) -> tuple[SupplementItem, ...]:
    """The reasons of the latest return, said once where both schemes were returned together."""
    rows = TransitionLog.objects.filter(evaluation__in=evaluations, action=Action.RETURN)
    latest: dict[int, str] = {}
    for row in rows.order_by("at", "pk"):
        latest[row.evaluation_id] = row.note
    notes = dict.fromkeys(latest.values())
    return tuple(SupplementItem(ref="Hồ sơ", content=note) for note in notes)


def _asked_rows(asked: AskedOfUnit) -> tuple[SupplementItem, ...]:
    """The general reason, then every row with its own; the words of sensitive rows are not printed."""
    general = (SupplementItem(ref="Hồ sơ", content=asked.note),) if asked.note else ()
    return general + tuple(
        SupplementItem(
            ref=row.code, content=row.text, action=ASK_IN_PERSON if row.is_sensitive else row.reason
        )
        for row in asked.rows
    )


def _remarks(file: UnitFile, said: frozenset[str]) -> tuple[SupplementItem, ...]:
    """What the appraiser noted beside the rows that are not asked for already."""
    items = []
    for sheet in (file.recognition, file.classification):
        for row in sheet.definition.rows if sheet else ():
            values = sheet.values.get(row.code) if sheet and row.code not in said else None
            words = values.appraisal_note.strip() if values else ""
            if words and row.is_sensitive:
                items.append(SupplementItem(ref=row.code, content=row.text, action=ASK_IN_PERSON))
            elif words:
                items.append(SupplementItem(ref=row.code, content=row.text, action=words))
    return tuple(items)
