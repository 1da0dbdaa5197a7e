"""How far a year has come, kind by kind: the first page of the yearly report of a commune."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from antq_portal.lib.palette import OUTCOMES
from evaluations.models.evaluations import APPRAISED_STATES
from evaluations.workflow import WITH_AUTHORITY, RegistrationStatus, Status
from units.coverage import Scheme
from units.models import GRASSROOTS_KINDS, Kind

from ..base import Column, ColumnKind, Found, Parameters, Report, Row, Value
from ..selectors.years import Seasons, basis_of, listed_units, seasons_of, with_results

REGISTRATION: Final = "Đăng ký"
RECOGNITION: Final = "Công nhận đạt tiêu chuẩn “An toàn về an ninh, trật tự” (Thông tư 124)"
CLASSIFICATION: Final = "Phân loại phong trào (Quyết định 510)"
CLASSES: Final = ("xuat_sac", "kha", "trung_binh", "yeu")

UNDER_RECOGNITION: Final = ("registered", "submitted", "appraised", "decided", "met", "not_met")
UNDER_CLASSIFICATION: Final = (*CLASSES, "unclassified")


def _count(key: str, label: str, group: str = "") -> Column:
    return Column(key, label, ColumnKind.WHOLE, group, is_summed=True, width=10)


def _share(key: str, label: str, group: str, part: str) -> Column:
    return Column(key, label, ColumnKind.PERCENT, group, part=part, whole="considered", width=18)


def find_rows(user: User, params: Parameters) -> Found:
    """Count the year's units by kind and step; kinds without units or season are there and say so.

    Only evaluations with an issued decision count as recognised or classified; every percentage
    is of the units on the list that are considered. Five queries.
    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 1, Điều 5 khoản 4; Quyết định 510/QĐ-BCA-V05 Điều 5.
    """
    seasons = seasons_of(user, params)
    listed = listed_units(user, params)
    basis = basis_of(listed, params)
    counted = with_results(listed.considered(), seasons).order_by().values("unit__kind")
    found = {row["unit__kind"]: row for row in counted.annotate(**COUNTS)}
    rows = [
        _row(kind, found.get(kind, {}), seasons, params)
        for kind in GRASSROOTS_KINDS
        if kind in params.kinds
    ]
    notes = [*basis.notes, *seasons.notes]
    if any(row.values["remark"] and row.values["considered"] for row in rows):
        notes.append("Đơn vị của loại hình chưa mở kỳ vẫn tính trong tổng số đơn vị thuộc diện.")
    return Found(rows, basis.text, tuple(notes))


def _row(kind: Kind, counts: Mapping[str, Any], seasons: Seasons, params: Parameters) -> Row:
    has_recognition = seasons.has(Scheme.RECOGNITION, kind)
    has_classification = seasons.has(Scheme.CLASSIFICATION, kind)
    values: dict[str, Value] = {"kind": str(kind.label), "considered": counts.get("considered", 0)}
    if has_recognition or not values["considered"]:
        values |= {key: counts.get(key, 0) for key in UNDER_RECOGNITION}
    if has_classification or not values["considered"]:
        values |= {key: counts.get(key, 0) for key in UNDER_CLASSIFICATION}
    values["remark"] = _remark(
        bool(values["considered"]),
        has_recognition=has_recognition,
        has_classification=has_classification,
    )
    return Row(values, links=_links(kind, params) if values["considered"] else {})


def _remark(has_units: bool, *, has_recognition: bool, has_classification: bool) -> str:
    if not has_units:
        return "Không có đơn vị"
    if not has_recognition and not has_classification:
        return "Chưa mở kỳ đánh giá"
    if not has_classification:
        return "Chưa mở kỳ phân loại"
    return "" if has_recognition else "Chưa mở kỳ công nhận"


def _links(kind: Kind, params: Parameters) -> dict[str, str]:
    if not params.is_authority:
        return {"kind": reverse("evaluations:file", args=[params.year, params.unit_id])}
    sheet = reverse("evaluations:sheet", args=[params.year])
    return {"kind": f"{sheet}?xa={params.unit_id}&loai={kind}"}


def _classified(code: str) -> Q:
    return Q(classification__status=Status.DECIDED, classification__decided_outcome=code)


def _recognised(code: str) -> Q:
    return Q(recognition__status=Status.DECIDED, recognition__decided_outcome=code)


_IS_REGISTERED = Q(registration__status__in=(RegistrationStatus.SENT, RegistrationStatus.ACCEPTED))
_IS_CLASSIFIED = Q(classification__status=Status.DECIDED)
COUNTS: Final = {
    "considered": Count("pk"),
    "registered": Count("pk", filter=_IS_REGISTERED),
    "submitted": Count("pk", filter=Q(recognition__status__in=WITH_AUTHORITY)),
    "appraised": Count("pk", filter=Q(recognition__status__in=APPRAISED_STATES)),
    "decided": Count("pk", filter=Q(recognition__status=Status.DECIDED)),
    "met": Count("pk", filter=_recognised("met")),
    "not_met": Count("pk", filter=_recognised("not_met")),
    **{code: Count("pk", filter=_classified(code)) for code in CLASSES},
    "unclassified": Count("pk", filter=~_IS_CLASSIFIED),
}

YEAR_RESULTS: Final = Report(
    slug="ket-qua-nam",
    title="Kết quả đăng ký, công nhận và phân loại",
    summary="Từng loại hình: đăng ký, thẩm định, quyết định, công nhận, bốn mức phân loại.",
    columns=(
        Column("kind", "Loại hình", width=20, is_row_name=True),
        _count("considered", "Thuộc diện"),
        _count("registered", "Đã đăng ký", REGISTRATION),
        _share("registered_share", "Tỷ lệ đăng ký", REGISTRATION, "registered"),
        _count("submitted", "Đã gửi thẩm định", RECOGNITION),
        _count("appraised", "Đã thẩm định", RECOGNITION),
        _count("decided", "Đã có quyết định", RECOGNITION),
        _count("met", "Đạt tiêu chuẩn", RECOGNITION),
        _count("not_met", "Chưa đạt", RECOGNITION),
        _share("met_share", "Tỷ lệ công nhận", RECOGNITION, "met"),
        *(_count(code, OUTCOMES[code].label, CLASSIFICATION) for code in CLASSES),
        _count("unclassified", "Chưa phân loại", CLASSIFICATION),
        Column("remark", "Ghi chú", width=22),
    ),
    rows=find_rows,
)
