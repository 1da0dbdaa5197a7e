"""One act on many ticked units: first what will happen, then each unit by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.asked import wholes
from antq_portal.lib.clicks import each_by_itself
from units.models import Kind
from units.selectors import Powers

from ..selectors.bulk_acts import overruled_units
from ..selectors.sheet import SheetRow, sheet_rows
from ..selectors.unsettled import unsettled_rows
from ..services.bulk_acts import do_to_each
from ..services.evaluations import appraise_file, submit_file, take_up_file
from ..services.registrations import (
    accept_registration,
    call_back_registration,
    return_registration,
    send_registration,
)
from ..workflow import Action, RegistrationStatus, Status
from .areas import AreaPage, area_page, choose_area
from .refusals import WRONG_INPUT

LONGEST_LIST: Final = 500
UNFIT: Final = "Không ở bước làm được việc này, hoặc việc này của cấp khác."
OWN: Final = "Bạn đã nhập hoặc gửi hồ sơ này nên không thẩm định hồ sơ này."
LACKING: Final = "Còn {} dòng chưa có kết quả: xem tại trang của hồ sơ."
DIFFERENT: Final = "Có chỗ khác trả lời của đơn vị: xác nhận tại trang của hồ sơ."


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does a bulk act, with what powers, in which year, for what reason."""

    by: User
    powers: Powers
    year: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ManyAct:
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
    def is_appraisal(self) -> bool:
        return self.act == Act.APPRAISE


def _registration_is(status: str) -> Callable[[SheetRow], bool]:
    return lambda row: (
        row.is_considered and bool(row.registration and row.registration.status == status)
    )


def _may_submit(row: SheetRow) -> bool:
    return row.is_considered and row.file_status in (Status.DRAFT, Status.RETURNED)


def _stands_at(status: str) -> Callable[[SheetRow], bool]:
    return lambda row: row.is_considered and any(one.status == status for one in row.in_play)


def _may_be_appraised(row: SheetRow) -> bool:
    """Whether something of the file is being appraised and nothing of it still waits to be taken up."""
    is_waiting = any(one.status == Status.SUBMITTED for one in row.in_play)
    return _stands_at(Status.IN_REVIEW)(row) and not is_waiting


ACTS: Final = MappingProxyType({
    act.code: act
    for act in (
        ManyAct(
            "gui-dang-ky", Action.SEND, Act.REGISTER,
            "Bản đăng ký được gửi đến Thường trực Ban Chỉ đạo để tiếp nhận; ngày đăng ký giữ như đã ghi.",
            _registration_is(RegistrationStatus.DRAFT),
            lambda row, doing: send_registration(row.registration, by=doing.by, powers=doing.powers),
        ),
        ManyAct(
            "rut-dang-ky", Action.CALL_BACK, Act.REGISTER,
            "Bản đăng ký trở về để sửa; gửi lại sau khi sửa xong.",
            _registration_is(RegistrationStatus.SENT),
            lambda row, doing: call_back_registration(row.registration, by=doing.by),
        ),
        ManyAct(
            "tiep-nhan", Action.ACCEPT, Act.ACCEPT_REGISTRATION,
            "Bản đăng ký được tiếp nhận; đơn vị không sửa được nữa.",
            _registration_is(RegistrationStatus.SENT),
            lambda row, doing: accept_registration(row.registration, by=doing.by, powers=doing.powers),
        ),
        ManyAct(
            "tra-lai-dang-ky", Action.RETURN, Act.ACCEPT_REGISTRATION,
            "Bản đăng ký trở về cho đơn vị sửa, kèm lý do dưới đây.",
            _registration_is(RegistrationStatus.SENT),
            lambda row, doing: return_registration(row.registration, note=doing.note, by=doing.by),
            needs_note=True,
        ),
        ManyAct(
            "gui-tham-dinh", Action.SUBMIT, Act.SUBMIT,
            "Cả hai phần của hồ sơ (TT 124 và QĐ 510) được gửi đến Thường trực Ban Chỉ đạo; các dòng cổng "
            "đề xuất thành trả lời của đơn vị. Đơn vị chưa đăng ký chỉ gửi phần QĐ 510.",
            _may_submit,
            lambda row, doing: submit_file(
                row.version.unit, year=doing.year, by=doing.by, powers=doing.powers
            ),
        ),
        ManyAct(
            "nhan-tham-dinh", Action.TAKE_UP, Act.APPRAISE,
            "Từ lúc này các đơn vị không tự rút lại hồ sơ được nữa; bạn là người thẩm định.",
            _stands_at(Status.SUBMITTED),
            lambda row, doing: take_up_file(
                row.version.unit, year=doing.year, by=doing.by, powers=doing.powers
            ),
        ),
        ManyAct(
            "xac-nhan-tham-dinh", Action.APPRAISE, Act.APPRAISE,
            "Mọi trả lời của các đơn vị này được giữ nguyên làm kết quả thẩm định, ghi tên bạn.",
            _may_be_appraised,
            lambda row, doing: appraise_file(
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


def _ask(page: AreaPage, act: ManyAct, rows: list[SheetRow], *, lacks_note: bool) -> HttpResponse:
    unfit = _unfit(page, act, rows)
    context = {
        **page.context("sheet"),
        "act": act,
        "fitting": [row for row in rows if row.unit_id not in unfit],
        "unfit": [(row, unfit[row.unit_id]) for row in rows if row.unit_id in unfit],
        "back_url": _back_url(page, act, rows),
        "lacks_note": lacks_note,
    }
    status = WRONG_INPUT if lacks_note else 200
    return render(page.request, "evaluations/bulk_confirm.html", context, status=status)


def _done(page: AreaPage, act: ManyAct, rows: list[SheetRow], note: str) -> HttpResponse:
    """Do it unit by unit; the page of the act says what became of each, now and later."""
    if not rows:
        return redirect(_back_url(page, act, rows))
    unfit = _unfit(page, act, rows)
    if len(unfit) == len(rows):
        return _ask(page, act, rows, lacks_note=False)
    doing = Doing(by=page.user, powers=page.area.powers, year=page.year, note=note)
    runs = [
        (row.version.unit, lambda row=row: act.run(row, doing))
        for row in rows
        if row.unit_id not in unfit
    ]
    done = do_to_each(act.action, runs, year=page.year, by=page.user, unfit=unfit)
    return redirect(f"{done.get_absolute_url()}?{urlencode({'ve': _back_url(page, act, rows)})}")


def _unfit(page: AreaPage, act: ManyAct, rows: Sequence[SheetRow]) -> dict[int, str]:
    """Why the act is not for a unit, by unit id; whoever is not named here is tried."""
    different: set[int] = set()
    lacking: dict[int, int] = {}
    if act.action == Action.APPRAISE:
        ids = [row.unit_id for row in rows]
        different = overruled_units(ids, year=page.year)
        lacking = unsettled_rows(ids, year=page.year)
    found = {}
    for row in rows:
        if not act.fits(row) or not page.area.may_for(act.act, row.version):
            found[row.unit_id] = UNFIT
        elif act.is_appraisal and _is_own(row, page.user):
            found[row.unit_id] = OWN
        elif act.action == Action.ACCEPT and _is_own_registration(row, page.user):
            found[row.unit_id] = UNFIT
        elif row.unit_id in different:
            found[row.unit_id] = DIFFERENT
        elif row.unit_id in lacking:
            found[row.unit_id] = LACKING.format(lacking[row.unit_id])
    return found


def _is_own_registration(row: SheetRow, user: User) -> bool:
    return row.registration is not None and row.registration.entered_by_id == user.pk


def _is_own(row: SheetRow, user: User) -> bool:
    return any(user.pk in (one.submitted_by_id, one.entered_by_id) for one in row.in_play)


def _back_url(page: AreaPage, act: ManyAct, rows: Sequence[SheetRow]) -> str:
    """Where the ticked units stand: the registration grid of their kind, or the sheet."""
    if not act.is_registration:
        return page.url("sheet")
    kinds = {row.version.unit.kind for row in rows} - {Kind.RESIDENTIAL_AREA}
    return page.url("registration_grid", loai=min(kinds, default=""))
