"""Three thousand residential areas with forty criteria each, written in bulk: for measuring only."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from antq_portal.scale.seeding import largest_provinces
from criteria.models import CriteriaSet
from criteria.scoring import CriterionDefinition
from criteria.selectors import authority_units, definition_of
from criteria.services import load_criteria
from evaluations.models import Evaluation, Season, TransitionLog
from evaluations.services.rosters import freeze_roster, prepare_roster
from evaluations.services.seasons import open_season
from evaluations.workflow import Action, Status
from units.coverage import Scheme
from units.models import Assignment, Kind, Unit, UnitVersion
from units.selectors import alive_versions

from .data import LONG_AGO, PROVINCE, areas_in

CODE: Final = "do-thu-40-tieu-chi"
GROUPS, ROWS_A_GROUP = 5, 8
COMMUNES, AREAS_A_COMMUNE = 6, 500
QUICK_AREAS: Final = 20
USERS: Final = 16

HEAD: Final = """\
schema: antq.criteria/2
code: {code}
scheme: classification
unit_kinds: [residential_area]
title: "Bộ đo thử"
legal_ref: "không phải văn bản: chỉ để đo tốc độ"
regulation: {{number: "0/ĐT", issued_on: 2022-01-20}}
effective_from: {day}
provenance: provisional
provenance_note: "Chỉ để đo tốc độ"
window: {{from: "11-01", to: "10-31", decide_before: "11-20"}}
total: 100
bonus_cap: 3
na_rule: full_points
bands:
- {{code: xuat_sac, label: "Xuất sắc", from: 90}}
- {{code: kha, label: "Khá", from: 70}}
- {{code: trung_binh, label: "Trung bình", from: 50}}
- {{code: yeu, label: "Yếu", from: 0}}
rules: []
groups:
"""
ROW: Final = """\
  - code: "{code}"
    origin: portal
    text: "Nội dung {code}: việc được giao trong kế hoạch năm, có người theo dõi, có kết quả ghi sổ."
    points: 2.5
    levels:
    - {{points: 2.5, when: "đủ và đúng hạn"}}
    - {{points: 1.5, when: "đủ nhưng muộn"}}
    - {{points: 0, when: "không thực hiện"}}
    evidence: ["Sổ theo dõi"]
"""

ANSWERS: Final = """
INSERT INTO evaluations_answer (evaluation_id, criterion_id, verdict, points, max_points,
    exception_claimed, note, is_proposal, proposed_from, appraised_verdict, appraisal_note,
    version, answered_at, answered_by_id)
SELECT file.id, criterion.id, '', 2.5, 2.5, '', 'Theo sổ theo dõi.', false, '', '', '', 1, now(), %(by)s
FROM evaluations_evaluation file CROSS JOIN criteria_criterion criterion
WHERE file.season_id = %(season)s AND criterion.criteria_set_id = %(set)s AND criterion.kind <> 'group'
"""
CHANGES: Final = """
INSERT INTO evaluations_answerchange (answer_id, kind, version, before, after, reason, by_id, at)
SELECT answer.id, 'entered', 1, '{}', '{"points": "2.5", "note": "Theo sổ theo dõi."}', '', %(by)s, now()
FROM evaluations_answer answer JOIN evaluations_evaluation file ON file.id = answer.evaluation_id
WHERE file.season_id = %(season)s
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """The province of the load: who enters where, and its one season."""

    season: Season
    users: tuple[User, ...]
    """Each enters for one commune; the first for the first, and so on around."""
    appraiser: User
    areas: tuple[tuple[Unit, ...], ...]
    """By commune; the files of the last one wait for appraisal, the others are being entered."""
    communes: tuple[Unit, ...]
    rows: tuple[CriterionDefinition, ...]

    @property
    def year(self) -> int:
        return self.season.year

    @property
    def entered(self) -> list[tuple[User, Unit]]:
        """A file that is being entered, for each user another one."""
        open_communes = len(self.areas) - 1
        return [
            (user, self.areas[number % open_communes][number // open_communes])
            for number, user in enumerate(self.users)
        ]


@transaction.atomic
def build(*, quick: bool) -> Entry:
    """Write the load beside what the other groups use: in a province that none of them touches."""
    measured = alive_versions().get(code=PROVINCE, unit__kind=Kind.PROVINCE).unit_id
    province = [one for one in largest_provinces(4) if one.pk != measured][1]
    today = timezone.localdate()
    found = alive_versions().filter(unit__kind=Kind.COMMUNE, unit__province=province)
    communes = [one.unit for one in found.select_related("unit").order_by("code")[:COMMUNES]]
    count = QUICK_AREAS if quick else AREAS_A_COMMUNE
    areas = tuple(tuple(areas_in(commune, count)) for commune in communes)
    administrator = _person("entry-administrator", Role.ADMINISTRATOR, province)
    appraisers = [
        _person(f"entry-appraiser-{n}", Role.APPRAISER, c) for n, c in enumerate(communes)
    ]
    users = [
        _person(f"entry-{number}", Role.OFFICER, communes[number % (COMMUNES - 1)])
        for number in range(USERS)
    ]
    season = _season(today, province, administrator)
    for commune, appraiser in zip(communes, appraisers, strict=True):
        freeze_roster(prepare_roster(commune, year=today.year), by=appraiser)
    sender = _person("entry-sender", Role.OFFICER, communes[-1])
    for commune, units in zip(communes, areas, strict=True):
        _files(season, units, sender=sender if commune == communes[-1] else None)
    _answers(season, by=users[0])
    rows = definition_of(season.criteria_set).rows
    return Entry(season, tuple(users), appraisers[-1], areas, tuple(communes), tuple(rows))


def set_text(day: dt.date) -> str:
    """The made-up set of forty rows as a reviewed file would have it."""
    groups = []
    for number in range(GROUPS):
        letter = "ABCDE"[number]
        rows = "".join(ROW.format(code=f"{letter}{row}") for row in range(1, ROWS_A_GROUP + 1))
        groups.append(f'- code: "{letter}"\n  heading: "Nhóm {letter}"\n  rows:\n{rows}')
    return HEAD.format(code=CODE, day=day) + "".join(groups)


def _season(today: dt.date, province: Unit, administrator: User) -> Season:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{CODE}@2024-01-01.yaml"
        path.write_text(set_text(dt.date(2024, 1, 1)), encoding="utf-8")
        load_criteria([path])
    return open_season(
        province=province, scheme=Scheme.CLASSIFICATION, unit_kind=Kind.RESIDENTIAL_AREA,
        year=today.year, criteria_set=CriteriaSet.objects.get(code=CODE), by=administrator,
        dates={
            "window_from": today - dt.timedelta(days=370), "window_to": today - dt.timedelta(days=5),
            "register_by": today - dt.timedelta(days=60), "decide_before": today + dt.timedelta(days=9),
        },
    )  # fmt: skip


def _person(username: str, role: Role, unit: Unit) -> User:
    user = User(username=username, full_name=username)
    user.set_unusable_password()
    user.save()
    Assignment.objects.create(user=user, role=role, unit=unit, starts_on=LONG_AGO)
    return user


def _files(season: Season, units: tuple[Unit, ...], *, sender: User | None) -> None:
    """Files being entered, or sent by somebody and waiting."""
    versions = list(UnitVersion.objects.in_force().filter(unit__in=units).select_related("unit"))
    answer = authority_units(versions[0], scheme=season.scheme, day=timezone.localdate())
    now = timezone.now()
    sent = {"status": Status.SUBMITTED, "submitted_at": now, "submitted_by": sender}
    files = Evaluation.objects.bulk_create(
        Evaluation(
            season=season, unit=version.unit, unit_version=version, province_id=season.province_id,
            managing_unit_id=answer.managing_unit_id, appraising_unit_id=answer.appraising_unit_id,
            deciding_unit_id=answer.deciding_unit_id, procedure=answer.rule.procedure,
            self_outcome="xuat_sac" if sender else "", self_points=100 if sender else None,
            **(sent if sender else {}),
        )
        for version in versions
    )  # fmt: skip
    if sender:
        TransitionLog.objects.bulk_create(
            TransitionLog(
                evaluation=file, procedure=file.procedure, from_status=Status.DRAFT,
                action=Action.SUBMIT, to_status=Status.SUBMITTED, by=sender, at=now,
            )
            for file in files
        )  # fmt: skip


def _answers(season: Season, *, by: User) -> None:
    given = {"season": season.pk, "set": season.criteria_set_id, "by": by.pk}
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, given)
        cursor.execute(CHANGES, given)
