"""The book of incidents: read, written, struck out, confirmed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Act
from antq_portal.lib.asked import whole
from units.models import Unit, UnitVersion
from units.selectors import Place, powers_of, refusal

from ..forms.incidents import BookForm, CorrectionForm, IncidentForm, StrikeForm, shown
from ..models import BookStatement, Incident, IncidentType
from ..selectors.incidents import (
    book_years,
    books_read_by,
    lines_of_book,
    types_of_book,
    units_of_book,
)
from ..services.incidents import add_incident, confirm_book, correct_incident, strike_incident
from .refusals import attempt, confirmation, status_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ROWS_A_PAGE = 50
FIRST_YEAR = 2000
NO_BOOK = (
    "Sổ vụ việc chỉ người được phân công ở nơi giữ sổ mới xem: Cán bộ phụ trách, Thường trực Ban Chỉ đạo "
    "(thẩm định), Người có thẩm quyền quyết định."
)


@dataclass(frozen=True, slots=True)
class Book:
    """One request about one authority's book."""

    request: HttpRequest
    authority: UnitVersion
    others: list[UnitVersion]
    year: int
    may_keep: bool

    def url(self, name: str, *args: object) -> str:
        found = reverse(f"evaluations:{name}", args=args)
        return f"{found}?so={self.authority.unit_id}&nam={self.year}"

    def require_keeper(self) -> None:
        if not self.may_keep:
            raise PermissionDenied(refusal(Act.KEEP_BOOK))


def book_asked(request: HttpRequest, authority_id: int | None = None) -> Book:
    """The book asked for by `?so=`, else the person's first; PermissionDenied for who reads none.

    Http404 for a book of others.
    """
    books = books_read_by(request.user)  # type: ignore[arg-type]
    asked = authority_id or whole(request.GET.get("so", ""))
    if request.GET.get("so") and asked is None:
        raise Http404("Không có sổ này.")
    if asked is not None:
        found = next((one for one in books if one.unit_id == asked), None)
        if found is None:
            raise Http404("Không có sổ này.")
    elif books:
        found = next((one for one in books if one.unit.ended_on is None), books[0])
    else:
        raise PermissionDenied(NO_BOOK)
    powers = powers_of(request.user)  # type: ignore[arg-type]
    may_keep = powers.may(Act.KEEP_BOOK, Place.of(found, authority_id=found.unit_id))
    year = whole(request.GET.get("nam", "")) or localdate().year
    if not FIRST_YEAR <= year <= localdate().year + 1:
        raise Http404("Không có năm này.")
    others = [one for one in books if one != found]
    return Book(request, found, others, year, may_keep)


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    book = book_asked(request)
    place, of = whole(request.GET.get("don_vi", "")), request.GET.get("loai", "")
    lines = lines_of_book(request.user, book.authority.unit, book.year)  # type: ignore[arg-type]
    lines = lines.filter(unit=place) if place else lines
    lines = lines.filter(type=of) if of in IncidentType.values else lines
    statement = BookStatement.objects.filter(authority=book.authority.unit_id, year=book.year)
    context = {
        "book": book,
        "page": Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "statement": statement.select_related("confirmed_by").first(),
        "units": units_of_book(book.authority),
        "types": types_of_book(book.authority),
        "years": book_years(book.authority.unit),
        "place": place,
        "type": of,
    }
    return render(request, "evaluations/incident_list.html", context)


@GET_OR_POST
def incident_new(request: HttpRequest) -> HttpResponse:
    book = book_asked(request)
    book.require_keeper()
    form = IncidentForm(_posted(request), **_choices(book))

    def add() -> None:
        add_incident(_unit(book, form), form.details(), by=request.user)  # type: ignore[arg-type]

    return _form_page(book, form, add, title="Ghi vụ việc", submit="Ghi vào sổ")


@GET_OR_POST
def incident_edit(request: HttpRequest, pk: int) -> HttpResponse:
    incident, book = _line(request, pk)
    initial = shown(incident)
    form = CorrectionForm(_posted(request), initial=initial, **_choices(book))

    def correct() -> None:
        reason = form.cleaned_data["reason"]
        unit = _unit(book, form)
        correct_incident(incident, unit, form.details(), reason=reason, by=request.user)  # type: ignore[arg-type]

    return _form_page(book, form, correct, title="Sửa dòng của sổ", submit="Ghi dòng thay thế")


@GET_OR_POST
def incident_strike(request: HttpRequest, pk: int) -> HttpResponse:
    incident, book = _line(request, pk)
    form = StrikeForm(_posted(request))

    def strike() -> None:
        strike_incident(incident, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]

    if request.method == "POST" and form.is_valid() and attempt(request, strike, form=form):
        messages.success(request, "Đã gạch dòng; dòng vẫn ở trong sổ và không tính nữa.")
        return redirect(book.url("incidents"))
    return confirmation(
        request, title="Gạch một dòng của sổ", submit="Gạch", danger=True,
        text=f"{incident}, {incident.get_type_display().lower()}: dòng vẫn hiện trong sổ, không tính nữa.",
        back_url=book.url("incidents"), form=form,
    )  # fmt: skip


@GET_OR_POST
def book_confirm(request: HttpRequest) -> HttpResponse:
    book = book_asked(request)
    book.require_keeper()
    form = BookForm(_posted(request), initial={"complete_to": localdate()})

    def confirm() -> None:
        day, authority = form.cleaned_data["complete_to"], book.authority.unit
        confirm_book(authority, year=book.year, complete_to=day, by=request.user)  # type: ignore[arg-type]

    if request.method == "POST" and form.is_valid() and attempt(request, confirm, form=form):
        messages.success(request, f"Đã xác nhận sổ năm {book.year}.")
        return redirect(book.url("incidents"))
    return confirmation(
        request, title=f"Xác nhận Sổ vụ việc năm {book.year} đã ghi đủ", submit="Xác nhận",
        text="Từ đó đơn vị không có dòng nào trong sổ được đề xuất “không xảy ra”; từng đơn vị vẫn tự xác nhận.",
        back_url=book.url("incidents"), form=form,
    )  # fmt: skip


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _line(request: HttpRequest, pk: int) -> tuple[Incident, Book]:
    rows = Incident.objects.visible_to(request.user).standing()  # type: ignore[arg-type]
    incident = get_object_or_404(rows.select_related("unit_version", "unit"), pk=pk)
    book = book_asked(request, incident.authority_id)
    book.require_keeper()
    return incident, book


def _choices(book: Book) -> dict[str, Any]:
    return {"units": units_of_book(book.authority), "types": types_of_book(book.authority)}


def _unit(book: Book, form: IncidentForm) -> Unit:
    return Unit.objects.get(pk=form.cleaned_data["unit"])


def _form_page(
    book: Book, form: IncidentForm, act: Callable[[], None], *, title: str, submit: str
) -> HttpResponse:
    request = book.request
    if request.method == "POST" and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã ghi vào Sổ vụ việc.")
        return redirect(book.url("incidents"))
    context = {
        "form": form, "title": title, "submit": submit, "back_url": book.url("incidents"),
        "lede": f"Sổ của {book.authority.spoken_name}. Chỉ ghi số lượng, số và ngày văn bản, nơi lưu.",
    }  # fmt: skip
    return render(request, "evaluations/register_form.html", context, status=status_of(form))
