"""The rows of the season's sheet as HTML: five hundred on one page, so no template runs for each."""

from collections.abc import Callable, Container
from functools import lru_cache

from django.urls import reverse
from django.utils.html import conditional_escape as esc
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from antq_portal.lib.badges import badge, state_badge
from antq_portal.lib.palette import OUTCOMES
from antq_portal.lib.text import number_text
from antq_portal.lib.words import OUTCOME_SHAPES
from units.coverage import Scheme

from ..models import Evaluation
from ..selectors.sheet import Progress, SheetRow
from ..workflow import Status

NONE = "–"
CHANGED = (
    ' <span class="badge tone-info shape-diamond" '
    'title="Người khác đã sửa hoặc chuyển bước từ lần bạn xem trước">mới</span>'
)
SHORT = {"met": "Đạt", "not_met": "Chưa đạt"}
COLUMNS = 9


def rows_html(
    rows: list[SheetRow], *, year: int, can_be_ticked: bool, changed: Container[int] = ()
) -> SafeString:
    """Every unit as a table row: tick, name, registration, both schemes, steps, decisions, results.

    `changed` are the units that somebody else touched since the person looked.
    """
    start = reverse("evaluations:sheet", args=[year])
    lines = (_row(row, start, can_be_ticked, row.unit_id in changed) for row in rows)
    return mark_safe("\n".join(lines))  # noqa: S308


def _row(row: SheetRow, start: str, can_be_ticked: bool, is_changed: bool) -> str:
    name = esc(row.name)
    tick = ""
    if can_be_ticked:
        box = f'<input type="checkbox" name="don_vi" value="{row.unit_id}" data-check aria-label="Chọn {name}">'
        tick = f'<td class="check-cell">{box if row.is_considered and row.has_season else ""}</td>'
    head = f'<tr>{tick}<th scope="row" class="pin"><a href="{start}{row.unit_id}/">{name}</a>'
    head += f"{CHANGED if is_changed else ''}</th>"
    if not row.is_considered:
        reason = esc(row.entry.get_not_considered_reason_display())
        said = f'{status_html("not_considered")} <span class="soft small">{reason}</span>'
        return f'{head}<td colspan="{COLUMNS}">{said}</td></tr>'
    cells = "".join(_cell(css, label, show(row)) for css, label, show in CELLS)
    return f"{head}{cells}</tr>"


def _cell(css: str, label: str, said: str) -> str:
    """A cell; on a phone, where a row is a card, one that says nothing is left out."""
    css = f"{css} none".strip() if said == NONE else css
    named = f' class="{css}"' if css else ""
    return f'<td{named} data-label="{label}">{said}</td>'


def _registration(row: SheetRow) -> str:
    late = row.registration is not None and row.registration.is_late
    words = status_html(row.registration_code, row.registration_word)
    return f'{words} <span class="small nowrap">sau Quý I</span>' if late else words


def _progress(progress: Progress | None) -> str:
    if progress is None or not progress.total:
        return NONE
    said = f"{progress.answered}/{progress.total}"
    said = f"<strong>{said}</strong>" if progress.is_complete else said
    if not progress.proposed:
        return said
    title = f"{progress.proposed} dòng cổng đề xuất, chưa xác nhận"
    return f'{said} <abbr class="soft small" title="{title}">+{progress.proposed} đề xuất</abbr>'


def _file(row: SheetRow) -> str:
    words = status_html(row.file_status)
    if row.extension:
        day = row.extension.until_on
        words += f' <span class="small soft nowrap">gia hạn đến {day.day}/{day.month}</span>'
    if not row.is_split or row.recognition is None:
        return words
    return f'{words} <span class="small soft">TT 124: {esc(row.recognition.get_status_display().lower())}</span>'


def _day(moment: object) -> str:
    return f"{localtime(moment):%d/%m}" if moment else NONE  # type: ignore[arg-type]


def _decisions(row: SheetRow) -> str:
    return (
        "".join(
            f'<span>{esc(one.full_number)} <span class="soft small">{one.issued_on:%d/%m}</span></span> '
            for one in row.issued
        )
        or NONE
    )


def _recognition(row: SheetRow) -> str:
    words = _outcome(row.recognition)
    if row.share_flag is None:
        return words
    flag = badge("tone-warn shape-alert", "5.4 thay đổi")
    return f'{words} <details class="more"><summary>{flag}</summary>{esc(row.share_flag.text)}</details>'


def _outcome(evaluation: Evaluation | None) -> str:
    """The furthest result: decided, appraised or the unit's own, with its points."""
    if evaluation is None:
        return NONE
    if evaluation.status == Status.ANNULLED:
        return status_html("annulled")
    code = evaluation.decided_outcome or evaluation.appraised_outcome or evaluation.self_outcome
    points = (
        evaluation.self_points
        if evaluation.appraised_points is None
        else evaluation.appraised_points
    )
    said = _result(code) if code else NONE
    if code and not evaluation.decided_outcome and not evaluation.appraised_outcome:
        own = "tự đánh giá" if evaluation.self_points is None else "tự chấm"
        said += f' <span class="soft small">{own}</span>'
    return said if points is None else f'{said} <span class="num">{number_text(points)}</span>'


@lru_cache
def status_html(code: str, label: str = "") -> str:
    """A state as word, colour and shape, as the tag `status_badge` writes it."""
    return state_badge(code, label)


@lru_cache
def _result(code: str) -> str:
    outcome = OUTCOMES.get(code)
    if outcome is None:
        return badge("tone-grey shape-ring", code)
    return badge(
        f"outcome-{outcome.code} shape-{OUTCOME_SHAPES[outcome.code]}",
        SHORT.get(code, outcome.label),
    )


MID, PLAIN = "mid nowrap", ""
CELLS: tuple[tuple[str, str, Callable[[SheetRow], str]], ...] = (
    (PLAIN, "Đăng ký", _registration),
    (MID, "Trả lời TT 124", lambda row: _progress(row.progress.get(Scheme.RECOGNITION))),
    (MID, "Tự chấm QĐ 510", lambda row: _progress(row.progress.get(Scheme.CLASSIFICATION))),
    (PLAIN, "Hồ sơ", _file),
    (MID, "Gửi", lambda row: _day(row.submitted_at)),
    (MID, "Thẩm định", lambda row: _day(row.appraised_at)),
    ("nowrap decisions", "Quyết định", _decisions),
    (PLAIN, "Kết quả TT 124", _recognition),
    (PLAIN, "Xếp loại QĐ 510", lambda row: _outcome(row.classification)),
)
"""The columns after the name: class, head on a phone, what stands in the cell."""
