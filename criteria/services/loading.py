"""The reviewed files of the law into the tables: all or nothing, never over a published set."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from units.coverage import Scheme

from ..exceptions import CriteriaRefused
from ..models import (
    AuthorityRule,
    Band,
    CriteriaSet,
    Criterion,
    CriterionKind,
    ExceptionGround,
    Level,
    SetRule,
)
from ..scoring import AnswerKind, CriterionDefinition
from ..selectors import GROUP_PREFIX
from ..sources import (
    AUTHORITY_FILE,
    REGULATIONS,
    AuthoritySource,
    Faults,
    SetSource,
    read_authority,
    read_set,
    set_problems,
)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: codes of sets published and left alone, and how many authority rules moved."""

    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    authority_written: int
    authority_unchanged: int


@transaction.atomic
def load_criteria(paths: Sequence[Path] | None = None) -> LoadReport:
    """Load and publish the criteria sets and authority rules of the files; all of ours by default.

    A set already published with the same content is left alone. Raises CriteriaRefused, with
    every fault of every file, and writes nothing, when a file is wrong or would change a
    published set. Legal: Thông tư 124/2021/TT-BCA; Quyết định 510/QĐ-BCA-V05.
    """
    if paths is None:
        paths = sorted(REGULATIONS.glob("*.yaml"))
    problems: list[str] = []
    authority_paths = [path for path in paths if path.name == AUTHORITY_FILE]
    sources = _read_sets([path for path in paths if path not in authority_paths], problems)
    rules = _read_rules(authority_paths, problems)
    published = _published(sources)
    for source in sources:
        problems += _change_of_published(source, published)
    if problems:
        raise CriteriaRefused(problems)
    fresh = [source for source in sources if _key(source) not in published]
    for source in fresh:
        _publish(source)
    return LoadReport(
        published=tuple(source.definition.code for source in fresh),
        unchanged=tuple(s.definition.code for s in sources if s not in fresh),
        **_write_rules(rules),
    )


def _read_sets(paths: Sequence[Path], problems: list[str]) -> list[SetSource]:
    """The sets of the files; what is wrong with them goes to `problems`."""
    read: list[tuple[SetSource, Faults]] = []
    for path in paths:
        faults = Faults(f"tệp {path.name}")
        source = read_set(path, faults)
        problems += faults.lines
        if source is not None and not faults.lines:
            _check_name(source, problems)
            read.append((source, Faults(faults.place)))
    sources = [source for source, _ in read]
    for source, faults in read:
        for where, message in set_problems(source, _answer_types(source, sources)):
            faults.add(where, message)
        problems += faults.lines
    return sources


def _check_name(source: SetSource, problems: list[str]) -> None:
    expected = f"{source.definition.code}@{source.definition.effective_from}.yaml"
    if source.path.parent == REGULATIONS and source.path.name != expected:
        problems.append(f"tệp {source.path.name}: phải tên là {expected}")


def _answer_types(source: SetSource, sources: Iterable[SetSource]) -> dict[str, str] | None:
    """Row codes and answer types of the recognition sets for the same kinds, here or published."""
    kinds = set(source.unit_kinds)
    found: dict[str, str] = {}
    is_known = False
    for other in sources:
        if other.definition.scheme == Scheme.RECOGNITION and kinds <= set(other.unit_kinds):
            is_known = True
            found |= {row.code: row.answer_type for row in other.all_rows}
    if is_known:
        return found
    stored = Criterion.objects.filter(
        criteria_set__scheme=Scheme.RECOGNITION,
        criteria_set__unit_kinds__contains=list(kinds),
        criteria_set__published_at__isnull=False,
    ).exclude(kind=CriterionKind.GROUP)
    return dict(stored.values_list("code", "answer_type")) or None


def _key(source: SetSource) -> tuple[str, object]:
    return (source.definition.code, source.definition.effective_from)


def _published(sources: Sequence[SetSource]) -> dict[tuple[str, object], str]:
    """Hashes of the published sets that the files name, by code and first day."""
    codes = [source.definition.code for source in sources]
    stored = CriteriaSet.objects.filter(code__in=codes)
    return {
        (code, first): sha
        for code, first, sha in stored.filter(published_at__isnull=False).values_list(
            "code", "effective_from", "source_sha256"
        )
    }


def _change_of_published(source: SetSource, published: dict[tuple[str, object], str]) -> list[str]:
    stored = published.get(_key(source))
    if stored in (None, source.sha256):
        return []
    message = (
        f"tệp {source.path.name}, bộ {source.definition.code}: bộ đã công bố không sửa được; "
        f"đã công bố {stored}, tệp này {source.sha256}. Sửa thì lập bộ mới, ngày hiệu lực mới."
    )
    return [message]


def _publish(source: SetSource) -> None:
    """Write one set with all its rows, then publish it: from here on the database freezes it."""
    definition = source.definition
    CriteriaSet.objects.filter(
        code=definition.code, effective_from=definition.effective_from, published_at=None
    ).delete()
    criteria_set = CriteriaSet(
        code=definition.code,
        scheme=definition.scheme,
        unit_kinds=list(source.unit_kinds),
        title=definition.title,
        regulation_number=definition.regulation_number,
        regulation_issued_on=source.regulation_issued_on,
        legal_ref=definition.legal_ref,
        effective_from=definition.effective_from,
        last_season=source.last_season,
        provenance=definition.provenance,
        provenance_note=source.provenance_note,
        declared_total=definition.declared_total,
        bonus_cap=definition.bonus_cap,
        na_rule=definition.na_rule,
        window_from=definition.window_from,
        window_to=definition.window_to,
        register_by=definition.register_by,
        decide_before=definition.decide_before,
        source_sha256=source.sha256,
    )
    criteria_set.full_clean()
    criteria_set.save()
    _write_rows(criteria_set, source)
    _write_lists(criteria_set, source)
    criteria_set.published_at = timezone.now()
    criteria_set.save(update_fields=["published_at"])


def _write_rows(criteria_set: CriteriaSet, source: SetSource) -> None:
    """The groups, the rows below them, and the levels of the rows."""
    rows_of = _rows_by_group(source)
    heads = {
        group.code: Criterion(
            criteria_set=criteria_set,
            code=f"{GROUP_PREFIX}{group.code}",
            position=rows_of[group.code][0].position - 1,
            kind=CriterionKind.GROUP,
            answer_type=AnswerKind.NONE,
            text=group.heading,
            legal_ref=group.legal_ref,
            local_note=group.note,
        )
        for group in source.definition.groups
    }
    Criterion.objects.bulk_create(heads.values())
    rows = {
        row.code: _criterion(row, criteria_set, heads[row.group_code]) for row in source.all_rows
    }
    Criterion.objects.bulk_create(rows.values())
    Level.objects.bulk_create(
        Level(criterion=rows[row.code], position=place, points=level.points, when=level.when)
        for row in source.all_rows
        for place, level in enumerate(row.levels, start=1)
    )


def _rows_by_group(source: SetSource) -> dict[str, list[CriterionDefinition]]:
    rows: dict[str, list[CriterionDefinition]] = {}
    for row in source.all_rows:
        rows.setdefault(row.group_code, []).append(row)
    return rows


def _criterion(row: CriterionDefinition, criteria_set: CriteriaSet, head: Criterion) -> Criterion:
    same = (
        "code", "position", "kind", "answer_type", "text", "legal_ref", "origin", "is_enabled",
        "is_sensitive", "max_points", "threshold_percent", "minimum", "numerator_label",
        "denominator_label", "na_condition", "prefill", "proposal_rule", "local_note",
    )  # fmt: skip
    lists = ("counters", "parts", "fields", "evidence", "proposal_sources", "proposal_steps")
    return Criterion(
        criteria_set=criteria_set,
        parent=head,
        exceptions=[ground.code for ground in row.exceptions],
        **{name: getattr(row, name) for name in same},
        **{name: list(getattr(row, name)) for name in lists},
    )


def _write_lists(criteria_set: CriteriaSet, source: SetSource) -> None:
    """Bands, extra rules and grounds of exception."""
    Band.objects.bulk_create(
        Band(
            criteria_set=criteria_set,
            code=band.code,
            label=band.label,
            position=band.position,
            min_points=band.min_points,
        )
        for band in source.definition.bands
    )
    SetRule.objects.bulk_create(
        SetRule(criteria_set=criteria_set, code=rule.code, value=rule.value)
        for rule in source.definition.rules
    )
    ExceptionGround.objects.bulk_create(
        ExceptionGround(criteria_set=criteria_set, code=ground.code, label=ground.label)
        for ground in source.exceptions
    )


def _read_rules(paths: Sequence[Path], problems: list[str]) -> list[AuthoritySource]:
    rules: list[AuthoritySource] = []
    for path in paths:
        faults = Faults(f"tệp {path.name}")
        rules += read_authority(path, faults)
        problems += faults.lines
    return rules


def _write_rules(rules: Sequence[AuthoritySource]) -> dict[str, int]:
    """Write the nation-wide authority rules as the file has them; provinces' own are not touched.

    Rules the file no longer names stay: what was decided under them rests on them.
    """
    stored = {
        (rule.scheme, rule.unit_kind, rule.managing_level, rule.effective_from): rule
        for rule in AuthorityRule.objects.filter(province=None)
    }
    written: list[AuthorityRule] = []
    for source in rules:
        values = asdict(source)
        rule = stored.get(source.key) or AuthorityRule()
        if rule.pk and all(getattr(rule, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(rule, name, value)
        rule.clean_fields()
        written.append(rule)
    # The reader of the file has checked the values; the constraints are the database's to hold.
    for rule in written:
        if rule.pk:
            rule.save()
    AuthorityRule.objects.bulk_create(rule for rule in written if rule.pk is None)
    return {"authority_written": len(written), "authority_unchanged": len(rules) - len(written)}
