"""The rows of the registration grid as HTML: hundreds on one page, so no template runs for each."""

from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils.html import conditional_escape as esc
from django.utils.safestring import SafeString, mark_safe

from antq_portal.lib.text import share_text

from ..forms.registrations import NUMBER, TICK, Column, RegistrationRow
from .sheet_cells import NONE, status_html


def rows_html(
    rows: Sequence[RegistrationRow], *, year: int, can_be_ticked: bool, ticked: Collection[int]
) -> SafeString:
    """Every unit as a table row; heads are `h1`, `h2`, …, the unit's name is `n<id>`."""
    start = reverse("evaluations:sheet", args=[year])
    lines = (_row(row, start, can_be_ticked, row.row.unit_id in ticked) for row in rows)
    return mark_safe("\n".join(lines))  # noqa: S308 -- every value is escaped below


def _row(row: RegistrationRow, start: str, can_be_ticked: bool, is_ticked: bool) -> str:
    pk, name = row.row.unit_id, esc(row.row.name)
    url = f"{start}{pk}/"
    said = ""
    if row.row_error:
        words = f"<strong>{name}:</strong> {esc(row.row_error)}"
        said = f'<tr class="wrong"><td colspan="12"><p class="cell-error" role="alert">{words}</p></td></tr>'
    box = f'<input type="checkbox" name="don_vi" value="{pk}" data-check aria-label="Chọn {name}"'
    tick = f'<td class="check-cell">{box}{" checked" if is_ticked else ""}></td>'
    seen = f'<input type="hidden" name="u{pk}-version" value="{row.version_seen}">'
    head = f'<th scope="row" class="pin" id="n{pk}"><a href="{url}?tab=dang-ky">{name}</a>'
    cells = "".join(_cell(row, column, place) for place, column in enumerate(row.columns, start=1))
    papers = f'<a href="{url}?tab=tai-lieu">{row.papers}</a>' if row.papers else NONE
    return (
        f'{said}<tr id="u{pk}">{tick if can_be_ticked else ""}'
        f"{head}{seen if row.is_editable else ''}</th>{cells}{_share(row)}"
        f"<td>{papers}</td><td>{_state(row)}</td></tr>"
    )


def _cell(row: RegistrationRow, column: Column, place: int) -> str:
    name, _, typed_as = column
    value, error = row.typed[name], row.errors.get(name, "")
    field = f"{row.prefix}-{name}"
    labels = f'aria-labelledby="h{place} n{row.row.unit_id}"'
    css = ' class="has-error"' if error else ""
    if typed_as == TICK:
        box = f'<input type="checkbox" name="{field}" value="co" {labels}{" checked" if value else ""}>'
        shown = box if row.is_editable else ("không có" if value else NONE)
        return f'<td class="mid{" has-error" if error else ""}">{shown}</td>'
    if not row.is_editable:
        align = ' class="num"' if typed_as == NUMBER else ""
        return f"<td{align}>{esc(value or NONE)}</td>"
    number = ' class="num" inputmode="numeric"' if typed_as == NUMBER else ""
    wrong = f' aria-invalid="true" aria-describedby="{field}-error"' if error else ""
    said = f'<p class="cell-error" id="{field}-error">{esc(error)}</p>' if error else ""
    typed = f'name="{field}" value="{esc(value)}" {labels} autocomplete="off"{number}{wrong}'
    return f"<td{css}><input {typed}>{said}</td>"


def _share(row: RegistrationRow) -> str:
    share = row.share
    if share is None:
        return ""
    has_figures = row.registration is not None
    words = share_text(share.part or 0, share.whole or 0) if has_figures else NONE
    return f'<td class="num">{words}</td>'


def _state(row: RegistrationRow) -> str:
    words = status_html(row.row.registration_code, row.registration_label)
    is_late = row.registration is not None and row.registration.is_late
    return f"{words} {status_html('late', 'sau Quý I')}" if is_late else words
