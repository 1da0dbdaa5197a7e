"""Whose people act for a unit's year: who enters, who accepts, appraises and decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.timezone import localdate

from accounts.roles import SENSITIVE_READERS, Act, Role
from criteria.selectors import AuthorityAnswer, authority_units, authority_units_of
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS, Unit, UnitVersion
from units.selectors import Place, Powers

from ..models import Evaluation
from ..workflow import Status

DECIDING_ACTS: Final = (Act.APPROVE, Act.ISSUE, Act.ANNUL)
APPRAISING_ACTS: Final = (
    Act.ACCEPT_REGISTRATION, Act.APPRAISE, Act.PREPARE_DECISION, Act.SET_DEADLINES,
)  # fmt: skip
OVER: Final = (Status.DECIDED, Status.ANNULLED)
"""States in which the year of a unit is over: a decision was issued, nothing is carried on."""


def entering_unit_id(version: UnitVersion, managing_unit_id: int) -> int:
    """Id of the unit whose officers enter for this one: a commune or district enters for itself.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 1 điểm b (the commune reviews itself).
    """
    return version.unit_id if version.unit.kind in TERRITORIAL_KINDS else managing_unit_id


def entering_place(version: UnitVersion, *, scheme: str = Scheme.RECOGNITION) -> Place:
    """Where registering, answering and sending are asked for, by the rules of today; raises AuthorityUnknown."""
    answer = authority_units(version, scheme=scheme, day=localdate())
    return _entering(version, answer)


@dataclass(frozen=True, slots=True)
class Authorities:
    """The units whose people act for one unit's year, by what they do."""

    lists: int
    """On whose list the unit stands."""
    enters: int
    appraises: int
    decides: int

    def of(self, act: Act) -> int:
        """Id of the one unit whose people may do this act."""
        if act in DECIDING_ACTS:
            return self.decides
        return self.appraises if act in APPRAISING_ACTS else self.enters


def authorities_of_unit(version: UnitVersion) -> Authorities | None:
    """Who acts for this unit by the rules of today; None where no rule names an authority."""
    answers = authority_units_of([version], scheme=Scheme.CLASSIFICATION, day=localdate())
    answer = answers.get(version.unit_id)
    if answer is None:
        return None
    return Authorities(
        lists=answer.managing_unit_id,
        enters=entering_unit_id(version, answer.managing_unit_id),
        appraises=answer.appraising_unit_id,
        decides=answer.deciding_unit_id,
    )


def sending_act(kind: str) -> Act:
    """Who sends a file of that kind: of a commune or district its own standing body, not its officer.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 1 điểm b.
    """
    return Act.SUBMIT_COMMUNE if kind in TERRITORIAL_KINDS else Act.SUBMIT


def reads_sensitive(powers: Powers, evaluation: Evaluation) -> bool:
    """Whether the person may read what is written in the sensitive rows of this file.

    Its officer, its unit's reporter, its appraiser and its approver, and of a commune's own file
    the standing body that sends it; not who merely sees it.
    """
    entering = entering_unit_id(evaluation.unit_version, evaluation.managing_unit_id)
    places = {
        Role.OFFICER: {entering},
        Role.REPORTER: {evaluation.unit_id},
        Role.APPRAISER: {entering, evaluation.appraising_unit_id},
        Role.APPROVER: {evaluation.deciding_unit_id},
    }
    kind = evaluation.unit_version.unit.kind
    return any(
        powers.holds(role, place, kind=kind) for role in SENSITIVE_READERS for place in places[role]
    )


def registration_place(version: UnitVersion, act: Act) -> Place:
    """Where an act on a registration is asked for: the appraising body accepts, the unit's side does the rest.

    Raises AuthorityUnknown. Legal: Thông tư 124/2021/TT-BCA Điều 9.
    """
    answer = authority_units(version, scheme=Scheme.RECOGNITION, day=localdate())
    if act in APPRAISING_ACTS:
        return Place.of(version, authority_id=answer.appraising_unit_id)
    return _entering(version, answer)


def _entering(version: UnitVersion, answer: AuthorityAnswer) -> Place:
    unit_id = entering_unit_id(version, answer.managing_unit_id)
    return Place.of(version, authority_id=unit_id)


def authority_for_act(evaluation: Evaluation, act: Act) -> int:
    """Id of the one unit whose people may do this act for this evaluation."""
    if act in DECIDING_ACTS:
        return evaluation.deciding_unit_id
    if act in APPRAISING_ACTS:
        return evaluation.appraising_unit_id
    return entering_unit_id(evaluation.unit_version, evaluation.managing_unit_id)


def refresh_authorities(evaluations: Sequence[Evaluation]) -> None:
    """Set the authorities the dated rules name today, unsaved: a file may outlive the level that opened it.

    What was decided stays with the authority of that decision as long as it exists: who is delegated
    to later does not answer for it. All of one scheme, with `season` loaded; as many queries for many
    as for one. Raises AuthorityUnknown.
    """
    evaluations = _without_decided_by_the_living(evaluations)
    if not evaluations:
        return
    today = localdate()
    units = [evaluation.unit_id for evaluation in evaluations]
    versions = {
        version.unit_id: version
        for version in UnitVersion.objects.in_force(today)
        .filter(unit__in=units)
        .select_related("unit")
    }
    answers = authority_units_of(versions.values(), scheme=evaluations[0].season.scheme, day=today)
    for evaluation in evaluations:
        pk = evaluation.unit_id
        answer = answers.get(pk) or authority_units(
            versions[pk], scheme=evaluation.season.scheme, day=today
        )
        evaluation.managing_unit_id = answer.managing_unit_id
        evaluation.appraising_unit_id = answer.appraising_unit_id
        evaluation.deciding_unit_id = answer.deciding_unit_id


def _without_decided_by_the_living(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """Those that are not decided, or whose deciding level has ended; one query if any is decided."""
    deciding = {one.deciding_unit_id for one in evaluations if one.status in OVER}
    if not deciding:
        return list(evaluations)
    ended = Unit.objects.filter(pk__in=deciding, ended_on__lte=localdate())
    gone = set(ended.values_list("pk", flat=True))
    return [one for one in evaluations if one.status not in OVER or one.deciding_unit_id in gone]
