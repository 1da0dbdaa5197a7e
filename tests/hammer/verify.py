"""What must be true of the database afterwards, whatever happened on the way."""

from collections import Counter, defaultdict

from accounts.models import AuditEvent
from accounts.services import broken_links
from evaluations.models import Answer, AnswerChange, Evaluation, TransitionLog
from evaluations.services.answer_history import plain
from evaluations.workflow import Status
from units.coverage import Scheme

from .clients import Record, Told


def wrongs(record: Record) -> list[str]:
    """Every sentence that contradicts what somebody was told, or what must always hold."""
    return [
        *record.oddities,
        *lost_saves(record),
        *lost_reasons(record),
        *broken_chains(),
        *half_acts(),
        *(f"audit: {one}" for one in broken_links()),
    ]


def lost_saves(record: Record) -> list[str]:
    """Words of which somebody was told "saved" and that are not there, or there twice, or elsewhere."""
    found: dict[str, list[AnswerChange]] = defaultdict(list)
    for change in AnswerChange.objects.select_related("answer"):
        for name in ("note", "appraisal_note"):
            words = change.after.get(name)
            if words and words != change.before.get(name):
                found[words].append(change)
    return [
        f"{told} is stored as {[(one.answer_id, one.version) for one in found[told.words]]}"
        for told in record.told
        if told.what in ("save", "conclude") and not _is_there_once(told, found[told.words])
    ]


def _is_there_once(told: Told, changes: list[AnswerChange]) -> bool:
    if len(changes) != 1:
        return False
    [change] = changes
    answer = change.answer
    is_its_own = (change.by_id, answer.criterion_id) == (told.user_id, told.criterion_id)
    return is_its_own and told.version in (0, change.version)


def lost_reasons(record: Record) -> list[str]:
    """Reasons of acknowledged returns and reopenings that are not in the log, once for each part."""
    rows = TransitionLog.objects.exclude(note="").values_list("note", "evaluation")
    notes = Counter(rows)
    by_note = Counter(note for note, _ in notes)
    missing = [
        f"{told}: its reason is in the log {by_note[told.words]} times"
        for told in record.told
        if told.what in ("return", "reopen") and by_note[told.words] == 0
    ]
    twice = [f"{pair} is in the log {count} times" for pair, count in notes.items() if count > 1]
    silent = TransitionLog.objects.filter(action__in=("return", "reopen"), note="").count()
    return missing + twice + ([f"{silent} returns without a reason"] if silent else [])


def broken_chains() -> list[str]:
    """Answers whose changes leave a gap, do not follow from each other, or do not lead to what is stored."""
    found = []
    rows = Answer.objects.prefetch_related("changes")
    doubled = Counter(rows.values_list("evaluation", "criterion"))
    found += [f"{place} has {count} answers" for place, count in doubled.items() if count > 1]
    for answer in rows:
        changes = sorted(answer.changes.all(), key=lambda one: one.version)
        if [one.version for one in changes] != list(range(1, answer.version + 1)):
            found.append(f"answer {answer.pk}: versions {[one.version for one in changes]}")
            continue
        values: dict[str, object] = {}
        for change in changes:
            known = {name: v for name, v in change.before.items() if name in values}
            if not _are_equal(values, known):
                found.append(f"answer {answer.pk} v{change.version}: before {known}")
            values |= change.after
        stored = plain({name: getattr(answer, name) for name in values})
        if not _are_equal(stored, values):
            found.append(f"answer {answer.pk}: stored {stored}, its last change left {values}")
    return found


def _are_equal(stored: dict[str, object], left: dict[str, object]) -> bool:
    """Points count as numbers: "5" and "5.00" are the same."""
    return all(
        stored[name] == value or _number(stored[name]) == _number(value) is not None
        for name, value in left.items()
    )


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def half_acts() -> list[str]:
    """Files whose log does not lead to their state, whose parts went apart, or acts without an audit row."""
    found = []
    states: dict[int, dict[str, str]] = defaultdict(dict)
    for one in Evaluation.objects.select_related("season").prefetch_related("log"):
        state = Status.DRAFT
        for step in sorted(one.log.all(), key=lambda row: row.pk):
            if step.from_status != state:
                found.append(f"evaluation {one.pk}: {state}, then {step}")
            state = step.to_status
        if state != one.status:
            found.append(f"evaluation {one.pk} is {one.status}, its log says {state}")
        states[one.unit_id][one.season.scheme] = one.status
    found += [
        f"unit {unit}: {parts}"
        for unit, parts in states.items()
        if parts[Scheme.RECOGNITION] != parts[Scheme.CLASSIFICATION]
    ]
    steps = TransitionLog.objects.count()
    audited = AuditEvent.objects.filter(act__startswith="evaluation.").count()
    return found + ([f"{steps} steps, {audited} in the audit"] if steps != audited else [])
