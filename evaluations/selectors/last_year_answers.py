"""What a unit, or the units whose place it took, answered to each criterion the year before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from antq_portal.lib.prepared import Prepared
from criteria.scoring import AnswerValues, CriterionDefinition, score_line
from criteria.scoring import Stage as ScoringStage
from criteria.selectors import definition_of
from units.selectors import Powers

from ..models import Answer, Evaluation
from .authorities import reads_sensitive
from .file_sheets import FileSheet, ShownLine, shown_line
from .last_year import ancestors_of


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """One unit's answer to one criterion the year before, and what the appraiser made of it."""

    year: int
    unit_name: str
    """Empty for the unit's own answer; the predecessor's name otherwise."""
    own: ShownLine
    note: str = ""
    appraised: ShownLine | None = None
    appraisal_note: str = ""
    is_hidden: bool = False
    """Whether the person may not read what that sensitive row said."""

    @property
    def differs(self) -> bool:
        """Whether the appraiser concluded something else than the unit had said."""
        other = self.appraised
        return other is not None and (other.css, other.word) != (self.own.css, self.own.word)


LastAnswers = dict[str, tuple[LastAnswer, ...]]


def last_year_answers(sheet: FileSheet, powers: Powers) -> LastAnswers:
    """The answers of the year before by the code of this year's criterion, where it was asked alike.

    The unit's own if it has a file of that scheme; else those of the units right before it, in the
    order of their names. A row is comparable when code and kind of answer are the same. Sensitive
    rows say nothing to who may not read that file's. Two queries when there is no such file, four else;
    whoever asks has seen to the sight.
    """
    found: dict[str, list[LastAnswer]] = defaultdict(list)
    for one in _files_before(sheet.evaluation):
        is_own = one.unit_id == sheet.evaluation.unit_id
        name = "" if is_own else one.unit_version.name
        rows = definition_of(one.season.criteria_set).by_code
        reads = reads_sensitive(powers, one)
        for answer in one.answers.all():
            before = rows.get(answer.criterion.code)
            now = sheet.definition.by_code.get(answer.criterion.code)
            if before and now and before.answer_type == now.answer_type:
                is_secret = (before.is_sensitive or now.is_sensitive) and not reads
                said = _last_answer(one, before, answer, name=name, is_hidden=is_secret)
                if said:
                    found[now.code].append(said)
    return {code: tuple(answers) for code, answers in found.items()}


FILES: Final = Prepared(
    lambda units, year, scheme: (
        Evaluation.objects.filter(unit__in=units, season__year=year, season__scheme=scheme)
        .select_related("season__criteria_set", "unit_version__unit")
        .prefetch_related("answers__criterion")
        .order_by("unit_version__sort_key")
    )
)


def _files_before(evaluation: Evaluation) -> Iterable[Evaluation]:
    """Last year's files that this one follows, each with its answers."""
    season = evaluation.season
    line = ancestors_of([evaluation.unit_id])[evaluation.unit_id]
    files = FILES(units=sorted(line), year=season.year - 1, scheme=season.scheme)
    own = [one for one in files if one.unit_id == evaluation.unit_id]
    if own or len(files) < 2:
        return own or files
    nearest = min(line[one.unit_id] for one in files)
    return [one for one in files if line[one.unit_id] == nearest]


def _last_answer(
    one: Evaluation, row: CriterionDefinition, answer: Answer, *, name: str, is_hidden: bool
) -> LastAnswer | None:
    """One answer as it is shown; None when nothing was said."""
    values = AnswerValues.of(answer)
    line = score_line(row, values, stage=ScoringStage.SELF)
    if line.is_missing and not answer.note:
        return None
    year = one.season.year
    if is_hidden:
        return LastAnswer(year, name, ShownLine("", ""), is_hidden=True)
    appraised = None
    if one.appraised_at is not None:
        appraised = shown_line(row, score_line(row, values, stage=ScoringStage.APPRAISED))
    own = shown_line(row, line)
    return LastAnswer(year, name, own, answer.note, appraised, answer.appraisal_note)
