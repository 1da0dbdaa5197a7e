"""The register of local security teams: formed, changed, ended, rated once a year."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.services import record_audit
from antq_portal.lib.text import clean
from units.models import Kind, Unit, UnitVersion

from ..models import Evaluation, Rating, SecurityTeam, TeamArea, TeamRating
from ..models.teams import GIVEN, is_too_young
from .incidents import require_keeper
from .register_proposals import propose_to_open_files


@dataclass(frozen=True, slots=True)
class TeamDetails:
    """A team as typed: its name, since when it works and until when, the areas it serves today."""

    name: str
    formed_on: dt.date
    ended_on: dt.date | None = None
    areas: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class TypedRating:
    """One team's year as typed; empty while nothing is decided or known."""

    rating: str = ""
    decision_number: str = ""
    decided_on: dt.date | None = None
    disciplined: int | None = None


@transaction.atomic
def save_team(
    commune: Unit, details: TeamDetails, *, by: User, team: SecurityTeam | None = None
) -> SecurityTeam:
    """Form a team of a commune, or change one; return it.

    An area it serves no more keeps the days it was served. Raises PermissionDenied unless `by`
    keeps the commune's registers, ValidationError with the field.
    """
    version = require_keeper(commune, by=by)
    if team:
        team = SecurityTeam.objects.select_for_update().get(pk=team.pk, commune=commune)
    row = team or SecurityTeam(commune=commune, province_id=commune.province_id or commune.pk)
    row.name, row.formed_on, row.ended_on = clean(details.name), details.formed_on, details.ended_on
    _refuse_wrong(version, row, details)
    row.full_clean()
    row.save()
    _serve(row, details)
    _propose_anew(commune, by=by)
    verb = "Sửa" if team else "Ghi"
    record_audit(
        "team.save", by=by, subject=f"team:{row.pk}", province_id=row.province_id, unit_id=commune.pk,
        summary=f"{verb} tổ bảo vệ an ninh, trật tự: {row.name}",
    )  # fmt: skip
    return row


@transaction.atomic
def rate_teams(
    commune: Unit, *, year: int, typed: Mapping[int, TypedRating], by: User
) -> list[TeamRating]:
    """Write down the ratings of one year, by team id; return the rows that changed.

    All or nothing. A team of less than nine months is "chưa xếp loại" and nothing else. Raises
    PermissionDenied, ValidationError keyed "t<team id>-<field>".
    Legal: Hướng dẫn 01/HD-BCA-V05 năm 2026.
    """
    require_keeper(commune, by=by)
    teams = {team.pk: team for team in SecurityTeam.objects.filter(commune=commune)}
    stored = {
        row.team_id: row
        for row in TeamRating.objects.select_for_update(of=("self",)).filter(team__in=teams, year=year)
    }  # fmt: skip
    problems: dict[str, str] = {}
    changed = []
    for pk, one in typed.items():
        team = teams.get(pk)
        row = stored.get(pk)
        if team is None or _is_same(row, one):
            continue
        wrong = _rating_problems(team, year, one)
        problems |= {f"t{pk}-{name}": message for name, message in wrong.items()}
        changed.append(_rated(row or TeamRating(team=team, year=year), one, by=by))
    if problems:
        raise ValidationError(problems)
    for row in changed:
        row.save()
    if changed:
        _propose_anew(commune, by=by)
    for row in changed:
        said = row.get_rating_display() or "chưa có quyết định"
        record_audit(
            "team.rate", by=by, subject=f"team:{row.team_id}", unit_id=commune.pk,
            province_id=row.team.province_id, summary=f"{row.team}, năm {year}: {said}",
        )  # fmt: skip
    return changed


def _propose_anew(commune: Unit, *, by: User) -> None:
    """The open files of the commune's residential areas."""
    files = Evaluation.objects.filter(managing_unit=commune, unit__kind=Kind.RESIDENTIAL_AREA)
    propose_to_open_files(files, by=by)


def _refuse_wrong(commune: UnitVersion, team: SecurityTeam, details: TeamDetails) -> None:
    problems = {}
    if not team.name:
        problems["name"] = "Ghi tên tổ."
    if team.formed_on > localdate():
        problems["formed_on"] = "Ngày thành lập còn ở phía trước."
    if team.ended_on and team.ended_on <= team.formed_on:
        problems["ended_on"] = "Ngày thôi hoạt động phải sau ngày thành lập."
    others = SecurityTeam.objects.filter(commune=team.commune_id, name=team.name)
    if others.exclude(pk=team.pk).exists():
        problems["name"] = "Xã đã có tổ tên này."
    inside = UnitVersion.objects.in_force().under(commune.path)
    known = inside.filter(unit__in=details.areas, unit__kind=Kind.RESIDENTIAL_AREA)
    if known.count() != len(set(details.areas)):
        problems["areas"] = "Chọn khu dân cư của xã."
    if problems:
        raise ValidationError(problems)


def _serve(team: SecurityTeam, details: TeamDetails) -> None:
    """Begin with the areas that are new, end with those that are gone: from today.

    What the team is first formed with, it serves since it was formed.
    """
    today = localdate()
    now = {row.area_id: row for row in team.served.filter(to_on=None)}
    is_first = not team.served.exists()
    wanted = set(details.areas)
    for area_id in sorted(wanted - set(now)):
        since = team.formed_on if is_first else today
        TeamArea.objects.create(team=team, area_id=area_id, from_on=since)
    for area_id in set(now) - wanted:
        row = now[area_id]
        row.to_on = max(today - dt.timedelta(days=1), row.from_on)
        row.save(update_fields=["to_on"])


def _is_same(row: TeamRating | None, one: TypedRating) -> bool:
    if row is None:
        return one == TypedRating()
    return all(getattr(row, name) == getattr(one, name) for name in TypedRating.__slots__)


def _rating_problems(team: SecurityTeam, year: int, one: TypedRating) -> dict[str, str]:
    problems = {}
    if one.rating and one.rating not in Rating.values:
        problems["rating"] = "Chọn một mức."
    if one.rating in GIVEN:
        if is_too_young(team, year):
            problems["rating"] = "Tổ hoạt động dưới 9 tháng chưa được xếp loại."
        if not one.decision_number:
            problems["decision_number"] = "Ghi số quyết định xếp loại."
        if not one.decided_on:
            problems["decided_on"] = "Ghi ngày quyết định."
        elif one.decided_on > localdate():
            problems["decided_on"] = "Ngày quyết định còn ở phía trước."
    return problems


def _rated(row: TeamRating, one: TypedRating, *, by: User) -> TeamRating:
    for name in TypedRating.__slots__:
        setattr(row, name, getattr(one, name))
    row.entered_at, row.entered_by = timezone.now(), by
    return row
