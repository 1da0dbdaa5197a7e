"""The appraisal queue and what is done to many files of it at once."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.asked import wholes
from antq_portal.lib.clicks import each_by_itself
from units.models import EVALUATED_KINDS, Unit
from units.selectors import Powers, powers_of, refusal

from ..models import Evaluation
from ..selectors.bulk_acts import recent_acts
from ..selectors.deadlines import Source, StepDay
from ..selectors.extensions import due_of
from ..selectors.queue import (
    MARKS,
    STEPS,
    FilePair,
    QueueEntry,
    QueueFilter,
    matching,
    queue_entries,
    queue_files,
    years_waiting,
)
from ..selectors.unsettled import unsettled_rows
from ..selectors.visits import changed_units
from ..services.authorities import follow_ended_levels
from ..services.bulk_acts import do_to_each
from ..services.evaluations import appraise_file, take_up_file
from ..workflow import Action, Status

ROWS_A_PAGE = 50
AT_ONCE = 100
MOST_TOLD = 10
CHANGES = {"len": "↑ lên", "xuong": "↓ xuống", "giu": "= giữ", "moi": "chưa có kết quả"}
KINDS = EVALUATED_KINDS


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue: the file, where it stands, and what to look at twice."""

    file: FilePair
    entry: QueueEntry
    days: int
    url: str
    is_mine: bool
    due_on: dt.date
    due_by: str = ""
    """Who set that day, where it is not the law: the authority's own milestone, an extension."""
    reviewer: User | None = None
    reviewed_since: dt.datetime | None = None

    @property
    def change_word(self) -> str:
        """How the file stands against the year before, in a word and a sign."""
        return CHANGES.get(self.entry.change, "")


@dataclass(frozen=True, slots=True)
class BulkAct:
    """What is done to many files at once, and in which words."""

    action: Action
    step: str
    text: str
    act: Callable[..., list[Evaluation]]


BULK = {
    "nhan": BulkAct(
        Action.TAKE_UP,
        "cho-nhan",
        "Từ lúc này các đơn vị không tự rút lại hồ sơ được nữa; bạn là người thẩm định.",
        take_up_file,
    ),
    "xac-nhan": BulkAct(
        Action.APPRAISE,
        "dang-tham-dinh",
        "Mọi trả lời của các đơn vị này được giữ nguyên làm kết quả thẩm định, ghi tên bạn.",
        appraise_file,
    ),
}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    powers = powers_of(request.user)
    authorities = appraising(powers)
    follow_ended_levels(authorities)
    years = years_waiting(authorities) or [localdate().year]
    wanted = filter_of(request.GET, default_year=years[0])
    entries = queue_entries(request.user, authorities=authorities, year=wanted.year, powers=powers)
    kinds = {wanted.kind, *(entry.kind for entry in entries)}
    page = Paginator(matching(entries, wanted), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "years": sorted({*years, wanted.year}, reverse=True),
        "kinds": [(kind.value, kind.label) for kind in KINDS if kind in kinds],
        "chips": _chips(entries, wanted),
        "page": page,
        "rows": _rows(request.user, list(page), wanted),
        "changed_units": changed_units(
            request.user, (entry.unit_id for entry in page), year=wanted.year
        ),
        "total": len(entries),
        "offers": recent_acts(
            request.user, year=wanted.year, actions=(Action.TAKE_UP, Action.APPRAISE)
        ),
        "bulk": BULK,
    }
    return render(request, "evaluations/queue.html", context)


@each_by_itself
@require_http_methods(["GET", "HEAD", "POST"])
def queue_bulk(request: HttpRequest, act: str) -> HttpResponse:
    """Ask, then do one act on the ticked files, each in its own transaction; show what became of each."""
    bulk, powers = BULK[act], powers_of(request.user)
    authorities = appraising(powers)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = filter_of(asked, default_year=localdate().year)
    ids = wholes(asked.getlist("don_vi"))[:AT_ONCE]
    back = f"{reverse('evaluations:queue')}?{address_of(wanted)}"
    if not ids:
        return redirect(back)
    entries = queue_entries(request.user, authorities=authorities, year=wanted.year, powers=powers)
    ticked = [entry for entry in entries if entry.unit_id in ids]
    files = queue_files(ticked, year=wanted.year)
    lacking = unsettled_rows(ids, year=wanted.year) if bulk.action == Action.APPRAISE else {}
    kept, left = _sorted_out(files, ticked, bulk, request.user, lacking)
    context = {"bulk": bulk, "back_url": back, "wanted": wanted, "left": left, "kept": kept}
    if request.method != "POST":
        return render(request, "evaluations/queue_confirm.html", context)
    if not kept:
        return _nothing_done(request, left, back)
    done = do_to_each(
        bulk.action,
        [(Unit(pk=one.unit_id), _run(one, bulk, wanted.year, request.user, powers)) for one in kept],
        year=wanted.year, by=request.user, unfit={file.unit_id: why for file, why in left},
    )  # fmt: skip
    return redirect(f"{done.get_absolute_url()}?{urlencode({'ve': back})}")


def _nothing_done(
    request: HttpRequest, left: list[tuple[FilePair, str]], back: str
) -> HttpResponse:
    """Say why none of the ticked files was taken; nothing is remembered of it."""
    for file, why in left[:MOST_TOLD]:
        messages.warning(request, f"{file.name}: {why}.")
    if not left:
        messages.warning(request, "Không có hồ sơ nào của bạn trong số đã chọn.")
    return redirect(back)


def appraising(powers: Powers) -> list[int]:
    """The authorities at which this person appraises; refuses those who appraise nowhere."""
    authorities = powers.authorities_for(Act.APPRAISE)
    if not authorities:
        raise PermissionDenied(refusal(Act.APPRAISE))
    return authorities


def filter_of(asked: QueryDict, *, default_year: int) -> QueueFilter:
    """Read the filter from the address; words nobody knows count as "all"."""
    year, step, kind = asked.get("nam", ""), asked.get("buoc", ""), asked.get("loai", "")
    mark = asked.get("dau", "")
    return QueueFilter(
        year=int(year) if year.isdecimal() and len(year) <= 4 else default_year,
        step=step if step in STEPS else "",
        kind=kind if kind in KINDS else "",
        mark=mark if mark in MARKS else "",
        words=asked.get("q", "").strip(),
    )


def address_of(wanted: QueueFilter, **changed: str) -> str:
    """Write a filter as the query part of an address, without what is empty."""
    parts = {
        "nam": str(wanted.year),
        "buoc": wanted.step,
        "loai": wanted.kind,
        "dau": wanted.mark,
        "q": wanted.words,
    }
    return urlencode({name: value for name, value in (parts | changed).items() if value})


def _chips(entries: list[QueueEntry], wanted: QueueFilter) -> list[dict[str, object]]:
    """Every step, and every mark that some file bears, with its count under the other filters."""
    of_kind = matching(entries, QueueFilter(wanted.year, kind=wanted.kind, words=wanted.words))
    chips = [_chip("Tất cả", len(of_kind), wanted, buoc="", dau="")]
    for step, label in STEPS.items():
        count = sum(entry.step == step for entry in of_kind)
        chips.append(_chip(label, count, wanted, buoc=step, dau=""))
    for mark, label in MARKS.items():
        count = sum(mark in entry.marks for entry in of_kind)
        if count or wanted.mark == mark:
            chips.append(_chip(label, count, wanted, dau=mark, buoc=""))
    return chips


def _chip(label: str, count: int, wanted: QueueFilter, *, buoc: str, dau: str) -> dict[str, object]:
    is_current = (wanted.step, wanted.mark) == (buoc, dau)
    url = f"?{address_of(wanted, buoc=buoc, dau=dau)}"
    return {"label": label, "count": count, "url": url, "current": is_current}


def _rows(user: User, entries: list[QueueEntry], wanted: QueueFilter) -> list[QueueRow]:
    files = queue_files(entries, year=wanted.year)
    return [
        _row(file, entry, wanted, user, due=due_of(file.evaluations))
        for file, entry in zip(files, entries, strict=True)
    ]


def _row(
    file: FilePair, entry: QueueEntry, wanted: QueueFilter, user: User, *, due: StepDay | None
) -> QueueRow:
    reviewed = [one for one in file.evaluations if one.status == Status.IN_REVIEW]
    held = next((one for one in reviewed if one.taken_up_by_id), None)
    address = reverse("evaluations:appraisal", args=[wanted.year, file.unit_id])
    return QueueRow(
        file=file,
        entry=entry,
        days=(timezone.now() - entry.since).days,
        url=f"{address}?{address_of(wanted)}",
        is_mine=_is_own(file, user),
        due_on=due.day if due else min(one.season.last_day_to_decide for one in file.evaluations),
        due_by="" if due is None or due.source == Source.LAW else str(due.source.label),
        reviewer=held.taken_up_by if held else None,
        reviewed_since=held.taken_up_at if held else None,
    )


def _is_own(file: FilePair, user: User) -> bool:
    """Whether the person sent or keyed in this file, and so may not appraise it."""
    return any(user.pk in (one.submitted_by_id, one.entered_by_id) for one in file.evaluations)


def _sorted_out(
    files: list[FilePair],
    entries: list[QueueEntry],
    bulk: BulkAct,
    user: User,
    lacking: Mapping[int, int],
) -> tuple[list[FilePair], list[tuple[FilePair, str]]]:
    """Which of the ticked files the act is for, and why not the others; `lacking` counts open rows."""
    kept, left = [], []
    for file, entry in zip(files, entries, strict=True):
        reason = _why_not(file, entry, bulk, user)
        if not reason and file.unit_id in lacking:
            reason = f"còn {lacking[file.unit_id]} dòng chưa có kết quả, xem tại trang của hồ sơ"
        if reason:
            left.append((file, reason))
        else:
            kept.append(file)
    return kept, left


def _why_not(file: FilePair, entry: QueueEntry, bulk: BulkAct, user: User) -> str:
    if _is_own(file, user):
        return "bạn đã nhập hoặc gửi hồ sơ này nên không thẩm định hồ sơ này"
    if entry.step != bulk.step:
        return f"đang ở bước “{STEPS[entry.step]}”"
    if bulk.action != Action.APPRAISE:
        return ""
    holders = {one.taken_up_by for one in file.evaluations if one.status == Status.IN_REVIEW}
    if holders - {user, None}:
        return f"đang thẩm định bởi {next(iter(holders - {user, None}))}"
    if "phat-sinh" in entry.marks:
        return "còn phát sinh sau khi gửi chưa xử lý"
    if entry.differences:
        return "có chỗ khác trả lời của đơn vị, xác nhận tại trang của hồ sơ"
    if any(one.status == Status.SUBMITTED for one in file.evaluations):
        return "còn phần chưa nhận thẩm định"
    return ""


def _run(
    file: FilePair, bulk: BulkAct, year: int, by: User, powers: Powers
) -> Callable[[], list[Evaluation]]:
    return lambda: bulk.act(Unit(pk=file.unit_id), year=year, by=by, powers=powers)
