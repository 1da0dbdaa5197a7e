"""Questions about the law as data: which set holds, what it says, who appraises and decides."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db.models import Q, Value

from antq_portal.lib.dates import date_text
from antq_portal.lib.prepared import Prepared
from units.coverage import Scheme
from units.models import Kind, ManagingLevel, Unit, UnitVersion
from units.selectors import acting_units, government_above, managing_unit_ids, units_managed_by

from .exceptions import AuthorityUnknown
from .models import (
    AuthorityRule,
    Band,
    CriteriaSet,
    Criterion,
    CriterionKind,
    Delegation,
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
    """The rule for one unit on one day, and the units that list, appraise and decide by it."""

    rule: AuthorityRule
    managing_unit_id: int
    """Whose list the unit stands on and whose officers enter for it ("thuộc thẩm quyền")."""
    appraising_unit_id: int
    deciding_unit_id: int
    delegation_id: int | None = None
    """The delegation by which the three stand in for the authority of the rule."""


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

    A delegation in force puts the delegate in the place of all three. The versions' `unit` is
    loaded. Three queries: the rules, the units above, the delegations.
    Legal: Thông tư 124/2021/TT-BCA Điều 10.
    """
    versions = list(versions)
    book = _rule_book(scheme, day, {version.unit.province_id for version in versions})
    ruled: list[tuple[UnitVersion, AuthorityRule]] = []
    for version in versions:
        key = (version.unit.kind, version.managing_level)
        rule = book.get((*key, version.unit.province_id)) or book.get((*key, None))
        if rule is not None:
            ruled.append((version, rule))
    found = [version for version, _ in ruled]
    above = government_above(found)
    managing = managing_unit_ids(found, above=above)
    acting = {
        level: acting_units(found, level, above=above)
        for level in {
            at for _, rule in ruled for at in (rule.appraising_level, rule.deciding_level)
        }
    }
    answers = {}
    for version, rule in ruled:
        appraising = acting[rule.appraising_level].get(version.unit_id)
        deciding = acting[rule.deciding_level].get(version.unit_id)
        if appraising is not None and deciding is not None:
            manager = managing.get(version.unit_id, appraising)
            answers[version.unit_id] = AuthorityAnswer(rule, manager, appraising, deciding)
    return _with_delegations(answers, found, day)


def units_under(authority: Unit, day: dt.date) -> list[UnitVersion]:
    """Units whose year this unit of government answers for on that day, in Vietnamese order.

    Those it manages, without what it has delegated and with what was delegated to it; alive,
    `unit` loaded. Legal: "thuộc thẩm quyền hoặc được ủy quyền quản lý", Thông tư 124/2021/TT-BCA
    Điều 5 khoản 4, Điều 10 khoản 5.
    """
    own = units_managed_by(authority, day)
    held = Delegation.objects.in_force(day).filter(
        Q(delegating_unit=authority) | Q(delegate=authority)
    )
    delegations = list(held.select_related("delegating_unit"))
    if not delegations:
        return own
    paths = _paths_of(delegations, day)
    given = [one for one in delegations if one.delegating_unit_id == authority.pk]
    kept = [one for one in own if _delegation_for(one, given, paths) is None]
    for one in delegations:
        if one.delegate_id == authority.pk:
            theirs = units_managed_by(one.delegating_unit, day)
            kept += [unit for unit in theirs if _delegation_for(unit, [one], paths)]
    found = {version.unit_id: version for version in kept}
    return sorted(found.values(), key=lambda version: (version.sort_key, version.pk))


def _with_delegations(
    answers: dict[int, AuthorityAnswer], versions: Sequence[UnitVersion], day: dt.date
) -> dict[int, AuthorityAnswer]:
    """Put each delegate in the place of the authority that delegated."""
    deciding = {answer.deciding_unit_id for answer in answers.values()}
    delegations = DELEGATIONS(day=day, deciding=sorted(deciding))
    if not delegations:
        return answers
    paths = _paths_of(delegations, day)
    for version in versions:
        answer = answers.get(version.unit_id)
        if answer is None:
            continue
        given = [one for one in delegations if one.delegating_unit_id == answer.deciding_unit_id]
        found = _delegation_for(version, given, paths)
        if found:
            to = found.delegate_id
            answers[version.unit_id] = AuthorityAnswer(answer.rule, to, to, to, found.pk)
    return answers


def _paths_of(delegations: Iterable[Delegation], day: dt.date) -> dict[int, str]:
    """Where the delegates lie, by unit id; one query."""
    delegates = [one.delegate_id for one in delegations]
    found = UnitVersion.objects.in_force(day).filter(unit__in=delegates)
    return dict(found.values_list("unit", "path"))


def _delegation_for(
    version: UnitVersion, delegations: Sequence[Delegation], paths: Mapping[int, str]
) -> Delegation | None:
    """The delegation that hands this unit down: it names the unit, or its kind where it lies."""
    for one in sorted(delegations, key=lambda found: found.unit_id is None):
        if one.unit_id not in (None, version.unit_id) or version.unit.kind not in one.kinds:
            continue
        if version.path.startswith(paths.get(one.delegate_id, "-")):
            return one
    return None


RULES: Final = Prepared(
    lambda scheme, day, provinces: AuthorityRule.objects.filter(
        Q(province=None) | Q(province__in=provinces), scheme=scheme, effective_from__lte=day
    ).order_by("effective_from")
)
DELEGATIONS: Final = Prepared(
    lambda day, deciding: Delegation.objects.in_force(day).filter(delegating_unit__in=deciding)
)


def _rule_book(
    scheme: str, day: dt.date, province_ids: set[int | None]
) -> dict[tuple[str, str, int | None], AuthorityRule]:
    """The rule in force for each (kind, managing level, province or None for the whole nation)."""
    provinces = sorted(found for found in province_ids if found is not None)
    return {
        (rule.unit_kind, rule.managing_level, rule.province_id): rule
        for rule in RULES(scheme=scheme, day=day, provinces=provinces)
    }


def _unknown(scheme: str, kind: str, managing_level: str, day: dt.date) -> str:
    return (
        f"Chưa có quy định thẩm quyền cho {Kind(kind).label.lower()} do "
        f"{ManagingLevel(managing_level).label.lower()} quản lý, chế độ “{Scheme(scheme).label}”, "
        f"ngày {date_text(day)}. Quản trị bổ sung quy định rồi làm lại."
    )
