"""One act on many ticked units: first what will happen, then each unit by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.asked import wholes
from antq_portal.lib.clicks import each_by_itself
from criteria.exceptions import TransitionRefused
from units.models import Kind
from units.selectors import Powers

from ..selectors.sheet import SheetRow, sheet_rows
from ..services.evaluations import submit_file
from ..services.registrations import (
    accept_registration,
    call_back_registration,
    return_registration,
    send_registration,
)
from ..workflow import Action, RegistrationStatus, Status
from .areas import AreaPage, area_page, choose_area
from .refusals import WRONG_INPUT, spoken

LONGEST_LIST: Final = 500
UNFIT: Final = "Không ở bước làm được việc này, hoặc việc này của cấp khác."


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does a bulk act, with what powers, in which year, for what reason."""

    by: User
    powers: Powers
    year: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class BulkAct:
    """One act that a person may do on many units of the sheet at once."""

    code: str
    action: Action
    act: Act
    sentence: str
    fits: Callable[[SheetRow], bool]
    run: Callable[[SheetRow, Doing], object]
    needs_note: bool = False

    @property
    def label(self) -> str:
        return str(self.action.label)

    @property
    def is_registration(self) -> bool:
        return self.act in (Act.REGISTER, Act.ACCEPT_REGISTRATION)

    @property
    def file_query(self) -> str:
        """Where in a unit's file a refusal is mended."""
        return "?tab=dang-ky" if self.is_registration else "?buoc=kiem-tra"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one unit in a bulk act."""

    row: SheetRow
    problems: Sequence[str]

    @property
    def is_done(self) -> bool:
        return not self.problems


def _registration_is(status: str) -> Callable[[SheetRow], bool]:
    return lambda row: (
        row.is_considered and bool(row.registration and row.registration.status == status)
    )


def _may_submit(row: SheetRow) -> bool:
    return row.is_considered and row.file_status in (Status.DRAFT, Status.RETURNED)


ACTS: Final = MappingProxyType({
    act.code: act
    for act in (
        BulkAct(
            "gui-dang-ky", Action.SEND, Act.REGISTER,
            "Bản đăng ký được gửi đến Thường trực Ban Chỉ đạo để tiếp nhận; ngày đăng ký giữ như đã ghi.",
            _registration_is(RegistrationStatus.DRAFT),
            lambda row, doing: send_registration(row.registration, by=doing.by, powers=doing.powers),
        ),
        BulkAct(
            "rut-dang-ky", Action.CALL_BACK, Act.REGISTER,
            "Bản đăng ký trở về để sửa; gửi lại sau khi sửa xong.",
            _registration_is(RegistrationStatus.SENT),
            lambda row, doing: call_back_registration(row.registration, by=doing.by),
        ),
        BulkAct(
            "tiep-nhan", Action.ACCEPT, Act.ACCEPT_REGISTRATION,
            "Bản đăng ký được tiếp nhận; đơn vị không sửa được nữa.",
            _registration_is(RegistrationStatus.SENT),
            lambda row, doing: accept_registration(row.registration, by=doing.by, powers=doing.powers),
        ),
        BulkAct(
            "tra-lai-dang-ky", Action.RETURN, Act.ACCEPT_REGISTRATION,
            "Bản đăng ký trở về cho đơn vị sửa, kèm lý do dưới đây.",
            _registration_is(RegistrationStatus.SENT),
            lambda row, doing: return_registration(row.registration, note=doing.note, by=doing.by),
            needs_note=True,
        ),
        BulkAct(
            "gui-tham-dinh", Action.SUBMIT, Act.SUBMIT,
            "Cả hai phần của hồ sơ (TT 124 và QĐ 510) được gửi đến Thường trực Ban Chỉ đạo; các dòng cổng "
            "đề xuất thành trả lời của đơn vị. Đơn vị chưa đăng ký chỉ gửi phần QĐ 510.",
            _may_submit,
            lambda row, doing: submit_file(
                row.version.unit, year=doing.year, by=doing.by, powers=doing.powers
            ),
        ),
    )
})  # fmt: skip


@each_by_itself
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    given = request.POST if request.method == "POST" else request.GET
    act = ACTS.get(given.get("viec", ""))
    if act is None:
        raise Http404("Không có việc này.")
    page.require(act.act)
    ids = wholes(given.getlist("don_vi"))[:LONGEST_LIST]
    rows = sheet_rows(page.user, page.area, year=year, seasons=page.seasons, unit_ids=ids or [0])
    note = given.get("ly_do", "").strip()
    lacks_note = act.needs_note and not note
    if request.method == "POST" and not lacks_note:
        return _done(page, act, rows, note)
    return _ask(page, act, rows, lacks_note=lacks_note and request.method == "POST")


def outcome_of(row: SheetRow, run: Callable[[], object]) -> Outcome:
    """Do one unit's act and say what became of it; a refusal of one stops no other."""
    try:
        run()
    except (TransitionRefused, PermissionDenied, ObjectDoesNotExist) as refused:
        return Outcome(row, [str(refused)])
    except ValidationError as wrong:
        return Outcome(row, spoken(wrong))
    return Outcome(row, [])


def _ask(page: AreaPage, act: BulkAct, rows: list[SheetRow], *, lacks_note: bool) -> HttpResponse:
    fitting = [row for row in rows if _fits(page, act, row)]
    context = {
        **page.context("sheet"),
        "act": act,
        "fitting": fitting,
        "unfit": [row for row in rows if not _fits(page, act, row)],
        "back_url": _back_url(page, act, rows),
        "lacks_note": lacks_note,
    }
    status = WRONG_INPUT if lacks_note else 200
    return render(page.request, "evaluations/bulk_confirm.html", context, status=status)


def _done(page: AreaPage, act: BulkAct, rows: list[SheetRow], note: str) -> HttpResponse:
    doing = Doing(by=page.user, powers=page.area.powers, year=page.year, note=note)
    outcomes = [
        outcome_of(row, lambda row=row: act.run(row, doing))
        for row in rows
        if _fits(page, act, row)
    ]
    outcomes += [Outcome(row, [UNFIT]) for row in rows if not _fits(page, act, row)]
    context = {
        **page.context("sheet"),
        "act": act,
        "outcomes": sorted(outcomes, key=lambda one: one.is_done),
        "done_count": sum(one.is_done for one in outcomes),
        "back_url": _back_url(page, act, rows),
    }
    return render(page.request, "evaluations/bulk_result.html", context)


def _fits(page: AreaPage, act: BulkAct, row: SheetRow) -> bool:
    """Whether the unit stands where the act is done, and the person does it for that unit."""
    return act.fits(row) and page.area.may_for(act.act, row.version)


def _back_url(page: AreaPage, act: BulkAct, rows: Sequence[SheetRow]) -> str:
    """Where the ticked units stand: the registration grid of their kind, or the sheet."""
    if not act.is_registration:
        return page.url("sheet")
    kinds = {row.version.unit.kind for row in rows} - {Kind.RESIDENTIAL_AREA}
    return page.url("registration_grid", loai=min(kinds, default=""))
