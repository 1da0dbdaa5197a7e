"""The units of a year one by one: registration, results and the decisions they rest on."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Value, When
from django.urls import reverse

from accounts.models import User
from evaluations.models import NotConsideredReason
from evaluations.workflow import RegistrationStatus, Status
from units.coverage import Coverage
from units.models import GRASSROOTS_KINDS, Kind

from ..base import Column, ColumnKind, Found, Parameters, Report, Row
from ..base import Value as CellValue
from ..selectors.years import basis_of, listed_units, seasons_of, with_results

REGISTRATION: Final = "Đăng ký"
RECOGNITION: Final = "An toàn về an ninh, trật tự (Thông tư 124)"
CLASSIFICATION: Final = "Phân loại phong trào (Quyết định 510)"
NO_HOUSEHOLDS: Final = "chưa có số hộ"

KIND_ORDER: Final = Case(
    *(When(unit__kind=kind, then=Value(place)) for place, kind in enumerate(GRASSROOTS_KINDS)),
    default=Value(len(GRASSROOTS_KINDS)),
    output_field=IntegerField(),
)
FIELDS: Final = {
    "registration_status": F("registration__status"),
    "registered_on": F("registration__registered_on"),
    "households_registered": F("registration__households_registered"),
    "households_total": F("registration__households_total"),
    "self_outcome": F("recognition__self_outcome"),
    "appraised_outcome": F("recognition__appraised_outcome"),
    "decided_outcome": F("recognition__decided_outcome"),
    "status": F("recognition__status"),
    "number": F("recognition__decision_items__decision__number"),
    "symbol": F("recognition__decision_items__decision__symbol"),
    "issued_on": F("recognition__decision_items__decision__issued_on"),
    "self_points": F("classification__self_points"),
    "points": F("classification__appraised_points"),
    "class_outcome": F("classification__decided_outcome"),
    "class_status": F("classification__status"),
    "class_number": F("classification__decision_items__decision__number"),
    "class_symbol": F("classification__decision_items__decision__symbol"),
    "class_issued_on": F("classification__decision_items__decision__issued_on"),
}
OUTCOME_WORDS: Final = {"met": "Đạt", "not_met": "Chưa đạt"}
PLAIN: Final = (
    "self_outcome", "appraised_outcome", "decided_outcome", "issued_on",
    "self_points", "points", "class_outcome", "class_issued_on",
)  # fmt: skip


def find_rows(user: User, params: Parameters) -> Found:
    """List the year's units by kind in Vietnamese order with what each of them came to.

    Units that are not considered or take part by their own will are shown, with the reason, and
    stay out of the totals. Five queries.
    Legal: Thông tư 124/2021/TT-BCA Điều 4, Điều 10; Quyết định 510/QĐ-BCA-V05 Điều 5, Điều 11.
    """
    seasons = seasons_of(user, params)
    listed = listed_units(user, params)
    basis = basis_of(listed, params)
    found = (
        with_results(listed, seasons)
        .order_by(KIND_ORDER, "unit_version__sort_key", "pk")
        .values(
            "coverage", "not_considered_reason", "not_considered_note",
            "unit_id", "unit__kind", "unit_version__name", **FIELDS,
        )
    )  # fmt: skip
    rows = [
        _row(place, row, params, register_by=seasons.register_by.get(row["unit__kind"]))
        for place, row in enumerate(found, start=1)
    ]
    return Found(rows, basis.text, (*basis.notes, *seasons.notes))


def _row(
    place: int, found: Mapping[str, Any], params: Parameters, *, register_by: dt.date | None
) -> Row:
    is_counted = not found["not_considered_reason"] and found["coverage"] != Coverage.VOLUNTARY
    values: dict[str, CellValue] = {key: None if found[key] == "" else found[key] for key in PLAIN}
    values |= {
        "place": place,
        "unit": str(found["unit_version__name"]),
        "kind": str(Kind(found["unit__kind"]).label),
        "decision": _full_number(found["number"], found["symbol"]),
        "class_decision": _full_number(found["class_number"], found["class_symbol"]),
        "remark": _remark(found),
        **_registration(found, register_by),
    }
    file_page = reverse("evaluations:file", args=[params.year, found["unit_id"]])
    return Row(values, links={"unit": file_page}, is_counted=is_counted)


def _registration(found: Mapping[str, Any], register_by: dt.date | None) -> dict[str, CellValue]:
    """The registration's day, mark and households; only a word, or nothing, while there is none.

    `register_by` is the season's day, nothing while the kind has no season.
    """
    if register_by is None or found["registration_status"] in (None, RegistrationStatus.DRAFT):
        is_awaited = register_by and not found["not_considered_reason"]
        return {"punctuality": "Chưa đăng ký" if is_awaited else ""}
    is_late = found["registered_on"] > register_by
    return {
        "registered_on": found["registered_on"],
        "punctuality": "Sau Quý I" if is_late else "Đúng hạn",
        "households_registered": found["households_registered"],
        "households_total": found["households_total"],
    }


def _full_number(number: object, symbol: object) -> str:
    return f"{number}/{symbol}" if number else ""


def _remark(found: Mapping[str, Any]) -> str:
    if reason := found["not_considered_reason"]:
        label = str(NotConsideredReason(reason).label).lower()
        return f"Không xét năm nay: {label} ({found['not_considered_note']})"
    words = ["Tự nguyện tham gia"] if found["coverage"] == Coverage.VOLUNTARY else []
    if found["status"] == Status.ANNULLED:
        words.append("Kết quả công nhận đã hủy bỏ")
    if found["class_status"] == Status.ANNULLED:
        words.append("Kết quả phân loại đã hủy bỏ")
    return "; ".join(words)


_WHOLE, _DATE, _OUTCOME, _POINTS, _TEXT = (
    ColumnKind.WHOLE, ColumnKind.DATE, ColumnKind.OUTCOME, ColumnKind.POINTS, ColumnKind.TEXT,
)  # fmt: skip


def _column(key: str, label: str, kind: ColumnKind, group: str, width: int = 11) -> Column:
    return Column(key, label, kind, group, width=width)


def _recognition(key: str, label: str) -> Column:
    return Column(key, label, _OUTCOME, RECOGNITION, short_words=OUTCOME_WORDS, width=9)


UNIT_LIST: Final = Report(
    slug="danh-sach-don-vi",
    title="Danh sách đơn vị và kết quả",
    summary="Từng đơn vị: đăng ký, tự đánh giá, thẩm định, quyết định, điểm và mức phân loại.",
    columns=(
        Column("place", "TT", _WHOLE, width=5),
        Column("unit", "Đơn vị", width=30, is_row_name=True),
        Column("kind", "Loại hình", width=16),
        _column("registered_on", "Ngày đăng ký", _DATE, REGISTRATION),
        _column("punctuality", "Thời hạn", _TEXT, REGISTRATION, 14),
        Column("households_registered", "Hộ đăng ký", _WHOLE, REGISTRATION, is_summed=True, width=8),
        Column("households_total", "Tổng số hộ", _WHOLE, REGISTRATION, is_summed=True, width=8),
        Column(
            "households_share", "Tỷ lệ hộ", ColumnKind.PERCENT, REGISTRATION,
            part="households_registered", whole="households_total", when_empty=NO_HOUSEHOLDS, width=8,
        ),
        _recognition("self_outcome", "Tự đánh giá"),
        _recognition("appraised_outcome", "Thẩm định"),
        _recognition("decided_outcome", "Được quyết định"),
        _column("decision", "Theo quyết định số", _TEXT, RECOGNITION, 13),
        _column("issued_on", "Ngày quyết định", _DATE, RECOGNITION),
        _column("self_points", "Điểm tự chấm", _POINTS, CLASSIFICATION, 8),
        _column("points", "Điểm thẩm định", _POINTS, CLASSIFICATION, 8),
        _column("class_outcome", "Mức được quyết định", _OUTCOME, CLASSIFICATION),
        _column("class_decision", "Phân loại tại quyết định số", _TEXT, CLASSIFICATION, 13),
        _column("class_issued_on", "Ngày phân loại", _DATE, CLASSIFICATION),
        Column("remark", "Ghi chú", width=24),
    ),
    rows=find_rows,
    total_label="Tổng cộng {count} đơn vị thuộc diện",
)  # fmt: skip
