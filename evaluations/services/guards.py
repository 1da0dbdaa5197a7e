"""What keeps an act from being done that the roles alone would allow; each raises TransitionRefused."""

from collections.abc import Iterable

from django.utils.timezone import localdate, localtime

from accounts.models import User
from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from units.models import GRASSROOTS_KINDS, ManagingLevel, Unit, UnitVersion

from ..models import Evaluation, RosterEntry, Season
from ..selectors.late_events import unsettled_events
from ..selectors.persons import sent_or_keyed_in
from ..workflow import EDITABLE
from .acts import refuse_if_locked


def refuse_own_file(evaluation: Evaluation, *, by: User) -> None:
    """Who keyed the self-assessment in, or sent it, does not appraise it."""
    if sent_or_keyed_in([evaluation.pk], by):
        raise TransitionRefused(
            f"{evaluation.unit_version}: bạn đã nhập hoặc gửi hồ sơ này nên không thẩm định hồ sơ này.",
            code="same_person",
        )


def refuse_other_reviewer(evaluation: Evaluation, *, by: User) -> None:
    """While one person reviews a file nobody else writes in it; who takes it over says why first."""
    refuse_own_file(evaluation, by=by)
    if evaluation.taken_up_by_id not in (None, by.pk):
        since = localtime(evaluation.taken_up_at)
        raise TransitionRefused(
            f"{evaluation.unit_version}: đang thẩm định bởi {evaluation.taken_up_by} từ {since:%H:%M ngày %d/%m/%Y}. "
            "Muốn làm tiếp thay người đó thì bấm “Nhận thay thẩm định”. Chưa ghi gì.",
            code="taken_by_other",
        )


def refuse_unsettled_events(evaluations: Iterable[Evaluation]) -> None:
    """What happened after the sending is weighed by the appraiser before the file goes on."""
    by_id = {one.pk: one for one in evaluations}
    waiting = unsettled_events(by_id)
    if waiting:
        names = ", ".join(str(by_id[pk].unit_version) for pk in waiting)
        raise TransitionRefused(
            f"{names}: còn phát sinh sau khi gửi chưa xử lý; xử lý ở trang thẩm định của hồ sơ trước.",
            code="late_events",
        )


def refuse_external(version: UnitVersion) -> None:
    """What the Minister decides has no file here: its outcome is only recorded.

    Legal: Thông tư 124/2021/TT-BCA Điều 10 khoản 4.
    """
    if version.managing_level == ManagingLevel.MINISTRY and version.unit.kind in GRASSROOTS_KINDS:
        raise TransitionRefused(
            f"{version}: kết quả do Bộ Công an quyết định, tỉnh chỉ ghi nhận số, ngày quyết định."
        )


def refuse_unless_considered(unit_id: int, *, year: int) -> None:
    """A unit that is not on the year's list, or not considered this year, begins and sends nothing.

    Of a unit that changed hands within the year the later list counts. Locks the row, so that the
    unit is not left out meanwhile.
    """
    rows = RosterEntry.objects.select_for_update(of=("self",)).order_by("pk")
    entry = rows.filter(unit=unit_id, roster__year=year, removed_at=None).last()
    if entry is None:
        raise TransitionRefused("Đơn vị không có trong danh sách thuộc diện của năm.")
    if entry.not_considered_reason:
        raise TransitionRefused(
            f"Không xét năm nay: {entry.get_not_considered_reason_display().lower()}."
        )


def refuse_if_ended(unit: Unit) -> None:
    """The unit's side of a file is closed once the unit is no more; the file stays readable."""
    if unit.ended_on and unit.ended_on <= localdate():
        raise TransitionRefused(
            f"Đơn vị không còn từ {date_text(unit.ended_on)}; hồ sơ chỉ còn để xem."
        )


def refuse_if_sent(unit_id: int, *, year: int, what: str) -> None:
    """A unit whose file is with the authority, or decided, stays as it was when it was sent."""
    sent = Evaluation.objects.of_file(unit_id, year).exclude(status__in=EDITABLE)
    one = sent.select_related("unit_version").first()
    if one:
        raise TransitionRefused(
            f"{one.unit_version}: hồ sơ “{one.get_status_display()}”, không {what} được; "
            "rút lại hoặc trả lại hồ sơ trước."
        )


def refuse_if_year_locked(
    province_id: int | None, *, year: int, unit_kind: str = "", scheme: str = ""
) -> None:
    """Nothing of a year changes once every season it belongs to is locked."""
    seasons = Season.objects.filter(province=province_id, year=year)
    seasons = seasons.filter(unit_kind=unit_kind) if unit_kind else seasons
    refuse_if_all_locked(list(seasons.filter(scheme=scheme) if scheme else seasons))


def refuse_if_all_locked(seasons: list[Season]) -> None:
    """As long as one of these seasons is open, what belongs to all of them may change."""
    if seasons and all(season.is_locked for season in seasons):
        refuse_if_locked(seasons[0])
