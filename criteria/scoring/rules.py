"""The extra rules a set may switch on, each by its own name; none holds unless the set says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .definitions import BandDefinition, SetDefinition
from .values import LineResult, RuleHit
from .words import RowKind, Stage, Verdict


@dataclass(frozen=True, slots=True)
class RuleCase:
    """What a rule looks at: the set, the lines, the class so far, and the unit's recognition."""

    definition: SetDefinition
    lines: tuple[LineResult, ...]
    band: BandDefinition
    stage: Stage
    recognised: bool | None


Ruling = tuple[BandDefinition, RuleHit | None]
Rule = Callable[[RuleCase], Ruling]
SHEET_RULES: dict[str, Rule] = {}
"""The rules over one sheet, in the order in which they are applied."""

NEEDS_RECOGNITION: Final = "xuat_sac_needs_recognition"
SHARE_RULE: Final = "max_share_excellent"


def rule(code: str) -> Callable[[Rule], Rule]:
    """Register a rule by the code the set uses."""

    def register(function: Rule) -> Rule:
        SHEET_RULES[code] = function
        return function

    return register


@rule(NEEDS_RECOGNITION)
def xuat_sac_needs_recognition(case: RuleCase) -> Ruling:
    """The best class only for a unit recognised under TT 124 in the same year.

    Not known yet: only a warning while the unit scores itself, the next class once appraised.
    Legal: the portal's proposal after the principle of Quyết định 510/QĐ-BCA-V05 that the
    classification rests on how far the criteria of Thông tư 124/2021/TT-BCA are met.
    """
    bands = case.definition.bands
    if case.band != bands[0] or case.recognised:
        return case.band, None
    code = NEEDS_RECOGNITION
    if case.recognised is None and case.stage is Stage.SELF:
        words = f"Chưa có kết quả công nhận của năm: mức {bands[0].label} chỉ là tạm tính."
        return case.band, RuleHit(code, words, is_warning=True)
    words = (
        f"Không được công nhận an toàn về ANTT trong năm: {bands[0].label} thành {bands[1].label}."
    )
    return bands[1], RuleHit(code, words)


@rule("veto_forces_lowest")
def veto_forces_lowest(case: RuleCase) -> Ruling:
    """A veto row that was hit gives the lowest class, whatever the points.

    Legal: the portal's proposal; not read in Quyết định 510/QĐ-BCA-V05.
    """
    hit = [
        line.code
        for line in case.lines
        if line.kind == RowKind.VETO and line.verdict == Verdict.NOT_MET
    ]
    if not hit:
        return case.band, None
    lowest = case.definition.bands[-1]
    words = f"Vướng {', '.join(hit)}: xếp loại {lowest.label}."
    return lowest, RuleHit("veto_forces_lowest", words)


def share_warning(definition: SetDefinition, outcomes: Sequence[str]) -> RuleHit | None:
    """Warn when the best class has more than its share among the units of one decision.

    Compares whole numbers. Legal: the portal's proposal; a province sets the share, else it is off.
    """
    value = definition.rule_value(SHARE_RULE)
    if not value or not outcomes:
        return None
    best = definition.bands[0]
    share = int(value)
    number = sum(outcome == best.code for outcome in outcomes)
    if number * 100 <= share * len(outcomes):
        return None
    words = f"{number}/{len(outcomes)} đơn vị đề nghị {best.label}, vượt tỷ lệ {share} %."
    return RuleHit(SHARE_RULE, words, is_warning=True)


KNOWN_RULES: Final = frozenset({*SHEET_RULES, SHARE_RULE})
