"""Appraisal sessions: one meeting, or one round of written opinions, over many units."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from units.models import Unit
from units.selectors import Place, powers_of

from ..models import AppraisalSession, DecisionItem, Evaluation, Season, SessionForm
from ..workflow import Status
from .acts import refuse_if_locked
from .guards import refuse_if_year_locked

BEFORE_DECISION = (Status.SUBMITTED, Status.IN_REVIEW, Status.APPRAISED)


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What the minutes say of one session."""

    held_on: dt.date
    chair: str
    form: str = SessionForm.MEETING
    place: str = ""
    secretary: str = ""
    members: str = ""
    minutes_number: str = ""
    submission_number: str = ""
    submission_on: dt.date | None = None
    conclusion: str = ""


@transaction.atomic
def open_session(
    authority: Unit, *, year: int, details: SessionDetails, by: User
) -> AppraisalSession:
    """Write down one session of an authority's standing body; return it.

    Raises PermissionDenied unless `by` appraises there, ValidationError with the field.
    """
    _require(authority, by=by)
    province_id = authority.province_id or authority.pk
    refuse_if_year_locked(province_id, year=year)
    session = AppraisalSession(
        authority=authority, province_id=province_id, year=year,
        opened_at=timezone.now(), opened_by=by,
    )  # fmt: skip
    return _write(session, details, by=by, act="session.open")


@transaction.atomic
def change_session(
    session: AppraisalSession, *, details: SessionDetails, by: User
) -> AppraisalSession:
    """Set what the minutes say; refused once a decision of the session is issued or a season is locked."""
    locked = _locked(session, by=by)
    for season in Season.objects.filter(evaluations__session=locked).distinct():
        refuse_if_locked(season)
    return _write(locked, details, by=by, act="session.change")


@transaction.atomic
def put_on_session(
    session: AppraisalSession, evaluations: Iterable[Evaluation], *, by: User
) -> int:
    """Put evaluations on the session's list; return how many are on it now for the first time.

    Raises TransitionRefused for a file of another authority or year, of a locked season, or one
    that stands in a decision.
    """
    locked = _locked(session, by=by)
    wanted = [evaluation.pk for evaluation in evaluations]
    rows = list(
        Evaluation.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season", "unit_version")
        .filter(pk__in=wanted)
        .order_by("unit", "-season__scheme")
    )
    _refuse_drafted([row for row in rows if row.session_id != locked.pk])
    for row in rows:
        refuse_if_locked(row.season)
        if row.appraising_unit_id != locked.authority_id or row.season.year != locked.year:
            raise TransitionRefused(
                f"{row.unit_version} không thuộc phiên này (khác cấp thẩm định hoặc khác năm)."
            )
        if row.status not in BEFORE_DECISION:
            raise TransitionRefused(
                f"{row.unit_version}: hồ sơ “{row.get_status_display()}”, không đưa vào phiên được."
            )
    fresh = [row.pk for row in rows if row.session_id != locked.pk]
    Evaluation.objects.filter(pk__in=fresh).update(session=locked)
    _audit(
        locked,
        by=by,
        act="session.put",
        summary=f"Đưa {len(fresh)} hồ sơ vào {locked}",
        details={"ids": fresh},
    )
    return len(fresh)


@transaction.atomic
def take_off_session(
    session: AppraisalSession, evaluations: Iterable[Evaluation], *, by: User
) -> int:
    """Take evaluations off the session's list, e.g. ticked by mistake; return how many left it.

    Raises TransitionRefused for one that stands in a decision; who drafted it discards it first.
    """
    locked = _locked(session, by=by)
    wanted = [evaluation.pk for evaluation in evaluations]
    rows = list(
        Evaluation.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season", "unit_version")
        .filter(pk__in=wanted, session=locked)
        .order_by("unit", "-season__scheme")
    )
    for row in rows:
        refuse_if_locked(row.season)
    _refuse_drafted(rows)
    Evaluation.objects.filter(pk__in=[row.pk for row in rows]).update(session=None)
    _audit(
        locked,
        by=by,
        act="session.take_off",
        summary=f"Bỏ {len(rows)} hồ sơ khỏi {locked}",
        details={"ids": [row.pk for row in rows]},
    )
    return len(rows)


def _refuse_drafted(rows: Sequence[Evaluation]) -> None:
    items = DecisionItem.objects.filter(evaluation__in=rows)
    standing = items.select_related("evaluation__unit_version").first()
    if standing:
        raise TransitionRefused(
            f"{standing.evaluation.unit_version} đang nằm trong một quyết định; bỏ dự thảo trước."
        )


def _write(
    session: AppraisalSession, details: SessionDetails, *, by: User, act: str
) -> AppraisalSession:
    for name in SessionDetails.__slots__:
        setattr(session, name, getattr(details, name))
    session.full_clean()
    session.save()
    _audit(session, by=by, act=act, summary=f"{session}, chủ trì: {session.chair}")
    return session


def _locked(session: AppraisalSession, *, by: User) -> AppraisalSession:
    locked = (
        AppraisalSession.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("authority")
        .get(pk=session.pk)
    )
    _require(locked.authority, by=by)
    if locked.decisions.filter(status="issued").exists():
        raise TransitionRefused("Phiên này đã có quyết định ban hành, không sửa được nữa.")
    return locked


def _require(authority: Unit, *, by: User) -> None:
    version = authority.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.APPRAISE, Place.of(version, authority_id=authority.pk))


def _audit(
    session: AppraisalSession,
    *,
    by: User,
    act: str,
    summary: str,
    details: dict[str, object] | None = None,
) -> None:
    record_audit(
        act, by=by, subject=f"session:{session.pk}", summary=summary, details=details,
        province_id=session.province_id, unit_id=session.authority_id,
    )  # fmt: skip
