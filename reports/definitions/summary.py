"""The year of a province, district or commune from its stored counts: by commune or by kind."""

from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from antq_portal.lib.palette import OUTCOMES
from units.models import Kind

from ..base import BY_KIND, BY_LIST, Column, ColumnKind, Found, Parameters, Report, Row, Value
from ..selectors.summaries import (
    NOTHING,
    RECOGNISABLE,
    Counts,
    basis_of,
    counts_by,
    criteria_notes,
    notes_of,
    places_of,
    summaries_of,
)

LIST: Final = "Danh sách"
REGISTRATION: Final = "Đăng ký"
RECOGNITION: Final = "An toàn về an ninh, trật tự (Thông tư 124)"
CLASSIFICATION: Final = "Phân loại phong trào (Quyết định 510)"
CLASSES: Final = ("xuat_sac", "kha", "trung_binh", "yeu")
SLUG: Final = "tong-hop"


def find_rows(user: User, params: Parameters) -> Found:
    """Sum the year's stored counts by commune (by list: by the authority whose list it is) or by kind.

    Every unit counts once, whichever way it is counted. Communes without units are there and say so.
    Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4, Điều 10; Quyết định 510/QĐ-BCA-V05 Điều 5.
    """
    found = summaries_of(user, params)
    if params.grouping == BY_KIND:
        counted = counts_by(found, "kind")
        rows = [
            _row(str(Kind(kind).label), counted.get(kind, NOTHING), _kind_links(params, kind))
            for kind in params.evaluated_kinds
        ]
    else:
        counted = counts_by(found, "authority" if params.counting == BY_LIST else "place")
        rows = [
            _row(
                place.name, counted.get(place.unit_id, NOTHING), _place_links(params, place.unit_id)
            )
            for place in places_of(params, list(counted))
        ]
    totals = {name: sum(counts[name] for counts in counted.values()) for name in NOTHING}
    notes = (*notes_of(params, totals), *criteria_notes(params))
    return Found(rows, basis_of(params, found), notes)


def _row(name: str, counts: Counts, links: Mapping[str, str]) -> Row:
    values: dict[str, Value] = {"name": name, **counts}
    return Row(values, links=links)


def _place_links(params: Parameters, unit_id: int) -> dict[str, str]:
    """A commune's own report by kind; in the year's sheet the units of its list, where the row is of a list."""
    query: dict[str, str | int] = {
        "nam": params.year, "don_vi": unit_id, "theo": BY_KIND, "cach_tinh": params.counting,
    }  # fmt: skip
    report = f"{reverse('reports:report', args=[SLUG])}?{urlencode(query)}"
    return {"name": report} | (_sheet_links(params, unit_id) if params.counting == BY_LIST else {})


def _kind_links(params: Parameters, kind: str) -> dict[str, str]:
    """In the year's sheet the units of the kind, where the figures are those of one list."""
    if params.counting != BY_LIST or params.unit_kind != Kind.COMMUNE:
        return {}
    links = _sheet_links(params, params.unit_id, kind)
    return {"name": links["listed"], **links}


def _sheet_links(params: Parameters, unit_id: int, kind: str = "") -> dict[str, str]:
    """The units behind the figures in the year's sheet, with its filters."""
    sheet = reverse("evaluations:sheet", args=[params.year])
    query: dict[str, str | int] = {"xa": unit_id, **({"loai": kind} if kind else {})}
    steps = {"listed": "", "not_considered": "khong-xet"}
    return {
        key: f"{sheet}?{urlencode(query | ({'buoc': step} if step else {}))}"
        for key, step in steps.items()
    }


def _count(key: str, label: str, group: str = "", width: int = 9) -> Column:
    return Column(key, label, ColumnKind.WHOLE, group, is_summed=True, width=width)


def _share(key: str, label: str, group: str, part: str) -> Column:
    return Column(key, label, ColumnKind.PERCENT, group, part=part, whole=RECOGNISABLE, width=10)


SUMMARY: Final = Report(
    slug=SLUG,
    title="Tổng hợp đăng ký, công nhận và phân loại",
    summary="Theo từng xã hoặc từng loại hình, trên địa bàn hoặc theo cấp có thẩm quyền quản lý.",
    columns=(
        Column("name", "Xã, phường, đặc khu", width=24, is_row_name=True),
        _count("listed", "Trong danh sách", LIST),
        _count("not_considered", "Không xét", LIST, 8),
        _count("voluntary", "Tự nguyện", LIST, 8),
        _count("considered", "Thuộc diện, được xét", LIST),
        _count(RECOGNISABLE, "Thuộc diện TT 124", REGISTRATION),
        _count("registered", "Đã đăng ký", REGISTRATION),
        _count("registered_late", "Sau Quý I", REGISTRATION, 8),
        _share("registered_share", "Tỷ lệ đăng ký", REGISTRATION, "registered"),
        _count("submitted", "Đã gửi", RECOGNITION),
        _count("appraised", "Đã thẩm định", RECOGNITION),
        _count("decided", "Đã có quyết định", RECOGNITION),
        _count("decided_in_time", "Đúng hạn", RECOGNITION, 8),
        _count("decided_late", "Muộn", RECOGNITION, 8),
        _count("met", "Đạt", RECOGNITION, 8),
        _count("not_met", "Chưa đạt", RECOGNITION, 8),
        _share("met_share", "Tỷ lệ công nhận", RECOGNITION, "met"),
        *(_count(code, OUTCOMES[code].label, CLASSIFICATION, 8) for code in CLASSES),
        _count("unclassified", "Chưa phân loại", CLASSIFICATION),
        _count("classified_in_time", "Đúng hạn", CLASSIFICATION, 8),
        _count("classified_late", "Muộn", CLASSIFICATION, 8),
        _count("from_paper", "Nhập từ giấy", width=8),
        _count("external", "Cấp khác quyết định", width=8),
    ),
    rows=find_rows,
    total_label="Tổng cộng",
    name_labels={BY_KIND: "Loại hình"},
    is_grouped=True,
)
