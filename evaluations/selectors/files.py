"""One unit's yearly file as its page shows it: both sheets, registration, papers, who may what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from django.db.models import F
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act, Role
from antq_portal.lib.prepared import Prepared
from criteria.exceptions import AuthorityUnknown
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS, Assignment, Unit, UnitVersion
from units.selectors import Place, Powers, label_of, powers_of, seen_version

from ..models import (
    Attachment,
    Decision,
    DecisionItem,
    Evaluation,
    Purpose,
    Registration,
    RosterEntry,
    Season,
)
from ..workflow import BEFORE_DECISION, EDITABLE, DecisionStatus, RegistrationStatus, Status
from .authorities import (
    Authorities,
    authorities_of_unit,
    reads_sensitive,
    refresh_authorities,
    sending_act,
)


@dataclass(frozen=True, slots=True)
class UnitFile:
    """One unit's year: everything its page asks for."""

    version: UnitVersion
    label: str
    year: int
    powers: Powers
    authorities: Authorities | None
    entry: RosterEntry | None
    seasons: Sequence[Season]
    registration: Registration | None
    evaluations: Sequence[Evaluation]
    papers: Mapping[int, Sequence[Attachment]] = field(default_factory=dict)
    """Papers by criterion id; those of the whole file under 0."""
    has_reporter_entry: bool = False
    """Whether who keyed the file in speaks for the unit."""
    issued: Mapping[int, Decision] = field(default_factory=dict)
    """The issued decision by the id of the evaluation it decides."""

    @property
    def unit(self) -> Unit:
        return self.version.unit

    @property
    def list_id(self) -> int | None:
        """On whose list the unit stands: what the season's pages are asked for."""
        return self.authorities.lists if self.authorities else None

    @property
    def sending_act(self) -> Act:
        return sending_act(self.unit.kind)

    @property
    def is_sent_by_others(self) -> bool:
        """Whether the person enters this file and somebody else sends it: a commune's own."""
        return self.may(Act.ANSWER) and not self.may(self.sending_act)

    @property
    def year_text(self) -> str:
        return str(self.year)

    @property
    def is_entered_for(self) -> bool:
        """Whether somebody keyed the file in who is not the unit's own reporter (nhập hộ)."""
        first = self.evaluations[0] if self.evaluations else None
        is_own = self.has_reporter_entry or self.unit.kind in TERRITORIAL_KINDS
        return bool(first and first.entered_by_id and not is_own)

    def may(self, act: Act) -> bool:
        """Whether the person does this act for this unit at exactly its authority.

        Nobody does anything more for a unit that has ended.
        """
        ended_on = self.unit.ended_on
        is_over = ended_on is not None and ended_on <= localdate()
        authority_id = self.authorities.of(act) if self.authorities else None
        return not is_over and self.powers.may(
            act, Place.of(self.version, authority_id=authority_id)
        )

    def season(self, scheme: str) -> Season | None:
        return next((one for one in self.seasons if one.scheme == scheme), None)

    def evaluation(self, scheme: str) -> Evaluation | None:
        return next((one for one in self.evaluations if one.season.scheme == scheme), None)

    @property
    def is_considered(self) -> bool:
        entry = self.entry
        return bool(entry and entry.removed_at is None and not entry.not_considered_reason)

    @property
    def is_registered(self) -> bool:
        return bool(self.registration and self.registration.is_registered)

    @property
    def is_locked(self) -> bool:
        return bool(self.seasons) and all(season.is_locked for season in self.seasons)

    def may_read(self, paper: Attachment) -> bool:
        """Whether the person may read where a paper is kept: of sensitive rows who reads those."""
        return not paper.is_sensitive or self.reads_sensitive

    @property
    def own_papers(self) -> list[Attachment]:
        """Papers of the whole file: minutes, registration, others."""
        return list(self.papers.get(0, ()))

    @property
    def minutes(self) -> list[Attachment]:
        return [paper for paper in self.own_papers if paper.purpose == Purpose.MINUTES]

    @property
    def editable(self) -> list[Evaluation]:
        """The evaluations whose answers this person may change now."""
        if not self.may(Act.ANSWER):
            return []
        return [
            one for one in self.evaluations if one.status in EDITABLE and not one.season.is_locked
        ]

    @property
    def may_edit_registration(self) -> bool:
        season = self.season(Scheme.RECOGNITION)
        is_draft = self.registration is None or self.registration.status == RegistrationStatus.DRAFT
        is_open = season is not None and not season.is_locked
        return is_open and is_draft and self.is_considered and self.may(Act.REGISTER)

    @property
    def sendable(self) -> list[Evaluation]:
        """The evaluations that would go with the next "Gửi thẩm định"."""
        return [
            one
            for one in self.evaluations
            if one.status in EDITABLE
            and (one.season.scheme == Scheme.CLASSIFICATION or self.is_registered)
        ]

    @property
    def withdrawable(self) -> list[Evaluation]:
        return [one for one in self.evaluations if one.status == Status.SUBMITTED]

    @property
    def reads_sensitive(self) -> bool:
        """Whether the person may read the text of this file's sensitive rows."""
        return any(reads_sensitive(self.powers, one) for one in self.evaluations)


EVALUATIONS: Final = Prepared(
    lambda unit, year: Evaluation.objects.of_file(unit, year).select_related(
        "season__criteria_set", "unit_version__unit", "entered_by", "taken_up_by", "submitted_by"
    )
)
SEASONS: Final = Prepared(
    lambda province, kind, year: (
        Season.objects.filter(province=province, unit_kind=kind, year=year)
        .select_related("criteria_set")
        .order_by("-scheme")
    )
)
ENTRIES: Final = Prepared(
    lambda unit, year: (
        RosterEntry.objects.filter(unit=unit, roster__year=year)
        .select_related("roster")
        .order_by(F("removed_at").asc(nulls_first=True))
    )
)
REGISTRATIONS: Final = Prepared(
    lambda unit, year: (
        Registration.objects.filter(unit=unit, season__year=year)
        .select_related("season", "entered_by", "accepted_by")
        .order_by("pk")
    )
)
REPORTERS: Final = Prepared(
    lambda users, unit: (
        Assignment.objects.filter(user__in=users, unit=unit, role=Role.REPORTER)
        .order_by()
        .values_list("pk")
    )
)
PAPERS: Final = Prepared(
    lambda unit, year: Attachment.objects.filter(unit=unit, year=year).select_related(
        "evidence_file__uploaded_by", "criterion", "attached_by"
    )
)


def unit_file(user: User, unit_id: int, *, year: int) -> UnitFile:
    """The yearly file of one unit the person sees; raises Unit.DoesNotExist otherwise.

    A fixed number of queries; the answers are read by `file_sheets`.
    """
    powers = powers_of(user)
    version = seen_version(powers, unit_id)
    evaluations = EVALUATIONS(unit=unit_id, year=year)
    authorities = authorities_of_unit(version)
    _refresh_moved(evaluations, authorities)
    pinned = evaluations[0].unit_version if evaluations else version
    unit = version.unit
    return UnitFile(
        version=version,
        label=label_of(pinned),
        year=year,
        powers=powers,
        authorities=authorities,
        entry=ENTRIES.first(unit=unit_id, year=year),
        seasons=SEASONS(province=unit.province_id or 0, kind=unit.kind, year=year),
        registration=REGISTRATIONS.first(unit=unit_id, year=year),
        evaluations=evaluations,
        papers=_papers(unit_id, year),
        has_reporter_entry=_is_reporter(evaluations, unit_id),
        issued=_issued(evaluations),
    )


def _refresh_moved(evaluations: Sequence[Evaluation], authorities: Authorities | None) -> None:
    """Set today's authorities, unsaved, on evaluations in no decision that still name others."""
    for one in evaluations:
        stored = (one.managing_unit_id, one.appraising_unit_id, one.deciding_unit_id)
        is_as_today = authorities is not None and stored == (
            authorities.lists, authorities.appraises, authorities.decides
        )  # fmt: skip
        if one.status in BEFORE_DECISION and not is_as_today:
            with suppress(AuthorityUnknown):
                refresh_authorities([one])


def _is_reporter(evaluations: Sequence[Evaluation], unit_id: int) -> bool:
    enterers = {one.entered_by_id for one in evaluations if one.entered_by_id}
    return bool(REPORTERS(users=sorted(enterers), unit=unit_id))


def _issued(evaluations: Sequence[Evaluation]) -> dict[int, Decision]:
    """The issued decision of each decided evaluation; no query while none is decided."""
    decided = [one.pk for one in evaluations if one.decided_outcome]
    if not decided:
        return {}
    items = DecisionItem.objects.filter(
        evaluation__in=decided, decision__status=DecisionStatus.ISSUED
    )
    return {item.evaluation_id: item.decision for item in items.select_related("decision")}


def _papers(unit_id: int, year: int) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for paper in PAPERS(unit=unit_id, year=year):
        found[paper.criterion_id or 0].append(paper)
    return found
