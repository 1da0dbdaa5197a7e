"""A unit's registration for the standard: written down, sent, accepted or returned."""

from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.workflow import Transition
from units.coverage import Scheme
from units.models import Kind, Unit, UnitVersion
from units.selectors import Powers, powers_of

from ..models import Evaluation, Registration, Season
from ..selectors.authorities import registration_place
from ..workflow import ARROWS, EDITABLE, Action, RegistrationStatus
from .acts import act_of, refuse_if_locked, refuse_without_note, write_log
from .guards import refuse_if_ended, refuse_unless_considered
from .registration_facts import (
    FACTS_OF,
    RegistrationFigures,
    facts_of_kind,
    missing_facts,
    refuse_wrong_facts,
)
from .summaries import refresh_summaries

RELATIONS: Final = frozenset(
    {"season", "unit", "unit_version", "province", "entered_by", "accepted_by"}
)
"""What a registration points at was read a moment ago: it is not asked for again."""


@transaction.atomic
def save_registration(
    season: Season,
    unit: Unit,
    figures: RegistrationFigures,
    *,
    by: User,
    base_version: int | None = None,
) -> Registration:
    """Write down one unit's registration without sending it; return the row.

    `base_version` is the version the person saw (None: there was no row). Raises
    ValidationError with the field, PermissionDenied, and TransitionRefused (`stale`) naming who
    saved meanwhile, or (`season_closed`, `wrong_state`).
    """
    version = require_visible(unit, by=by)
    _require(Act.REGISTER, version, by=by)
    season = Season.objects.get(pk=season.pk)
    _refuse_other_season(season, version)
    refuse_if_locked(season)
    refuse_unless_considered(unit.pk, year=season.year)
    figures = facts_of_kind(figures, unit.kind)
    refuse_wrong_facts(figures)
    row = _row_to_write(season, version, base_version)
    for name in RegistrationFigures.__slots__:
        setattr(row, name, getattr(figures, name))
    row.version += 1
    row.entered_at, row.entered_by = timezone.now(), by
    row.full_clean(exclude=RELATIONS, validate_unique=False)
    return _saved(row, base_version)


@transaction.atomic
def send_registration(
    registration: Registration, *, by: User, powers: Powers | None = None
) -> Registration:
    """Send the registration to the appraising body; a day after Quý I is kept and marked, not refused.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 2 điểm a.
    """
    row, arrow = _start(registration, Action.SEND, by=by, powers=powers)
    refuse_if_ended(row.unit)
    missing = missing_facts(row)
    if missing:
        raise ValidationError(missing)
    return _finish(row, arrow, by=by)


@transaction.atomic
def call_back_registration(registration: Registration, *, by: User, note: str = "") -> Registration:
    """Take a sent registration back to mend it, while it is not accepted."""
    row, arrow = _start(registration, Action.CALL_BACK, by=by)
    _refuse_if_relied_on(row)
    return _finish(row, arrow, by=by, note=note)


@transaction.atomic
def return_registration(registration: Registration, *, note: str, by: User) -> Registration:
    """Return a registration to the unit with the reason."""
    row, arrow = _start(registration, Action.RETURN, by=by)
    refuse_without_note(arrow, note)
    _refuse_if_relied_on(row)
    return _finish(row, arrow, by=by, note=note)


@transaction.atomic
def accept_registration(
    registration: Registration, *, by: User, powers: Powers | None = None
) -> Registration:
    """Accept a registration (tiếp nhận); who keyed it in or sent it does not accept it."""
    row, arrow = _start(registration, Action.ACCEPT, by=by, powers=powers)
    if row.entered_by_id == by.pk or row.log.filter(action=Action.SEND, by=by).exists():
        raise TransitionRefused(
            "Người nhập hoặc gửi đăng ký không tự tiếp nhận đăng ký đó.", code="same_person"
        )
    row.accepted_at, row.accepted_by = timezone.now(), by
    return _finish(row, arrow, by=by)


@transaction.atomic
def unaccept_registration(registration: Registration, *, note: str, by: User) -> Registration:
    """Take back an acceptance given by mistake, with the reason; the unit stays registered.

    The law knows the day of registering, not of accepting, so nothing that rests on it changes.
    """
    row, arrow = _start(registration, Action.UNACCEPT, by=by)
    refuse_without_note(arrow, note)
    row.accepted_at = row.accepted_by = None
    return _finish(row, arrow, by=by, note=note)


def require_visible(unit: Unit, *, by: User) -> UnitVersion:
    """The unit's version in force, if the person may see the unit; Unit.DoesNotExist otherwise."""
    seen = Unit.objects.visible_to(by).get(pk=unit.pk)
    return seen.versions.in_force(localdate()).select_related("unit").get()


def _require(act: Act, version: UnitVersion, *, by: User, powers: Powers | None = None) -> None:
    (powers or powers_of(by)).require(act, registration_place(version, act))


def _start(
    registration: Registration, action: Action, *, by: User, powers: Powers | None = None
) -> tuple[Registration, Transition]:
    row = (
        Registration.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season", "unit_version__unit", "unit")
        .get(pk=registration.pk)
    )
    version = row.unit.versions.in_force(localdate()).select_related("unit").get()
    _require(act_of(row.procedure, action), version, by=by, powers=powers)
    refuse_if_locked(row.season)
    arrow = ARROWS.get((row.procedure, row.status, action))
    if arrow is None:
        last = row.log.select_related("by").order_by("-at", "-pk").first()
        who = (
            f" do {last.by} thực hiện lúc {localtime(last.at):%H:%M ngày %d/%m/%Y}" if last else ""
        )
        raise TransitionRefused(
            f"{row.unit_version}: {row.get_status_display().lower()}{who}; chưa ghi gì."
        )
    return row, arrow


def _finish(row: Registration, arrow: Transition, *, by: User, note: str = "") -> Registration:
    row.status = RegistrationStatus(arrow.target)
    row.version += 1
    row.full_clean(exclude=RELATIONS, validate_unique=False)
    row.save()
    write_log(row.log.model(registration=row), arrow, by=by, note=note)
    record_audit(
        f"registration.{arrow.action}", by=by, subject=f"registration:{row.pk}",
        summary=f"{Action(arrow.action).label}: {row.unit_version}, năm {row.season.year}",
        province_id=row.province_id, unit_id=row.unit_id,
        details={
            "registered_on": row.registered_on, "late": row.is_late, "note": note,
            **{name: getattr(row, name) for name in FACTS_OF[Kind(row.unit.kind)]},
        },
    )  # fmt: skip
    refresh_summaries([row.unit_id], year=row.season.year)
    return row


def _row_to_write(season: Season, version: UnitVersion, base_version: int | None) -> Registration:
    """The unit's row locked, or a new one; refused if it was sent or somebody saved meanwhile."""
    rows = Registration.objects.select_for_update(of=("self",))
    row = rows.filter(season=season, unit=version.unit_id).first()
    if row is None:
        return Registration(
            season=season,
            unit=version.unit,
            unit_version=version,
            province_id=season.province_id,
            version=0,
        )
    _refuse_stale(row, base_version)
    if row.status != RegistrationStatus.DRAFT:
        state = row.get_status_display().lower()
        raise TransitionRefused(f"{version}: {state}, muốn sửa thì rút lại đăng ký.")
    return row


def _saved(row: Registration, base_version: int | None) -> Registration:
    """Save the row; somebody else's new one, written at the same moment, is told as any other."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "registration_once_per_unit_and_season" not in str(error):
            raise
        _refuse_stale(Registration.objects.get(season=row.season, unit=row.unit), base_version)
        raise
    return row


def _refuse_other_season(season: Season, version: UnitVersion) -> None:
    """Only recognition asks for a registration, in the season of the unit's own kind and province."""
    unit = version.unit
    wanted = (Scheme.RECOGNITION, unit.kind, unit.province_id)
    if (season.scheme, season.unit_kind, season.province_id) != wanted:
        raise TransitionRefused(f"{version}: kỳ này không phải kỳ đăng ký của đơn vị.")


def _refuse_if_relied_on(row: Registration) -> None:
    """A file that was sent rests on its registration."""
    sent = Evaluation.objects.filter(unit=row.unit_id, season=row.season_id)
    if sent.exclude(status__in=EDITABLE).exists():
        raise TransitionRefused(
            f"{row.unit_version}: hồ sơ đã gửi thẩm định dựa trên đăng ký này; "
            "rút lại hoặc trả lại hồ sơ trước."
        )


def _refuse_stale(row: Registration, base_version: int | None) -> None:
    if (base_version or 0) != row.version:
        when = localtime(row.entered_at) if row.entered_at else None
        who = f"{row.entered_by} lúc {when:%H:%M ngày %d/%m/%Y}" if when else "người khác"
        raise TransitionRefused(
            f"{row.unit_version}: dòng này vừa được {who} lưu; xem lại số mới rồi nhập tiếp.",
            code="stale",
        )
