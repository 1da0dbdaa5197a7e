"""What a person who speaks for one unit sees first: that unit's file, its tasks, its deadlines."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse

from accounts.roles import Role
from units.coverage import Scheme
from units.models import UnitVersion
from units.selectors import Powers

from ..selectors.standings import Standing
from ..workflow import RegistrationStatus, Status
from .areas import AreaPage

FILE_WORDS: Final = {
    "not_started": "Bắt đầu tự đánh giá",
    Status.DRAFT: "Soạn nốt rồi gửi thẩm định",
    Status.RETURNED: "Bổ sung hồ sơ bị trả lại",
}


def is_reporter(powers: Powers) -> bool:
    """Whether the person speaks for units and holds no other role."""
    grants = [grant for grant in powers.sight.grants if grant.is_held_directly]
    return bool(grants) and all(grant.role == Role.REPORTER for grant in grants)


def reported_units(powers: Powers) -> list[UnitVersion]:
    """The units the person speaks for, as they are named today, `unit` loaded; one query."""
    ids = {grant.unit_id for grant in powers.sight.grants if grant.role == Role.REPORTER}
    found = UnitVersion.objects.in_force().filter(unit__in=ids).select_related("unit")
    return list(found.order_by("sort_key", "pk"))


def own_file_url(page: AreaPage, unit_id: int) -> str:
    return reverse("evaluations:file", args=[page.year, unit_id])


def reporter_tasks(
    page: AreaPage, units: Sequence[Standing], own: Sequence[UnitVersion]
) -> list[dict[str, object]]:
    """What waits for the reporter on each own file, named where there are several."""
    kinds = {version.unit_id: version.unit.kind for version in own}
    return [
        task
        for unit in units
        if unit.is_considered and unit.has_season and unit.unit_id in kinds
        for task in _unit_tasks(page, unit, kinds[unit.unit_id])
    ]


def reporter_links(page: AreaPage, own: Sequence[UnitVersion]) -> list[dict[str, str]]:
    """The quick ways of a reporter: the own file and the own entry in the register."""
    files = [
        {"label": f"Hồ sơ năm {page.year}: {one.name}", "url": own_file_url(page, one.unit_id)}
        for one in own
    ]
    return files + [
        {"label": f"Sổ đơn vị: {one.name}", "url": reverse("units:detail", args=[one.unit_id])}
        for one in own
    ]


def _unit_tasks(page: AreaPage, unit: Standing, kind: str) -> list[dict[str, object]]:
    address = own_file_url(page, unit.unit_id)
    season = page.season(Scheme.RECOGNITION, kind)
    tasks = []
    if unit.registration in ("", RegistrationStatus.DRAFT) and season and not season.is_locked:
        tasks.append(
            {"label": "Đăng ký", "count": 1, "url": f"{address}?tab=dang-ky",
             "hint": "Chưa đăng ký thì chưa được xét công nhận."}
        )  # fmt: skip
    if unit.file_status in FILE_WORDS:
        label = FILE_WORDS[unit.file_status]  # type: ignore[index]
        hint = f"Hồ sơ năm {page.year} của đơn vị."
        tasks.append({"label": label, "count": 1, "url": address, "hint": hint})
    return tasks
