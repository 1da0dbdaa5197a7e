"""The whole way of a workbook, for the pages and for the worker: made, compared, given back, written."""

from collections.abc import Callable, Mapping

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.text import slug
from units.selectors import powers_of, refusal

from ..models import WorkbookUpload
from ..selectors.areas import Area, area_of, seasons_of
from ..selectors.workbooks import EntrySheet, entry_sheets
from ..services.workbooks import record_results
from .build import build_workbook
from .marking import marked_workbook
from .plan import Plan, make_plan
from .writing import Choice, write_plan


def area_for_entry(user: User, area_id: int) -> Area:
    """The area, for who answers for some unit there; raises Unit.DoesNotExist, PermissionDenied."""
    area = area_of(powers_of(user), asked=area_id)
    if area is None or not area.may(Act.ANSWER):
        raise PermissionDenied(refusal(Act.ANSWER))
    return area


def sheets_for(user: User, area: Area, year: int, *, with_last: bool = False) -> list[EntrySheet]:
    """The sheets of the area's year as this person enters them."""
    seasons = seasons_of(area)
    return entry_sheets(user, area, year=year, seasons=seasons, with_last=with_last)


def workbook_of(user: User, area: Area, year: int) -> tuple[str, bytes]:
    """The name and the bytes of the workbook to fill in."""
    sheets = sheets_for(user, area, year, with_last=True)
    return file_name(area, year), build_workbook(sheets, area, year=year, by=user)


def file_name(area: Area, year: int, what: str = "tu-danh-gia") -> str:
    """ "tu-danh-gia-2026-xa-na-meo.xlsx"."""
    return f"{what}-{year}-{slug(area.name)}.xlsx"


def plan_of(upload: WorkbookUpload, *, by: User) -> Plan:
    """What the upload would do now; raises WorkbookRefused, PermissionDenied, Unit.DoesNotExist."""
    area = area_for_entry(by, upload.area_id)
    return plan_for(bytes(upload.content), area, year=upload.year, by=by)


def plan_for(content: bytes, area: Area, *, year: int, by: User) -> Plan:
    """What a workbook would do in that area's year; raises WorkbookRefused."""
    sheets = sheets_for(by, area, year)
    return make_plan(
        content, sheets, area, year=year, written_by=lambda workbook: written_before(workbook, area)
    )


def written_before(workbook: str, area: Area) -> dict[tuple[int, str], int]:
    """The newest version that any upload of the same exported file wrote, by evaluation and code."""
    earlier = WorkbookUpload.objects.filter(workbook=workbook, area=area.pk)
    found: dict[tuple[int, str], int] = {}
    for written in earlier.order_by("uploaded_at").values_list("written", flat=True):
        for evaluation_id, code, version in written:
            key = (evaluation_id, code)
            found[key] = max(version, found.get(key, 0))
    return found


def marked_of(upload: WorkbookUpload, *, by: User) -> bytes:
    """The uploaded file with its problems and conflicts marked; raises as `plan_of` does."""
    return marked_workbook(bytes(upload.content), plan_of(upload, by=by))


def write_upload(
    upload: WorkbookUpload,
    plan: Plan,
    choices: Mapping[str, Choice],
    *,
    by: User,
    on_unit: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> WorkbookUpload:
    """Write what the plan of the upload holds and keep a result for each unit.

    Whoever saved since the plan was made is not overwritten: every row is compared once more.
    """
    done = write_plan(plan, choices, year=upload.year, by=by, on_unit=on_unit)
    units = [one.as_json() for one in done.results]
    return record_results(
        upload, units=units, unread=len(plan.problems), written=done.written, by=by
    )
