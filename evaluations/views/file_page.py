"""One unit's yearly file as a page: its parts, its forms, its one next act."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.models import User
from antq_portal.lib.dates import date_text
from antq_portal.lib.text import number_text
from criteria.scoring import AnswerValues, CriterionDefinition
from units.coverage import Scheme
from units.models import Unit

from ..forms.answers import AnswerInput, typed_of
from ..forms.papers import MinutesForm, OtherPaperForm, usual_places
from ..forms.registrations import RegistrationRow
from ..selectors.conflicts import RowConflict
from ..selectors.file_sheets import FileRow, FileSheet, file_sheets
from ..selectors.files import UnitFile, unit_file
from ..selectors.last_year_answers import LastAnswers, last_year_answers
from ..selectors.reopened_reasons import reopened_reasons

SCHEME_OF_TAB: Final = MappingProxyType(
    {"tt124": Scheme.RECOGNITION, "qd510": Scheme.CLASSIFICATION}
)
TABS: Final = (
    ("dang-ky", "Đăng ký"),
    ("tt124", "An toàn về ANTT (TT 124)"),
    ("qd510", "Phân loại phong trào (QĐ 510)"),
    ("tai-lieu", "Tài liệu"),
    ("lich-su", "Lịch sử"),
)
OPEN_ONLY: Final = "can-cham"
ALL_ROWS: Final = "tat-ca"
FROM_LAST_YEAR: Final = (
    "Giải trình lấy theo năm trước (đề xuất): sửa cho đúng năm nay, bấm Lưu để xác nhận."
)


@dataclass(frozen=True)
class Overlay:
    """What a refused form leaves on the page: inputs as typed, forms with their errors."""

    inputs: Mapping[str, AnswerInput] = field(default_factory=dict)
    conflicts: Mapping[str, RowConflict] = field(default_factory=dict)
    minutes: MinutesForm | None = None
    paper: OtherPaperForm | None = None
    registration: RegistrationRow | None = None
    status: int = 200


@dataclass(frozen=True)
class FilePage:
    """One request about one unit's year."""

    request: HttpRequest
    file: UnitFile
    since: dt.datetime | None = None
    """When the person's visit before this one ended; what others did later is marked."""

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @property
    def unit(self) -> Unit:
        return self.file.unit

    @property
    def year(self) -> int:
        return self.file.year

    @cached_property
    def sheets(self) -> dict[str, FileSheet]:
        return file_sheets(self.file)

    def again(self) -> "FilePage":
        """The same page after a save: the answers are read anew, what saving leaves alone is not."""
        return FilePage(self.request, self.file)

    @cached_property
    def tab(self) -> str:
        """The part that is open: as asked, else the first one with something to do."""
        asked = self.request.GET.get("tab", "")
        if asked in dict(TABS):
            return asked
        return "dang-ky" if self.file.may_edit_registration else "tt124"

    @property
    def sheet(self) -> FileSheet | None:
        """The sheet of the open part, if that part has one and it was opened."""
        scheme = SCHEME_OF_TAB.get(self.tab)
        return self.sheets.get(scheme) if scheme else None

    @cached_property
    def view(self) -> str:
        """Which rows are shown: those asked for, else what is left of a part that was begun."""
        asked = self.request.GET.get("xem", "")
        sheet = self.sheet
        if asked in (OPEN_ONLY, ALL_ROWS) or sheet is None:
            return asked or ALL_ROWS
        is_begun = bool(sheet.answered_count and self.left_rows)
        return OPEN_ONLY if is_begun and self.may_edit(sheet) else ALL_ROWS

    @cached_property
    def section(self) -> str:
        """Code of the one section that is shown, if one was asked for; empty for the whole sheet."""
        asked = self.request.GET.get("muc", "")
        sheet = self.sheet
        if sheet is None or not self.may_edit(sheet):
            return ""
        return asked if any(group.code == asked for group, _ in sheet.groups) else ""

    def sheet_url(self, **query: object) -> str:
        """The address of the rows that are shown now, with these parts of it changed."""
        shown = {"tab": self.tab, "xem": self.view, "muc": self.section}
        return self.url(**{**shown, **query})

    @cached_property
    def reopened(self) -> Mapping[str, str] | None:
        """What was asked at each row of the open part that may change; None when all of them may."""
        return reopened_reasons(self.sheet.evaluation) if self.sheet else None

    @property
    def left_rows(self) -> list[FileRow]:
        """The rows of the open part that wait for the unit: asked to be completed, else not answered."""
        rows, asked = self.sheet.rows if self.sheet else [], self.reopened
        if asked is not None:
            return [row for row in rows if row.row.code in asked]
        return [row for row in rows if row.is_open]

    @cached_property
    def last_answers(self) -> LastAnswers:
        """Last year's answers beside the rows that this person may answer now."""
        sheet = self.sheet
        is_wanted = sheet is not None and self.may_edit(sheet)
        return last_year_answers(sheet, self.file.powers) if sheet and is_wanted else {}

    def url(self, **query: object) -> str:
        given = {key: value for key, value in query.items() if value}
        address = reverse("evaluations:file", args=[self.year, self.file.version.unit_id])
        return f"{address}?{urlencode(given)}" if given else address

    @cached_property
    def usual_places(self) -> list[str]:
        """Where the papers of this unit are usually kept, the likeliest first."""
        name = self.file.label.partition(", ")[2] or self.file.version.spoken_name
        return usual_places(name)

    @property
    def usual_place(self) -> str:
        return self.usual_places[0]

    @property
    def remove_url(self) -> str:
        """Start of the address that removes one paper."""
        return self.url(buoc="bo-tai-lieu")

    def row_url(self, sheet: FileSheet, row: CriterionDefinition) -> str:
        tab = next(tab for tab, scheme in SCHEME_OF_TAB.items() if scheme == sheet.scheme)
        return f"{self.url(tab=tab, xem=ALL_ROWS)}#c{row.id}"

    def may_edit(self, sheet: FileSheet) -> bool:
        return any(one.pk == sheet.evaluation.pk for one in self.file.editable)

    def input_of(self, row: FileRow) -> AnswerInput:
        """The inputs of a row as they are stored; household figures come from the registration.

        Last year's explanation stands in them, marked, where it is asked for and there is none yet.
        """
        values = AnswerValues.of(row.answer) if row.answer else None
        typed, source = typed_of(row.row, values), ""
        registration = self.file.registration
        if values is None and registration and row.row.prefill == "registration.households":
            typed = {
                "numerator": _count(registration.households_registered),
                "denominator": _count(registration.households_total),
            }
            source = "Lấy từ bản đăng ký, bấm Lưu để xác nhận."
        last_note = self._last_note(row.row)
        if last_note and not typed.get("note"):
            typed, source = {**typed, "note": last_note}, FROM_LAST_YEAR
        version = row.answer.version if row.answer else 0
        return AnswerInput(row.row, f"c{row.row.id}", typed, version, source=source)

    def _last_note(self, row: CriterionDefinition) -> str:
        """Last year's explanation of the row whose "Lấy theo năm trước" was asked for by a link."""
        if self.request.GET.get("lay") != str(row.id):
            return ""
        return next((one.note for one in self.last_answers.get(row.code, ()) if one.note), "")

    def hint_of(self, row: CriterionDefinition) -> str:
        """What the registration says that helps to answer the row."""
        registration = self.file.registration
        if registration is None or row.prefill != "registration.registered_on":
            return ""
        if not self.file.is_registered:
            return "Bản đăng ký chưa gửi."
        late = ", sau Quý I" if registration.is_late else ""
        return f"Bản đăng ký ghi ngày {date_text(registration.registered_on)}{late}."  # type: ignore[arg-type]


def file_page(request: HttpRequest, unit_id: int, year: int) -> FilePage:
    """The page of a unit's year; Http404 for a unit the person does not see."""
    try:
        return FilePage(request, unit_file(request.user, unit_id, year=year))  # type: ignore[arg-type]
    except Unit.DoesNotExist:
        raise Http404("Không có đơn vị này.") from None


def _count(number: int | None) -> str:
    return "" if number is None else number_text(number)
