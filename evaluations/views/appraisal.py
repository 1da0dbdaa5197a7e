"""One unit's file before the appraiser: both answers side by side, concluded on row by row."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.asked import wholes
from criteria.exceptions import TransitionRefused
from units.coverage import Scheme
from units.models import Unit
from units.selectors import Place, Powers, label_of, powers_of

from ..forms.appraisal import FIELD_OF, AppraisalRowForm
from ..models import Evaluation
from ..selectors.appraisal import (
    AppraisalRow,
    AppraisalSheet,
    appraisal_sheets,
    registration_of,
)
from ..selectors.authorities import authority_for_act, refresh_authorities
from ..selectors.extensions import appraisal_deadline
from ..selectors.last_year import last_year_of
from ..selectors.queue import matching, neighbours, queue_entries
from ..selectors.steps import file_events
from ..selectors.supplements import asked_of_unit
from ..selectors.visits import changed_criteria, reviewed_since
from ..services.answers import save_appraisal
from ..services.visits import note_visit
from ..workflow import BEFORE_DECISION, Status
from .after_decision import commune_shares
from .late_panel import late_panel
from .queue import address_of, filter_of
from .refusals import WRONG_INPUT
from .registers import registers_context


@dataclass(frozen=True, slots=True)
class FilePage:
    """One request about one file by somebody who appraises it."""

    request: HttpRequest
    unit: Unit
    year: int
    name: str
    evaluations: list[Evaluation]
    powers: Powers

    @property
    def first(self) -> Evaluation:
        return self.evaluations[0]

    @property
    def query(self) -> str:
        return address_of(filter_of(self.request.GET, default_year=self.year))

    def url(self, name: str = "appraisal", *args: object) -> str:
        """The address of a page of this file, keeping the queue's filter."""
        path = reverse(f"evaluations:{name}", args=[self.year, self.unit.pk, *args])
        return f"{path}?{self.query}"

    def url_of(self, unit_id: int | None) -> str:
        """The same page of another unit in the queue; empty for none."""
        if unit_id is None:
            return ""
        return f"{reverse('evaluations:appraisal', args=[self.year, unit_id])}?{self.query}"

    @property
    def states(self) -> set[str]:
        return {one.status for one in self.evaluations}

    @property
    def holder(self) -> User | None:
        """Who else reviews the file now; None when it is this person, or nobody."""
        holders = (one.taken_up_by for one in self.evaluations if one.status == Status.IN_REVIEW)
        return next((who for who in holders if who and who != self.request.user), None)

    @property
    def holder_since(self) -> dt.datetime | None:
        """Since when that person reviews it."""
        held = (one.taken_up_at for one in self.evaluations if one.taken_up_by == self.holder)
        return next((at for at in held if at), None)

    @property
    def is_late(self) -> bool:
        """Whether the unit sent its file after the season's last day for it: marked, not refused."""
        at, limit = self.first.submitted_at, self.first.season.submit_by
        return bool(at and limit and localdate(at) > limit)

    @property
    def is_own(self) -> bool:
        """Whether the person sent or keyed the file in, and so only reads it here."""
        user = self.request.user
        return any(user.pk in (one.submitted_by_id, one.entered_by_id) for one in self.evaluations)


@dataclass(slots=True)
class TypedSheet:
    """A sheet with one form a row, as shown or as typed."""

    sheet: AppraisalSheet
    forms: dict[str, AppraisalRowForm] = field(default_factory=dict)

    @property
    def lines(self) -> Iterator[tuple[Any, list[tuple[AppraisalRow, AppraisalRowForm | None]]]]:
        """Groups with their rows and the form of each row that may be concluded on."""
        for group, rows in self.sheet.groups:
            yield group, [(row, self.forms.get(row.row.code)) for row in rows]

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the control, row, what is wrong) of everything that was not written."""
        return [
            (form[name].id_for_label if name in form.fields else f"dong-{form.prefix}", code, words)
            for code, form in self.forms.items()
            for name, found in form.errors.items()
            for words in found
        ]


def file_page(request: HttpRequest, year: int, unit_id: int) -> FilePage:
    """Load a file for its appraiser: 404 when it is not visible, 403 for who does not appraise it."""
    evaluations = list(
        Evaluation.objects.visible_to(request.user)
        .of_file(unit_id, year)
        .select_related(
            "season__criteria_set", "unit", "unit_version__unit", "session",
            "entered_by", "submitted_by", "taken_up_by", "appraised_by",
        )
    )  # fmt: skip
    if not evaluations:
        raise Http404("Không có hồ sơ này.")
    powers, first = powers_of(request.user), evaluations[0]
    if not powers.may(Act.APPRAISE, _place(first)):
        _follow_authority(evaluations)
        powers.require(Act.APPRAISE, _place(first))
    name = label_of(first.unit_version)
    return FilePage(request, first.unit, year, name, evaluations, powers)


def _place(evaluation: Evaluation) -> Place:
    authority_id = authority_for_act(evaluation, Act.APPRAISE)
    return Place.of(evaluation.unit_version, authority_id=authority_id)


def _follow_authority(evaluations: list[Evaluation]) -> None:
    """Set today's authorities, unsaved, where the stored one may have ended or handed the unit on."""
    for one in evaluations:
        if one.status in BEFORE_DECISION:
            refresh_authorities([one])


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    data = request.POST if request.method == "POST" else None
    sheets = [typed_sheet(page, sheet, data) for sheet in appraisal_sheets(page.evaluations)]
    if request.method != "POST":
        return _show(page, sheets)
    if not _save_all(page, sheets):
        return _show(page, sheets, status=WRONG_INPUT)
    if request.POST.get("viec") != "tra-lai":
        messages.success(request, "Đã lưu kết luận.")
    return redirect(_next_page(page))


def _next_page(page: FilePage) -> str:
    """Where saving leads: to the confirmation, to the return of the ticked rows, or back here."""
    wanted = page.request.POST.get("viec")
    if wanted == "tra-lai":
        rows = wholes(page.request.POST.getlist("bo_sung"))
        return "&".join([page.url("appraisal_return"), *(f"dong={pk}" for pk in rows)])
    return page.url("appraisal_confirm" if wanted == "xac-nhan" else "appraisal")


def typed_sheet(
    page: FilePage, sheet: AppraisalSheet, data: Mapping[str, Any] | None
) -> TypedSheet:
    """A form for every row that may be concluded on now: by nobody else while one person reviews."""
    if not sheet.is_open or page.holder:
        return TypedSheet(sheet)
    return TypedSheet(
        sheet, {row.row.code: row_form(row, data) for row in sheet.rows if row.answer}
    )


def row_form(row: AppraisalRow, data: Mapping[str, Any] | None) -> AppraisalRowForm:
    return AppraisalRowForm(data, row=row.row, answer=row.answer, own=row.own)


def _save_all(page: FilePage, sheets: list[TypedSheet]) -> bool:
    """Write every changed row of both sheets, or none of them."""
    with transaction.atomic():
        are_saved = [_save(page, typed) for typed in sheets]
        if not all(are_saved):
            transaction.set_rollback(True)
    return all(are_saved)


def _save(page: FilePage, typed: TypedSheet) -> bool:
    """Write the changed rows of one sheet; what is wrong goes beside its control."""
    changed = {code: form for code, form in typed.forms.items() if form.has_changed()}
    are_valid = [form.is_valid() for form in changed.values()]
    if not changed or not all(are_valid):
        return all(are_valid)
    rows = {code: form.typed() for code, form in changed.items()}
    try:
        save_appraisal(typed.sheet.evaluation, rows, by=page.request.user)
    except TransitionRefused as refused:
        messages.error(page.request, str(refused))
        return False
    except ValidationError as invalid:
        beside_the_field(typed.forms, invalid)
        return False
    return True


def beside_the_field(forms: Mapping[str, AppraisalRowForm], invalid: ValidationError) -> None:
    """Put each problem, keyed "code.field" or "code", on the form of its row."""
    for key, found in invalid.error_dict.items():
        code, _, name = key.rpartition(".")
        form = forms.get(code) if name in FIELD_OF else forms.get(key)
        if form is None:
            raise invalid
        known = FIELD_OF.get(name, "")
        form.add_error(known if known in form.fields else None, found)


def _show(page: FilePage, sheets: list[TypedSheet], *, status: int = 200) -> HttpResponse:
    entries = queue_entries(
        page.request.user,
        authorities=[page.first.appraising_unit_id],
        year=page.year,
        powers=page.powers,
    )
    own = next((entry for entry in entries if entry.unit_id == page.unit.pk), None)
    wanted = filter_of(page.request.GET, default_year=page.year)
    before, after = neighbours(matching(entries, wanted), page.unit.pk, own and own.place)
    states, is_own, asked = page.states, page.is_own, asked_of_unit(page.evaluations)
    visited = note_visit(page.request.user, page.unit.pk, page.year)
    since = reviewed_since(page.evaluations, visited)
    context = {
        "page": page,
        "sheets": sheets,
        "changed_ids": changed_criteria(page.evaluations, since=since, user=page.request.user),
        **commune_shares(page.evaluations, page.request.user),
        **_registers(page, sheets),
        **late_panel(page.evaluations, acts=True, appraises=not is_own, reads_sensitive=True),
        "registration": registration_of(page.first),
        "deadline": appraisal_deadline(page.evaluations),
        "last_year": last_year_of([page.unit.pk], year=page.year).get(page.unit.pk),
        "errors": [error for typed in sheets for error in typed.errors],
        "asked": asked,
        "slip": asked.slip(page.name) if asked else "",
        "events": file_events(page.evaluations),
        "before_url": page.url_of(before),
        "after_url": page.url_of(after),
        "queue_url": f"{reverse('evaluations:queue')}?{page.query}",
        "is_own": is_own,
        "may_take_up": Status.SUBMITTED in states and not is_own,
        "may_confirm": Status.IN_REVIEW in states and not is_own and not page.holder,
        "may_reopen": Status.APPRAISED in states,
        "urls": {name: page.url(f"appraisal_{name}") for name in FILE_ACTS},
    }
    return render(page.request, "evaluations/appraisal.html", context, status=status)


def next_to_review(page: FilePage) -> str:
    """The address of the next file of the queue that waits for a conclusion; this one when none does."""
    entries = queue_entries(
        page.request.user,
        authorities=[page.first.appraising_unit_id],
        year=page.year,
        powers=page.powers,
    )
    own = next((entry for entry in entries if entry.unit_id == page.unit.pk), None)
    wanted = filter_of(page.request.GET, default_year=page.year)
    waiting = [entry for entry in matching(entries, wanted) if entry.step in TO_CONCLUDE]
    _, after = neighbours(waiting, page.unit.pk, own and own.place)
    first = waiting[0].unit_id if waiting else None
    following = after or first
    return page.url_of(following) if following != page.unit.pk else page.url()


def _registers(page: FilePage, sheets: list[TypedSheet]) -> dict[str, object]:
    """What the registers say of the TT 124 sheet, if it is here."""
    found = [typed.sheet for typed in sheets if typed.sheet.scheme == Scheme.RECOGNITION]
    return registers_context(found[0], page.powers) if found else {}


TO_CONCLUDE = ("dang-tham-dinh", "cho-nhan")
FILE_ACTS = ("take_up", "take_over", "return", "confirm", "reopen")
