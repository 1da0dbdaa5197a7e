"""The stored counts of a year as a report asks for them: by place, by list, by kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, Sum
from django.utils.timezone import localtime

from accounts.models import User
from antq_portal.lib import dates, text
from evaluations.models import Roster, Season, Summary
from evaluations.models.summaries import COUNTS, SummaryQuerySet
from evaluations.selectors.summaries import year_end
from units.models import EVALUATED_KINDS, Kind, UnitVersion

from ..base import BY_KIND, BY_LIST, Parameters
from .years import notices_of

Counts = Mapping[str, int]
RECOGNISABLE: Final = "recognisable"
"""The considered units that Thông tư 124 knows: all but districts, which are only classified."""
NOTHING: Final[Counts] = dict.fromkeys((*COUNTS, RECOGNISABLE), 0)
KINDS_WITH_ROWS: Final = (Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE)


def summaries_of(user: User, params: Parameters) -> SummaryQuerySet:
    """The counts a report is made of, as far as the person sees them; asks for the person's sight at once.

    By place: all that lies in the unit. By list: the lists of the unit and of the levels below it,
    so that no unit is counted twice and what a higher level manages stays out.
    """
    found = Summary.objects.visible_to(user).filter(
        year=params.year, kind__in=params.evaluated_kinds
    )
    if params.counting == BY_LIST:
        found = found.exclude(authority=None)
        within = Q(district=params.unit_id) & Q(authority__kind__in=(Kind.DISTRICT, Kind.COMMUNE))
        commune = Q(authority=params.unit_id)
    else:
        within, commune = Q(district=params.unit_id), Q(place=params.unit_id)
    chosen = {Kind.PROVINCE: Q(province=params.unit_id), Kind.DISTRICT: within}
    return found.filter(chosen.get(Kind(params.unit_kind), commune))


def counts_by(found: SummaryQuerySet, field: str) -> dict[Any, Counts]:
    """The sums of every column for each value of a field; one query."""
    sums = {f"sum_{name}": Sum(name) for name in COUNTS}
    sums[f"sum_{RECOGNISABLE}"] = Sum("considered", filter=~Q(kind=Kind.DISTRICT), default=0)
    return {
        row[field]: {name: row[f"sum_{name}"] for name in NOTHING}
        for row in found.order_by().values(field).annotate(**sums)
    }


@dataclass(frozen=True, slots=True)
class Place:
    """One row of a report by commune: a unit of government as it was at the end of that year."""

    unit_id: int
    name: str
    order: tuple[Any, ...]


def places_of(params: Parameters, counted: Sequence[int]) -> list[Place]:
    """The communes (districts, province) that the report lists: those that lived, and any other that counts.

    In Vietnamese order, those of one district of old together, the district before them. Two queries at most.
    """
    day = year_end(params.year)
    versions = UnitVersion.objects.in_force(day).filter(unit__kind__in=KINDS_WITH_ROWS)
    alive = Q(unit__ended_on=None) | Q(unit__ended_on__gt=day)
    below = {
        Kind.PROVINCE: Q(unit__province=params.unit_id) & ~Q(unit=params.unit_id),
        Kind.DISTRICT: Q(parent=params.unit_id) | Q(unit=params.unit_id),
    }
    inside = below.get(Kind(params.unit_kind), Q(unit=params.unit_id))
    if params.unit_id in counted:
        inside |= Q(unit=params.unit_id)
    found = list(versions.filter(inside & alive).select_related("unit"))
    if others := set(counted) - {one.unit_id for one in found}:
        found += versions.filter(unit__in=others).select_related("unit")
    districts = {one.unit_id: one for one in found if one.unit.kind == Kind.DISTRICT}
    is_whole = params.unit_kind == Kind.PROVINCE
    return sorted(
        (_place(one, districts.get(one.parent_id or 0), is_whole=is_whole) for one in found),
        key=lambda place: place.order,
    )


def _place(version: UnitVersion, district: UnitVersion | None, *, is_whole: bool) -> Place:
    """A commune of old stands under its district, which is named where several stand together."""
    kind = version.unit.kind
    if kind == Kind.PROVINCE:
        return Place(version.unit_id, version.name, (0, "", 0, version.sort_key, version.pk))
    above = version if kind == Kind.DISTRICT else district
    name = f"{version.name}, {district.spoken_name}" if district and is_whole else version.name
    order = (
        1,
        above.sort_key if above else "",
        kind != Kind.DISTRICT,
        version.sort_key,
        version.pk,
    )
    return Place(version.unit_id, name, order)


def basis_of(params: Parameters, found: SummaryQuerySet) -> str:
    """On how many lists these counts rest, and whether they are frozen; one query."""
    authorities = found.order_by().values("authority").distinct()
    lists = Roster.objects.filter(authority__in=authorities, year=params.year)
    frozen = list(lists.values_list("frozen_at", flat=True))
    if not frozen:
        return f"Chưa lập danh sách đơn vị thuộc diện năm {params.year}."
    days = [at for at in frozen if at]
    if not days:
        return "Danh sách đơn vị thuộc diện chưa chốt, số đơn vị còn có thể thay đổi."
    if len(days) < len(frozen):
        return (
            f"Đã chốt {text.number_text(len(days))} trong {text.number_text(len(frozen))} danh sách "
            "đơn vị thuộc diện; số đơn vị còn có thể thay đổi."
        )
    last = dates.date_text(localtime(max(days)).date())
    return (
        f"{text.number_text(len(frozen))} danh sách đơn vị thuộc diện, đều đã chốt đến ngày {last}."
    )


def criteria_notes(params: Parameters) -> tuple[str, ...]:
    """What must be said of the criteria sets of the province's seasons; one query."""
    seasons = Season.objects.filter(
        province=params.province_id, year=params.year, unit_kind__in=params.evaluated_kinds
    )
    return notices_of(seasons.select_related("criteria_set").order_by("-scheme", "unit_kind"))


def notes_of(params: Parameters, totals: Counts) -> list[str]:
    """What the columns leave out, in whole sentences."""
    notes = [
        "Tỷ lệ tính trên số đơn vị thuộc diện được xét, cắt ở chữ số thứ nhất sau dấu phẩy, không làm tròn lên."
    ]
    for key, words in NOTES.items():
        if totals[key]:
            notes.append(words.format(count=text.number_text(totals[key])))
    if params.grouping != BY_KIND and Kind.COMMUNE in params.evaluated_kinds:
        notes.append(OWN_FILE_BY_LIST if params.counting == BY_LIST else OWN_FILE_BY_PLACE)
    if len(params.evaluated_kinds) < len(EVALUATED_KINDS):
        words = ", ".join(str(Kind(kind).label).lower() for kind in params.evaluated_kinds)
        notes.append(f"Chỉ gồm loại hình được phân công theo dõi: {words}.")
    return notes


NOTES: Final = {
    "not_considered": "{count} đơn vị không xét năm nay: có trong danh sách, không tính vào các tỷ lệ.",
    "voluntary": "{count} đơn vị tự nguyện tham gia: có trong danh sách, không tính vào các tỷ lệ.",
    "external": "{count} đơn vị do cấp khác quyết định: chỉ ghi nhận, không tính vào các cột khác.",
    "from_paper": "{count} đơn vị có kết quả nhập từ hồ sơ giấy, đã tính là có quyết định.",
    "unlisted": "{count} đơn vị có kết quả nhập từ hồ sơ giấy nhưng không có trong danh sách của năm, "
    "không tính vào các cột khác.",
}  # fmt: skip
OWN_FILE_BY_PLACE: Final = (
    "Số của mỗi xã (huyện) gồm mọi đơn vị trên địa bàn, kể cả do cấp trên quản lý, "
    "và hồ sơ của chính xã (huyện) đó."
)
OWN_FILE_BY_LIST: Final = (
    "Mỗi đơn vị tính một lần, ở cấp có thẩm quyền quản lý; "
    "hồ sơ của xã nằm trong danh sách của cấp trên."
)
