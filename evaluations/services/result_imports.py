"""Outcomes of earlier years from the portal's own workbook: all rows are right, or none is written."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib import text
from antq_portal.lib.palette import OUTCOMES
from antq_portal.lib.workbooks import (
    Column,
    ReadSheet,
    SheetRow,
    WorkbookRefused,
    read_workbook,
    template_workbook,
)
from units.coverage import Scheme
from units.models import EVALUATED_KINDS, Kind, Unit, UnitVersion
from units.selectors import powers_of, refusal

from ..models import RecordedResult, Season
from ..models.results import ResultSource
from ..selectors.outcomes import NamesInTime, names_in_time
from ..selectors.recorded import recording_places
from .results import NewResult, ResultFacts, checked_facts, decided_here, facts_of, write_results

KINDS: Final = {str(Kind(kind).label).casefold(): kind for kind in EVALUATED_KINDS}
SCHEMES: Final = {"công nhận": Scheme.RECOGNITION, "phân loại": Scheme.CLASSIFICATION}
WORDS: Final = {"đạt": "met", "chưa đạt": "not_met"} | {
    known.label.casefold(): code for code, known in OUTCOMES.items()
}
COLUMNS: Final = (
    Column("name", "Tên đơn vị", "Tên lúc có quyết định hoặc tên hiện nay.", width=34),
    Column("place", "Xã, phường", "Xã lúc đó (xã cũ) hoặc xã hiện nay. Với xã: để trống.",
           is_required=False, width=26),
    Column("kind", "Loại hình", choices=tuple(str(Kind(kind).label) for kind in EVALUATED_KINDS)),
    Column("year", "Năm", "Năm đánh giá.", width=8),
    Column("scheme", "Chế độ", choices=("Công nhận", "Phân loại")),
    Column("outcome", "Kết quả",
           choices=("Đạt", "Chưa đạt", "Xuất sắc", "Khá", "Trung bình", "Yếu")),
    Column("decision_number", "Số quyết định", "Cả ký hiệu, ví dụ 12/QĐ-UBND."),
    Column("decided_on", "Ngày quyết định", "dd/mm/yyyy."),
    Column("organ", "Cơ quan quyết định", "Ví dụ: UBND huyện Quan Sơn.", width=30),
)  # fmt: skip
SALT: Final = "evaluations.result_imports"
KEPT_SECONDS: Final = 3600
"""How long a checked file may be confirmed."""
ONCE_PER_YEAR: Final = "recorded_result_once_per_year"
NOTES: Final = (
    "Mỗi dòng một kết quả của một đơn vị trong một năm; công nhận và phân loại là hai dòng.",
    "Sai một dòng thì chưa ghi dòng nào. Tải lại tệp đã ghi không làm thay đổi gì.",
    "Không nhập thông tin bí mật nhà nước.",
)


@dataclass(slots=True)
class ResultImport:
    """What a file would do: outcomes to write, how many stand already, what is wrong."""

    sheet: ReadSheet
    new: list[NewResult] = field(default_factory=list)
    same_count: int = 0

    @property
    def problems(self) -> list[str]:
        return [str(one) for one in sorted(self.sheet.problems, key=lambda one: one.row)]


def result_template() -> bytes:
    """The workbook to fill in."""
    return template_workbook("Kết quả các năm", COLUMNS, notes=NOTES)


def read_results(file: IO[bytes] | bytes | str, *, by: User) -> ResultImport:
    """Read a filled template, or one packed before, and say what it would do; writes nothing.

    Raises WorkbookRefused.
    """
    sheet = _unpacked(file) if isinstance(file, str) else read_workbook(file, COLUMNS)
    found = ResultImport(sheet)
    _Reader(found, by).read()
    return found


@transaction.atomic
def import_results(file: IO[bytes] | bytes | str, *, by: User) -> ResultImport:
    """Write the outcomes of a filled template, or one packed before, marked as taken from paper; return what was done.

    Raises WorkbookRefused, ValidationError listing every problem by row and column, in which
    case nothing is written. What stands already is left alone.
    """
    found = read_results(file, by=by)
    if found.problems:
        raise ValidationError(found.problems)
    if found.new:
        _write(found.new, by=by)
    return found


def _write(new: Sequence[NewResult], *, by: User) -> None:
    try:
        with transaction.atomic():
            write_results(new, source=ResultSource.PAPER, by=by)
    except IntegrityError as taken:
        if ONCE_PER_YEAR not in str(taken):
            raise
        raise ValidationError(
            "vừa có người ghi kết quả của đơn vị trong tệp; kiểm tra lại tệp rồi gửi."
        ) from taken


def packed(found: ResultImport) -> str:
    """The rows of a file that was read, signed: to be sent back when the person confirms."""
    names = [column.name for column in COLUMNS]
    rows = [[row.number, *(row.text(name) for name in names)] for row in found.sheet.rows]
    return signing.dumps(rows, salt=SALT, compress=True)


def _unpacked(token: str) -> ReadSheet:
    try:
        rows = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as unsigned:
        raise WorkbookRefused("Lần kiểm tra trước đã hết hạn; chọn lại tệp.") from unsigned
    names = [column.name for column in COLUMNS]
    found = ReadSheet(COLUMNS)
    for number, *texts in rows:
        values = {name: text or None for name, text in zip(names, texts, strict=True)}
        found.rows.append(SheetRow(number, values))
    return found


class _Reader:
    """Reads the rows of one file against the register and what is recorded already."""

    def __init__(self, found: ResultImport, by: User) -> None:
        self.found, self.by = found, by
        self.units = _UnitFinder(by, [row.text("name") for row in found.sheet.rows])
        ids = self.units.ids
        self.recorded = {
            (row.unit_id, row.year, row.scheme): row
            for row in RecordedResult.objects.filter(unit__in=ids)
        }
        self.decided = decided_here(ids)
        self.open_seasons = set(
            Season.objects.filter(locked_at=None).values_list(
                "province", "unit_kind", "year", "scheme"
            )
        )
        self.read_before: dict[tuple[int, int, str], int] = {}

    def read(self) -> None:
        wrong = {problem.row for problem in self.found.sheet.problems}
        for row in self.found.sheet.rows:
            facts = self._facts(row)
            version = self._version(row)
            if facts is None or version is None or row.number in wrong:
                continue
            if self._fits(row, version, facts):
                self._take(row, version, facts)

    def _refuse(self, row: SheetRow, name: str, message: str) -> None:
        self.found.sheet.refuse(row, name, message)

    def _facts(self, row: SheetRow) -> ResultFacts | None:
        """What the row says; None, with the reasons noted, where it cannot be."""
        values = {name: row.text(name).casefold() for name in ("scheme", "outcome")}
        scheme, outcome = SCHEMES.get(values["scheme"]), WORDS.get(values["outcome"])
        if values["scheme"] and scheme is None:
            self._refuse(row, "scheme", "ghi “Công nhận” hoặc “Phân loại”.")
        if values["outcome"] and outcome is None:
            self._refuse(row, "outcome", f"“{row.text('outcome')}” không phải là kết quả.")
        try:
            year = row.whole("year")
        except ValueError as unreadable:
            self._refuse(row, "year", str(unreadable))
            return None
        try:
            day = row.day("decided_on", year=year or localdate().year)
        except ValueError as unreadable:
            self._refuse(row, "decided_on", str(unreadable))
            return None
        if scheme is None or outcome is None or year is None or day is None:
            return None
        return self._checked(row, year, scheme, outcome, day)

    def _checked(
        self, row: SheetRow, year: int, scheme: str, outcome: str, day: dt.date
    ) -> ResultFacts | None:
        if row.text("decision_number") == "" or row.text("organ") == "":
            return None
        facts = ResultFacts(
            year, scheme, outcome, row.text("decision_number"), day, row.text("organ")
        )
        try:
            return checked_facts(facts)
        except ValidationError as invalid:
            for name, messages in invalid.message_dict.items():
                self._refuse(row, name, messages[0])
        return None

    def _version(self, row: SheetRow) -> UnitVersion | None:
        kind = KINDS.get(row.text("kind").casefold())
        if kind is None:
            if row.text("kind"):
                self._refuse(row, "kind", f"không có loại hình “{row.text('kind')}”.")
            return None
        versions = self.units.find(row.text("name"), kind, row.text("place"))
        if len(versions) == 1:
            return versions[0]
        if row.text("name"):
            self._refuse(
                row, "name",
                "không thấy đơn vị này ở nơi đã ghi; xem lại tên, xã, loại hình."
                if not versions
                else f"có {len(versions)} đơn vị cùng tên; ghi rõ xã cũ.",
            )  # fmt: skip
        return None

    def _fits(self, row: SheetRow, version: UnitVersion, facts: ResultFacts) -> bool:
        """Whether this outcome may be recorded for that unit and year by this person."""
        key = (version.unit_id, facts.year, facts.scheme)
        season = (version.unit.province_id, version.unit.kind, facts.year, facts.scheme)
        reason = ""
        if not self.units.may_record(version):
            reason = refusal(Act.RECORD_RESULT)
        elif key in self.decided:
            reason = f"năm {facts.year} đã có quyết định trong cổng."
        elif season in self.open_seasons or facts.year >= localdate().year:
            reason = f"kỳ năm {facts.year} đang làm trong cổng, không nhập từ hồ sơ giấy."
        elif key in self.read_before:
            reason = f"trùng với dòng {self.read_before[key]}."
        self.read_before.setdefault(key, row.number)
        if reason:
            self._refuse(row, "", reason)
        return not reason

    def _take(self, row: SheetRow, version: UnitVersion, facts: ResultFacts) -> None:
        known = self.recorded.get((version.unit_id, facts.year, facts.scheme))
        if known is None:
            self.found.new.append(NewResult(version, facts))
        elif facts_of(known) == facts:
            self.found.same_count += 1
        else:
            said = OUTCOMES[known.outcome].label
            self._refuse(
                row,
                "",
                f"đã ghi khác: {said}, số {known.decision_number}; sửa ở trang Kết quả đã ghi.",
            )


class _UnitFinder:
    """Units by what they or the place above were ever called, as far as the person sees them."""

    def __init__(self, by: User, names: Sequence[str]) -> None:
        keys = {text.search_key(name) for name in names}
        named = UnitVersion.objects.filter(
            search_key__in=keys, unit__kind__in=EVALUATED_KINDS,
            unit__in=Unit.objects.visible_to(by).values("pk"),
        )  # fmt: skip
        self.ids = sorted(set(named.values_list("unit", flat=True)))
        versions = list(UnitVersion.objects.filter(unit__in=self.ids).select_related("unit"))
        places = names_in_time(version.parent_id for version in versions)
        self.by_name: Mapping[tuple[str, str], set[int]] = defaultdict(set)
        self.places_of: Mapping[int, set[str]] = defaultdict(set)
        for version in versions:
            self.by_name[version.name.casefold(), version.unit.kind].add(version.unit_id)
            self.places_of[version.unit_id] |= _names(places, version.parent_id)
        now = UnitVersion.objects.in_force().filter(unit__in=self.ids).select_related("unit")
        self.now = {version.unit_id: version for version in now}
        self.record_places = recording_places(list(self.now.values())) if self.now else {}
        self.powers = powers_of(by)

    def find(self, name: str, kind: str, place: str) -> list[UnitVersion]:
        """The units of that name and kind; of several, or with a place named, those lying there."""
        ids = self.by_name.get((name.casefold(), kind), set())
        if place:
            ids = {pk for pk in ids if place.casefold() in self.places_of[pk]}
        return [self.now[pk] for pk in sorted(ids) if pk in self.now]

    def may_record(self, version: UnitVersion) -> bool:
        return self.powers.may(Act.RECORD_RESULT, self.record_places[version.unit_id])


def _names(places: NamesInTime, parent_id: int | None) -> set[str]:
    """Every name of the unit above, with its word and without."""
    versions = places.versions.get(parent_id or 0, ())
    return {
        name.casefold()
        for version in versions
        for name in (version.name, version.bare_name, version.spoken_name)
    }
