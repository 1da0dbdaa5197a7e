"""What is posted on a unit's yearly file: one handler an act, each with its errors at their place."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from antq_portal.lib import seen
from criteria.exceptions import TransitionRefused
from units.coverage import Scheme

from ..forms.papers import MinutesForm, OtherPaperForm
from ..forms.registrations import RegistrationRow, figure_fields, read_figures, typed_row
from ..models import Purpose
from ..services.attachments import attach, detach
from ..services.evaluations import open_file, record_statement, submit_file, withdraw_file
from ..services.registrations import save_registration
from .file_page import FilePage, Overlay
from .file_tabs import registration_row, show
from .refusals import WRONG_INPUT, attempt, spoken
from .section_acts import keep_paper, save_section
from .source_acts import choose_source


def open_it(page: FilePage) -> HttpResponse:
    """Begin the self-assessment of the year."""
    attempt(page.request, lambda: open_file(page.unit, year=page.year, by=page.user))
    return redirect(page.url(tab="tt124"))


def submit(page: FilePage) -> HttpResponse:
    """Send the file; what is missing stands on the page that checks the answers."""
    try:
        sent = submit_file(page.unit, year=page.year, by=page.user)
    except ValidationError as invalid:
        for sentence in spoken(invalid)[:6]:
            messages.error(page.request, sentence)
        return redirect(page.url(buoc="kiem-tra"))
    except TransitionRefused as refused:
        messages.error(page.request, str(refused))
        return redirect(page.url())
    parts = " và ".join(one.season.get_scheme_display() for one in sent)
    messages.success(page.request, f"Đã gửi thẩm định: {parts}.")
    return redirect(page.url(tab="lich-su", sau="gui"))


def withdraw(page: FilePage) -> HttpResponse:
    if attempt(page.request, lambda: withdraw_file(page.unit, year=page.year, by=page.user)):
        messages.success(page.request, "Đã rút lại hồ sơ; sửa xong thì gửi lại.")
    return redirect(page.url(tab="tt124"))


def state(page: FilePage) -> HttpResponse:
    """Record whose statement it is, and the signed minutes or where they are kept."""
    request = page.request
    form = MinutesForm(request.POST, request.FILES)

    def record() -> None:
        record_statement(
            page.unit, year=page.year, statement=form.statement(), by=page.user,
            seen=request.POST.get(seen.FIELD, ""),
        )  # fmt: skip
        if form.is_given:
            attach(
                [page.unit], year=page.year, purpose=Purpose.MINUTES, by=page.user,
                file=form.cleaned_data["file"], reference=form.reference(),
            )  # fmt: skip

    if form.is_valid() and attempt(request, record, form=form):
        messages.success(request, "Đã ghi người đại diện và biên bản họp.")
        return redirect(page.url(tab="tai-lieu"))
    return show(page, Overlay(minutes=form, status=WRONG_INPUT))


def add_paper(page: FilePage) -> HttpResponse:
    request = page.request
    form = OtherPaperForm(request.POST, request.FILES, prefix="khac")

    def put() -> None:
        attach(
            [page.unit], year=page.year, purpose=form.cleaned_data["purpose"], by=page.user,
            file=form.cleaned_data["file"], reference=form.reference(),
        )  # fmt: skip

    if form.is_valid() and attempt(request, put, form=form):
        messages.success(request, "Đã kèm tài liệu.")
        return redirect(page.url(tab="tai-lieu"))
    return show(page, Overlay(paper=form, status=WRONG_INPUT))


def remove_paper(page: FilePage) -> HttpResponse:
    asked = page.request.GET.get("tl", "")
    every = [paper for papers in page.file.papers.values() for paper in papers]
    paper = next((one for one in every if str(one.pk) == asked), None)
    if paper is None:
        raise Http404("Không có tài liệu này.")
    if attempt(page.request, lambda: detach(paper, by=page.user)):
        messages.success(page.request, "Đã bỏ tài liệu khỏi hồ sơ.")
    return redirect(page.url(tab="tai-lieu"))


def register(page: FilePage) -> HttpResponse:
    """Write down the unit's registration; sending it is asked for on a page of its own."""
    shown = registration_row(page)
    season = page.file.season(Scheme.RECOGNITION)
    if shown is None or season is None:
        raise Http404("Đơn vị không có trong danh sách thuộc diện của năm.")
    typed = typed_row(shown, page.request.POST)
    figures, wrong = read_figures(typed, figure_fields(page.year))
    if not wrong:
        wrong = _saved(page, typed, season, figures, stored=shown)
    if wrong:
        version = shown.version if "" in wrong else typed.version
        refused = replace(typed, errors=wrong, version=version)
        return show(page, Overlay(registration=refused, status=WRONG_INPUT))
    messages.success(page.request, "Đã lưu bản đăng ký.")
    return redirect(page.url(tab="dang-ky"))


def _saved(
    page: FilePage, typed: RegistrationRow, season: Any, figures: Any, *, stored: RegistrationRow
) -> dict[str, str]:
    """Save one registration; what is wrong with it by field, empty when it is written."""
    try:
        save_registration(season, page.unit, figures, by=page.user, base_version=typed.version)
    except ValidationError as invalid:
        return {name: found[0] for name, found in invalid.message_dict.items()}
    except TransitionRefused as refused:
        return {"": str(refused)}
    return {}


HANDLERS: Final = MappingProxyType(
    {
        "mo": open_it,
        "luu": save_section,
        "khong-xay-ra": save_section,
        "luu-tai": keep_paper,
        "nguon": choose_source,
        "khai": state,
        "kem": add_paper,
        "bo-tai-lieu": remove_paper,
        "dang-ky": register,
        "gui": submit,
        "rut": withdraw,
    }
)


def act_on(page: FilePage, wanted: str) -> HttpResponse:
    """Do what the form asks for; 404 for an unknown act, 403 with the reason for one not allowed."""
    handler = HANDLERS.get(wanted)
    if handler is None:
        raise Http404("Không có việc này.")
    try:
        return handler(page)
    except ObjectDoesNotExist:
        raise Http404("Không có đơn vị này.") from None
