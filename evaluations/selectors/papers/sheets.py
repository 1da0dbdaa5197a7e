"""One unit's yearly file as papers show it: the answers, what they came to, where proof is kept."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.timezone import localdate

from antq_portal.lib.documents import Signature, Subject, wording
from criteria.scoring import AnswerValues, SetDefinition, Verdict, score
from criteria.scoring import Stage as ScoringStage
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import UnitVersion

from ...models import Answer, Attachment, Evaluation, Purpose, Registration, Score, Stage
from ...models.evaluations import APPRAISED_STATES
from .heads import subject_of, unit_signature
from .offices import Office, names_above, office_of


class Line(Protocol):
    """One row of a result, stored or computed now."""

    @property
    def verdict(self) -> str: ...
    @property
    def points(self) -> Decimal | None: ...
    @property
    def answer_text(self) -> str: ...
    @property
    def explanation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sheet came to at one step; `outcome` is empty while something is missing."""

    lines: Mapping[str, Line]
    total: Decimal | None
    outcome: str
    rule_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One scheme of the file at both steps; `appraised` is there once the appraisal is confirmed."""

    evaluation: Evaluation
    definition: SetDefinition
    values: Mapping[str, AnswerValues]
    own: Outcome
    appraised: Outcome | None
    references: Mapping[str, str]
    """Where proof is kept, by row code; never of sensitive rows."""

    def label(self, outcome: str) -> str:
        return self.definition.band(outcome).label if outcome else ""


@dataclass(frozen=True, slots=True)
class UnitFile:
    """All of one unit's year that its papers speak of, with the names of that year."""

    version: UnitVersion
    above: UnitVersion
    """The unit it lies in."""
    subject: Subject
    year: int
    appraiser: Office
    recognition: Sheet | None
    classification: Sheet | None
    registration: Registration | None

    @property
    def first(self) -> Sheet:
        return self.recognition or self.classification  # type: ignore[return-value]

    @property
    def evaluation(self) -> Evaluation:
        return self.first.evaluation

    @property
    def representative(self) -> tuple[str, str]:
        """Name and title of who speaks for the unit; empty where not written down."""
        return self.evaluation.representative_name, self.evaluation.representative_title

    @property
    def is_provisional(self) -> bool:
        return any(
            sheet.definition.is_provisional
            for sheet in (self.recognition, self.classification)
            if sheet
        )


def unit_file(evaluations: Sequence[Evaluation]) -> UnitFile:
    """Gather one unit's file from its evaluations of one year, recognition first.

    Names are those of the pinned version and of the last day of the window, or of today before.
    """
    rows = list(
        Evaluation.objects.filter(pk__in=[one.pk for one in evaluations])
        .select_related("season__criteria_set", "unit_version__unit")
        .order_by("-season__scheme")
    )
    first = rows[0]
    version = first.unit_version
    day = min(localdate(), first.season.window_to)
    names = names_above([version], day=day)[version.unit_id]
    sheets = {sheet.definition.scheme: sheet for sheet in sheets_of(rows)}
    registration = Registration.objects.filter(unit=version.unit_id, season__year=first.season.year)
    return UnitFile(
        version=version,
        above=_above(version, day=day),
        subject=subject_of(version, above=names),
        year=first.season.year,
        appraiser=office_of(first.appraising_unit_id, day=day),
        recognition=sheets.get(Scheme.RECOGNITION),
        classification=sheets.get(Scheme.CLASSIFICATION),
        registration=registration.select_related("season").first(),
    )


def sheets_of(evaluations: Iterable[Evaluation]) -> list[Sheet]:
    """The sheets of evaluations whose season, set and version are loaded: five queries for all.

    What was sent is shown as it was stored; what may still change as it stands.
    """
    evaluations = list(evaluations)
    values = _values(evaluations)
    stored = _stored(evaluations)
    references = _references(evaluations)
    found = []
    for one in evaluations:
        definition = definition_of(one.season.criteria_set)
        kept = stored.get((one.pk, Stage.SELF))
        appraised = stored.get((one.pk, Stage.APPRAISED))
        sheet = Sheet(
            evaluation=one,
            definition=definition,
            values=values[one.pk],
            own=_computed(definition, values[one.pk]) if one.is_editable or not kept else kept,
            appraised=appraised if one.status in APPRAISED_STATES else None,
            references=references.get(one.unit_id, {}),
        )
        found.append(sheet)
    return found


def signature_of(file: UnitFile) -> Signature:
    """Signature block of the unit's representative."""
    name, title = file.representative
    return unit_signature(file.version, name=name, title=title)


def conclusion_of(own: Outcome, *, year: int) -> str:
    """What the unit says of itself; empty while its assessment is incomplete."""
    if not own.outcome:
        return ""
    word = "Đạt" if own.outcome == Verdict.MET else "Chưa đạt"
    return f"{word} tiêu chuẩn {wording.STANDARD} năm {year}"


def _values(evaluations: Sequence[Evaluation]) -> dict[int, dict[str, AnswerValues]]:
    found: dict[int, dict[str, AnswerValues]] = defaultdict(dict)
    rows = Answer.objects.filter(evaluation__in=evaluations).select_related("criterion")
    for answer in rows:
        found[answer.evaluation_id][answer.criterion.code] = AnswerValues.of(answer)
    return found


def _stored(evaluations: Sequence[Evaluation]) -> dict[tuple[int, str], Outcome]:
    scores = Score.objects.filter(evaluation__in=evaluations).prefetch_related("lines", "rule_hits")
    return {
        (score.evaluation_id, score.stage): Outcome(
            lines={line.code: line for line in score.lines.all()},
            total=score.total_points,
            outcome=score.outcome,
            rule_texts=tuple(hit.explanation for hit in score.rule_hits.all()),
        )
        for score in scores
    }


def _computed(definition: SetDefinition, values: Mapping[str, AnswerValues]) -> Outcome:
    result = score(definition, values, stage=ScoringStage.SELF)
    return Outcome(
        lines={line.code: line for line in result.lines},
        total=result.total_points if result.is_complete else None,
        outcome=result.outcome if result.is_complete else "",
        rule_texts=tuple(hit.explanation for hit in result.rule_hits),
    )


def _references(evaluations: Sequence[Evaluation]) -> dict[int, dict[str, str]]:
    """Where proof of rows is kept, by unit and row code; sensitive rows name no paper."""
    years = {one.season.year for one in evaluations}
    rows = Attachment.objects.filter(
        unit__in=[one.unit_id for one in evaluations], year__in=years, purpose=Purpose.CRITERION,
        is_sensitive=False,
    ).select_related("criterion")  # fmt: skip
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        code = row.criterion.code if row.criterion else ""
        said = [found[row.unit_id].get(code, ""), reference_text(row)]
        found[row.unit_id][code] = "; ".join(filter(None, said))
    return found


def reference_text(row: Attachment) -> str:
    """How a paper names proof: "số 03-NQ/CB ngày 05/02/2026, lưu tại Công an xã"."""
    said = [
        f"số {row.reference_number}" if row.reference_number else "",
        f"ngày {row.reference_on:%d/%m/%Y}" if row.reference_on else "",
    ]
    head = " ".join(filter(None, said))
    kept = f"lưu tại {row.kept_at}" if row.kept_at else ""
    return ", ".join(filter(None, (head, kept)))


def _above(version: UnitVersion, *, day: dt.date) -> UnitVersion:
    return UnitVersion.objects.in_force(day).select_related("unit").get(unit=version.parent_id)
