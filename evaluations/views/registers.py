"""What the registers add to the page of one file: where they differ, and the way to the book."""

from urllib.parse import urlencode

from django.urls import reverse

from units.coverage import Scheme
from units.selectors import Powers

from ..models import Answer
from ..selectors.appraisal import AppraisalSheet
from ..selectors.commune_check import commune_check
from ..selectors.file_sheets import FileSheet
from ..selectors.incidents import book_of, reads_book
from ..selectors.register_differences import register_differences


def registers_context(
    sheet: FileSheet | AppraisalSheet, powers: Powers, *, hidden: frozenset[str] = frozenset()
) -> dict[str, object]:
    """Differences between answers and registers, a commune's 5.2 beside its areas, the book's address.

    `hidden` are codes of rows whose text the person may not read; they are left out.
    """
    evaluation = sheet.evaluation
    if sheet.scheme != Scheme.RECOGNITION:
        return {}
    answers: dict[str, Answer] = {row.row.code: row.answer for row in sheet.rows if row.answer}
    found = register_differences(evaluation, sheet.definition, answers)
    authority_id = book_of(evaluation)
    query = urlencode({"so": authority_id, "nam": evaluation.season.year})
    is_reader = reads_book(powers, authority_id)
    return {
        "differences": [one for one in found if one.row.code not in hidden],
        "commune_check": commune_check(
            evaluation, sheet.definition, answers, reads_sensitive=not hidden
        ),
        "book_url": f"{reverse('evaluations:incidents')}?{query}" if is_reader else "",
    }


def hidden_codes(sheet: FileSheet) -> frozenset[str]:
    """Codes of the rows whose text the person may not read."""
    return frozenset(row.row.code for row in sheet.rows if row.is_hidden)
