"""Questions about the law as data: which set holds, what it says, who appraises and decides."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q, Value

from antq_portal.lib.dates import date_text
from units.coverage import Scheme
from units.models import Kind, ManagingLevel, UnitVersion
from units.selectors import acting_units

from .exceptions import AuthorityUnknown
from .models import (
    AuthorityRule,
    Band,
    CriteriaSet,
    Criterion,
    CriterionKind,
    ExceptionGround,
    Level,
    SetRule,
)
from .scoring import (
    BandDefinition,
    CriterionDefinition,
    ExceptionDefinition,
    GroupDefinition,
    LevelDefinition,
    RuleDefinition,
    SetDefinition,
)

GROUP_PREFIX = "nhóm "
"""Put before a group's code in the table, so that a group and its only row may share a code."""


@dataclass(frozen=True, slots=True)
class AuthorityAnswer:
    """The rule for one unit on one day, and the units that appraise and decide by it."""

    rule: AuthorityRule
    appraising_unit_id: int
    deciding_unit_id: int


def criteria_set_in_force(
    *, scheme: str, kind: str, day: dt.date, province_id: int | None
) -> CriteriaSet | None:
    """The published set for that kind on that day: the province's own before the ministry's."""
    return CriteriaSet.objects.in_force(
        scheme=scheme, kind=kind, day=day, province_id=province_id
    ).first()


def definition_of(criteria_set: CriteriaSet) -> SetDefinition:
    """The whole set as one frozen tree, with the ids of its rows.

    Four queries; none once it was read in this process, for published sets do not change.
    """
    if criteria_set.published_at is None:
        return _definition(criteria_set)
    return _published_definition(criteria_set, criteria_set.source_sha256)


@lru_cache(maxsize=256)
def _published_definition(criteria_set: CriteriaSet, source_sha256: str) -> SetDefinition:
    """Kept by primary key (what makes two rows equal) and content."""
    return _definition(criteria_set)


def _definition(criteria_set: CriteriaSet) -> SetDefinition:
    rules, grounds = _rules_and_grounds(criteria_set)
    groups, disabled = _groups(criteria_set, grounds)
    return SetDefinition(
        id=criteria_set.pk,
        code=criteria_set.code,
        scheme=criteria_set.scheme,
        title=criteria_set.title,
        regulation_number=criteria_set.regulation_number,
        legal_ref=criteria_set.legal_ref,
        effective_from=criteria_set.effective_from,
        provenance=criteria_set.provenance,
        notice=criteria_set.notice,
        is_provisional=criteria_set.is_provisional,
        declared_total=criteria_set.declared_total,
        bonus_cap=criteria_set.bonus_cap,
        na_rule=criteria_set.na_rule,
        groups=groups,
        disabled_rows=disabled,
        bands=_bands(criteria_set),
        rules=rules,
        window_from=criteria_set.window_from,
        window_to=criteria_set.window_to,
        register_by=criteria_set.register_by,
        decide_before=criteria_set.decide_before,
    )


def _bands(criteria_set: CriteriaSet) -> tuple[BandDefinition, ...]:
    bands = Band.objects.filter(criteria_set=criteria_set).order_by("position")
    return tuple(
        BandDefinition(band.code, band.label, band.position, band.min_points) for band in bands
    )


def _rules_and_grounds(
    criteria_set: CriteriaSet,
) -> tuple[tuple[RuleDefinition, ...], dict[str, ExceptionDefinition]]:
    """The two short lists of a set in one query."""
    rules = SetRule.objects.filter(criteria_set=criteria_set).order_by()
    grounds = ExceptionGround.objects.filter(criteria_set=criteria_set).order_by()
    found = rules.annotate(sort=Value("rule")).values_list("sort", "code", "value")
    found = found.union(
        grounds.annotate(sort=Value("ground")).values_list("sort", "code", "label"), all=True
    )
    pairs = sorted(found)
    return (
        tuple(RuleDefinition(code, text) for sort, code, text in pairs if sort == "rule"),
        {code: ExceptionDefinition(code, text) for sort, code, text in pairs if sort == "ground"},
    )


def _groups(
    criteria_set: CriteriaSet, grounds: dict[str, ExceptionDefinition]
) -> tuple[tuple[GroupDefinition, ...], tuple[CriterionDefinition, ...]]:
    """Groups with their rows in use, and the rows switched off: two queries."""
    levels = defaultdict(list)
    for level in Level.objects.filter(criterion__criteria_set=criteria_set).order_by("position"):
        levels[level.criterion_id].append(LevelDefinition(level.points, level.when))
    rows: dict[int, list[CriterionDefinition]] = defaultdict(list)
    heads: list[Criterion] = []
    disabled: list[CriterionDefinition] = []
    for criterion in Criterion.objects.filter(criteria_set=criteria_set).order_by("position"):
        if criterion.kind == CriterionKind.GROUP:
            heads.append(criterion)
            continue
        row = _row(criterion, heads[-1], tuple(levels[criterion.pk]), grounds)
        (rows[heads[-1].pk] if row.is_enabled else disabled).append(row)
    groups = (
        GroupDefinition(
            id=head.pk,
            code=head.code.removeprefix(GROUP_PREFIX),
            heading=head.text,
            legal_ref=head.legal_ref,
            note=head.local_note,
            rows=tuple(rows[head.pk]),
        )
        for head in heads
    )
    return tuple(groups), tuple(disabled)


def _row(
    criterion: Criterion,
    head: Criterion,
    levels: tuple[LevelDefinition, ...],
    grounds: dict[str, ExceptionDefinition],
) -> CriterionDefinition:
    return CriterionDefinition(
        id=criterion.pk,
        code=criterion.code,
        position=criterion.position,
        group_code=head.code.removeprefix(GROUP_PREFIX),
        kind=criterion.kind,
        answer_type=criterion.answer_type,
        text=criterion.text,
        legal_ref=criterion.legal_ref,
        origin=criterion.origin,
        is_enabled=criterion.is_enabled,
        is_sensitive=criterion.is_sensitive,
        max_points=criterion.max_points,
        levels=levels,
        threshold_percent=criterion.threshold_percent,
        minimum=criterion.minimum,
        numerator_label=criterion.numerator_label,
        denominator_label=criterion.denominator_label,
        counters=tuple(criterion.counters),
        parts=tuple(criterion.parts),
        na_condition=criterion.na_condition,
        exceptions=tuple(grounds[code] for code in criterion.exceptions),
        fields=tuple(criterion.fields),
        evidence=tuple(criterion.evidence),
        prefill=criterion.prefill,
        proposal_rule=criterion.proposal_rule,
        proposal_sources=tuple(criterion.proposal_sources),
        proposal_steps=tuple(criterion.proposal_steps),
        local_note=criterion.local_note,
    )


def authority_for(
    *, scheme: str, kind: str, managing_level: str, province_id: int | None, day: dt.date
) -> AuthorityRule:
    """The rule that holds on that day; raises AuthorityUnknown when there is none.

    Legal: Thông tư 124/2021/TT-BCA Điều 9, Điều 10.
    """
    rule = AuthorityRule.objects.in_force(
        scheme=scheme, kind=kind, managing_level=managing_level, day=day, province_id=province_id
    ).first()
    if rule is None:
        raise AuthorityUnknown(_unknown(scheme, kind, managing_level, day))
    return rule


def authority_units(version: UnitVersion, *, scheme: str, day: dt.date) -> AuthorityAnswer:
    """Rule and acting units for one version whose `unit` is loaded; raises AuthorityUnknown."""
    answer = authority_units_of([version], scheme=scheme, day=day).get(version.unit_id)
    if answer is not None:
        return answer
    rule = authority_for(
        scheme=scheme,
        kind=version.unit.kind,
        managing_level=version.managing_level,
        province_id=version.unit.province_id,
        day=day,
    )
    levels = {ManagingLevel(rule.appraising_level).label, ManagingLevel(rule.deciding_level).label}
    named = " và ".join(sorted(str(label) for label in levels))
    raise AuthorityUnknown(f"{version.name} không thuộc đơn vị nào ở {named.lower()}.")


def authority_units_of(
    versions: Iterable[UnitVersion], *, scheme: str, day: dt.date
) -> dict[int, AuthorityAnswer]:
    """Rules and acting units of many versions, by unit id; units without are absent.

    One query for the rules and one for each level that acts. The versions' `unit` is loaded.
    """
    versions = list(versions)
    book = _rule_book(scheme, day, {version.unit.province_id for version in versions})
    ruled: list[tuple[UnitVersion, AuthorityRule]] = []
    for version in versions:
        key = (version.unit.kind, version.managing_level)
        rule = book.get((*key, version.unit.province_id)) or book.get((*key, None))
        if rule is not None:
            ruled.append((version, rule))
    acting = {
        level: acting_units([version for version, _ in ruled], level)
        for level in {
            at for _, rule in ruled for at in (rule.appraising_level, rule.deciding_level)
        }
    }
    answers = {}
    for version, rule in ruled:
        appraising = acting[rule.appraising_level].get(version.unit_id)
        deciding = acting[rule.deciding_level].get(version.unit_id)
        if appraising is not None and deciding is not None:
            answers[version.unit_id] = AuthorityAnswer(rule, appraising, deciding)
    return answers


def _rule_book(
    scheme: str, day: dt.date, province_ids: set[int | None]
) -> dict[tuple[str, str, int | None], AuthorityRule]:
    """The rule in force for each (kind, managing level, province or None for the whole nation)."""
    rules = AuthorityRule.objects.filter(scheme=scheme, effective_from__lte=day).filter(
        Q(province=None) | Q(province__in=province_ids - {None})
    )
    return {
        (rule.unit_kind, rule.managing_level, rule.province_id): rule
        for rule in rules.order_by("effective_from")
    }


def _unknown(scheme: str, kind: str, managing_level: str, day: dt.date) -> str:
    return (
        f"Chưa có quy định thẩm quyền cho {Kind(kind).label.lower()} do "
        f"{ManagingLevel(managing_level).label.lower()} quản lý, chế độ “{Scheme(scheme).label}”, "
        f"ngày {date_text(day)}. Quản trị bổ sung quy định rồi làm lại."
    )
