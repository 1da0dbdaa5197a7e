"""What the book of incidents proposes to a TT 124 sheet: numbers with their source, never a silent "đạt"."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from antq_portal.lib.dates import date_text
from criteria.scoring import AnswerKind, AnswerValues, CriterionDefinition, SetDefinition
from units.coverage import Scheme

from ..models import Answer, Evaluation, ExceptionClaimed, Incident
from .incidents import (
    Lineage,
    Window,
    book_of,
    by_row,
    complete_to,
    counts_of,
    incidents_of,
    lineage_ids,
    people_codes,
    previous_window,
    row_codes,
)
from .register_values import RegisterProposal

BEFORE_THE_END: Final = dt.timedelta(days=30)
"""How long before the window closes a complete book speaks for it: files are made before its last day."""


@dataclass(frozen=True, slots=True)
class BookReading:
    """What the book says of one file: its lines by row and counter, and how far it is complete."""

    evaluation: Evaluation
    lineage: Lineage
    kind: str
    window: Window
    found: Mapping[str, Mapping[int, Sequence[Incident]]]
    complete_to: dt.date | None

    @property
    def is_kept(self) -> bool:
        """Whether the authority said that nothing is missing: only then silence means zero."""
        return self.complete_to is not None and (
            self.complete_to >= self.window.last - BEFORE_THE_END
        )

    @property
    def last_day(self) -> dt.date:
        return min(self.complete_to or self.window.last, self.window.last)

    def counts(self, row: CriterionDefinition) -> tuple[int, ...] | None:
        """The numbers of a row; None where the book does not answer it."""
        counts = counts_of(self.found.get(row.code, {}), len(row.counters))
        return counts if self.is_kept or any(counts) else None


def read_book(evaluation: Evaluation) -> BookReading | None:
    """What the book of the file's authority says; None where figures cannot be allotted to the unit."""
    kind = evaluation.unit_version.unit.kind
    if evaluation.season.scheme != Scheme.RECOGNITION or not row_codes(kind):
        return None
    window = Window.of(evaluation.season)
    lineage = lineage_ids(evaluation.unit_id)
    if not lineage.is_clear_since(window.first):
        return None
    found = by_row(incidents_of(lineage, kind, window), kind)
    kept = complete_to(book_of(evaluation), evaluation.season.year)
    return BookReading(evaluation, lineage, kind, window, found, kept)


def incident_proposals(
    evaluation: Evaluation, definition: SetDefinition
) -> dict[str, RegisterProposal]:
    """Numbers for the rows that count incidents, by code.

    Cases that were written down are always proposed; that there were none only where the
    authority confirmed its book near the end of the window. The row held against the year before
    gets its numbers and no verdict. A ground of exception goes with them when every case has it.
    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 3, khoản 4; Điều 5 khoản 2; Điều 6 khoản 3;
    Điều 7 khoản 3, khoản 4.
    """
    book = read_book(evaluation)
    if book is None:
        return {}
    codes = row_codes(book.kind)
    found = {}
    for row in definition.rows:
        if row.code not in codes:
            continue
        is_compared = row.answer_type == AnswerKind.COMPARISON
        proposal = _compared(book, row) if is_compared else _counted(book, row)
        if proposal:
            found[row.code] = proposal
    return found


def _counted(book: BookReading, row: CriterionDefinition) -> RegisterProposal | None:
    counts = book.counts(row)
    if counts is None:
        return None
    number = number_text_of(book.kind, row.code, sum(counts))
    source = f"Sổ vụ việc: {number} {_days(book.window.first, book.last_day)}"
    if not any(counts):
        return RegisterProposal(AnswerValues(counts=counts), source)
    lines = [one for lines in book.found[row.code].values() for one in lines]
    claim = _claim(row, lines)
    note = _papers(lines) if claim else ""
    if not claim and any(one.exception_claimed for one in lines):
        source = f"{source}; có vụ đề nghị xét ngoại lệ, xem Sổ"
    return RegisterProposal(AnswerValues(counts=counts, exception_claimed=claim, note=note), source)


def _compared(book: BookReading, row: CriterionDefinition) -> RegisterProposal | None:
    """Both years' numbers; only from a book that is complete, for less than all would look like fewer."""
    if not book.is_kept:
        return None
    counts = counts_of(book.found.get(row.code, {}), len(row.counters))
    before, of_before = previous_counts(book, row)
    source = f"Sổ vụ việc {_days(book.window.first, book.last_day)}; năm trước: {of_before}"
    return RegisterProposal(AnswerValues(counts=counts, previous_counts=before), source)


def previous_counts(
    book: BookReading, row: CriterionDefinition
) -> tuple[tuple[int, ...] | None, str]:
    """Last year's numbers of a row and where they are from: the book, else last year's file, else none.

    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 4 điểm a.
    """
    evaluation = book.evaluation
    window, year = previous_window(evaluation.season), evaluation.season.year - 1
    kept = complete_to(book_of(evaluation), year)
    if kept and kept >= window.last and book.lineage.is_clear_since(window.first):
        found = by_row(incidents_of(book.lineage, book.kind, window), book.kind)
        counts = counts_of(found.get(row.code, {}), len(row.counters))
        return counts, f"Sổ {_days(window.first, window.last)}"
    said = Answer.objects.filter(
        evaluation__unit=evaluation.unit_id, evaluation__season__year=year,
        evaluation__season__scheme=Scheme.RECOGNITION, criterion__code=row.code,
        is_proposal=False, counts__isnull=False,
    ).first()  # fmt: skip
    counted = (said.counts or []) if said else []
    if len(counted) == len(row.counters):
        return tuple(counted), f"hồ sơ năm {year}"
    return None, "chưa có số liệu, đơn vị tự ghi"


def number_text_of(kind: str, code: str, total: int) -> str:
    """A number of cases, or of people where the row asks for people, in words."""
    word = "người" if code in people_codes(kind) else "vụ"
    return f"{total} {word}" if total else f"không có {word} nào"


def _days(first: dt.date, last: dt.date) -> str:
    return f"từ {date_text(first)} đến {date_text(last)}"


def _claim(row: CriterionDefinition, lines: Sequence[Incident]) -> str:
    """The ground that all the cases claim, if they claim one and the row knows it."""
    claims = {one.exception_claimed for one in lines}
    known = {ground.code for ground in row.exceptions}
    return next(iter(claims)) if len(claims) == 1 and claims <= known else ""


def _papers(lines: Sequence[Incident]) -> str:
    """The papers on which the exceptions rest, in words."""
    return "; ".join(
        f"{ExceptionClaimed(one.exception_claimed).label}: {_paper(one)}" for one in lines
    )


def _paper(one: Incident) -> str:
    number = f"báo cáo số {one.paper_number}" if one.paper_number else "báo cáo"
    day = f" ngày {date_text(one.paper_on)}" if one.paper_on else ""
    return f"{number}{day}, lưu tại {one.kept_at}"
