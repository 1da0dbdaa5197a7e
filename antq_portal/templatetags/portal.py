"""Template tags of every page: numbers, Vietnamese dates, badges, form fields, bars.

Use with `{% load portal %}`. Words and counting live in `antq_portal.lib`; nothing here queries.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from antq_portal.lib import clicks, dates, text
from antq_portal.lib.badges import NO_VALUE, badge, state_badge
from antq_portal.lib.palette import OUTCOMES
from antq_portal.lib.words import OUTCOME_SHAPES

register = template.Library()

BAR_WIDTH = 100


@register.filter
def number(value: Decimal | float | str | None, decimals: int | None = None) -> str:
    """Write with decimal comma and dotted thousands, cut at `decimals`; a dash for nothing.

    What is written already stays as it is: "1.181" is one thousand one hundred eighty-one here.
    """
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, str):
        return value
    return text.number_text(Decimal(str(value)), decimals)


@register.simple_tag
def percent(part: int | None, whole: int | None, decimals: int = 1) -> str:
    """Write part of whole as a percentage that is cut, so only a full whole shows 100 %."""
    return text.share_text(part or 0, whole or 0, decimals)


@register.filter
def vi_date(value: date | datetime | None) -> str:
    """Write 14/11/2026 (a datetime in local time)."""
    return dates.date_text(_local_day(value)) if value else NO_VALUE


@register.filter
def vi_day(value: date | datetime | None) -> str:
    """Write "thứ Bảy 14/11", with the year when it is not this year."""
    return dates.day_text(_local_day(value), today=timezone.localdate()) if value else NO_VALUE


@register.filter
def vi_time(value: datetime | None) -> str:
    """Write "14:32 ngày 14/11/2026", or only "14:32" when it was today."""
    if not value:
        return NO_VALUE
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    today = moment.date() == timezone.localdate()
    return f"{moment:%H:%M}" if today else dates.time_text(moment)


@register.filter
def vi_official(value: date | None) -> str:
    """Write "ngày 05 tháng 02 năm 2026" as state papers do."""
    return dates.official_date(value) if value else NO_VALUE


def _local_day(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


@register.filter
def lookup(mapping: Mapping[Any, Any] | None, key: object) -> object:
    """Return mapping[key], or nothing: `{{ counts|lookup:unit.pk }}`."""
    return mapping.get(key) if mapping else None


@register.filter
def at(sequence: Sequence[Any] | None, index: int) -> object:
    """Return sequence[index], or nothing past its end."""
    return sequence[index] if sequence and index < len(sequence) else None


@register.simple_tag
def status_badge(code: str | None, label: str = "") -> SafeString:
    """Show a state as word, colour and shape; the label overrides the usual word."""
    return state_badge(code, label)


@register.simple_tag
def outcome_badge(code: str | None, label: str = "") -> SafeString:
    """Show a result in its fixed colour: four classes, đạt, chưa đạt; a ring for none yet."""
    outcome = OUTCOMES.get(str(code or ""))
    if outcome is None:
        return badge("tone-grey shape-ring", str(label or code or "Chưa có kết quả"))
    css = f"outcome-{outcome.code} shape-{OUTCOME_SHAPES[outcome.code]}"
    return badge(css, str(label or outcome.label))


@register.inclusion_tag("components/_deadline.html")
def deadline_line(
    last_day: date | None, milestone: str = "", today: date | None = None
) -> dict[str, object]:
    """Show "Chậm nhất thứ Bảy 14/11 · còn 2 ngày làm việc · mốc của xã: …"."""
    tones = {"ok": "", "soon": "tone-warn", "today": "tone-warn", "late": "tone-bad"}
    found = dates.deadline(last_day, today=today or timezone.localdate()) if last_day else None
    return {"deadline": found, "tone": found and tones[found.level], "milestone": milestone}


@register.simple_tag
def days_left(last_day: date, today: date | None = None) -> str:
    """Write only what is left: "còn 2 ngày làm việc", "quá hạn 3 ngày"."""
    return dates.deadline(last_day, today=today or timezone.localdate()).left_text


def _described_by(field: BoundField, legal: str, extra_help: str) -> str:
    """Return the ids of the help and error texts that _field.html shows for the field."""
    has_help = field.help_text or legal or extra_help
    ids = ([f"{field.auto_id}_helptext"] if has_help else []) + (
        [f"{field.auto_id}_error"] if field.errors else []
    )
    return " ".join(ids)


@register.simple_tag
def widget(field: BoundField, *, legal: str = "", extra_help: str = "") -> SafeString:
    """Render a bound field's widget tied to its help and error texts for screen readers."""
    ids = _described_by(field, legal, extra_help)
    return field.as_widget(attrs={"aria-describedby": ids} if ids else {})


@register.simple_tag
def described_by(field: BoundField, *, legal: str = "", extra_help: str = "") -> SafeString:
    """Write the same tie as an attribute, for a fieldset."""
    ids = _described_by(field, legal, extra_help)
    return format_html(' aria-describedby="{}"', ids) if ids else SafeString()


@register.simple_tag(takes_context=True)
def click_key(context: template.Context) -> SafeString:
    """Write the hidden input that makes a form's click happen once, however often it is sent.

    The forms of one page get neighbouring keys, which a line compresses well. A browser that
    reloads a page keeps what stood in its inputs, hence no autocompletion.
    """
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">',
        clicks.FIELD, clicks.next_key(getattr(context, "request", None)),
    )  # fmt: skip


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Tell whether the field is one tick box, whose label stands after it."""
    return field.widget_type == "checkbox"


@register.inclusion_tag("components/_step_bar.html")
def step_bar(steps: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, object]:
    """Show parts of a whole as one stacked bar with a legend.

    A step has `label`, `count`, and `tone` (info, ok, warn, bad, plum, grey) or `outcome`;
    optional `url`. The bar is a picture; the legend says the same in words.
    """
    rows = [dict(step) for step in steps]
    total = sum(row["count"] for row in rows)
    start = Decimal(0)
    for row in rows:
        outcome = OUTCOMES.get(str(row.get("outcome", "")))
        row["css"] = f"outcome-{outcome.code}" if outcome else f"tone-{row.get('tone', 'grey')}"
        row["start"] = f"{start:.2f}"
        width = Decimal(row["count"] * BAR_WIDTH) / total if total else Decimal(0)
        row["width"] = f"{width:.2f}"
        start += width
    return {"steps": rows, "total": total, "label": label}


@register.inclusion_tag("components/_bullet.html")
def bullet(value: Decimal | float, goal: Decimal | float, label: str = "") -> dict[str, object]:
    """Show an attained value against a goal: a bar with the goal as a line."""
    attained, target = Decimal(str(value or 0)), Decimal(str(goal or 0))
    scale = max(attained, target) or Decimal(1)
    return {
        "value": attained,
        "goal": target,
        "label": label,
        "width": f"{attained * BAR_WIDTH / scale:.2f}",
        "mark": f"{target * BAR_WIDTH / scale:.2f}",
        "tone": "ok" if attained >= target else "warn",
    }


@register.simple_tag
def page_numbers(page: "Page[Any]") -> list[int | str]:
    """Return the page numbers to show, with "…" where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
