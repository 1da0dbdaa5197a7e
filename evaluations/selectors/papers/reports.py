"""The self-assessment report of one unit, criterion by criterion.

Notes of sensitive rows are never printed; their counts only for who may read them.
"""

from django.utils.timezone import localdate

from antq_portal.lib.documents import (
    CriterionGroup,
    CriterionRow,
    Fact,
    SelfAssessmentReport,
    letters,
)
from antq_portal.lib.text import number_text
from criteria.scoring import CriterionDefinition, verdict_label
from units.models import Kind

from ..share_proposals import share_rows
from ..shares import NOBODY, shares_for
from .heads import kept_by, unit_head
from .sheets import Line, Sheet, UnitFile, conclusion_of, signature_of


def self_assessment_report(
    file: UnitFile, sheet: Sheet, *, with_sensitive_counts: bool
) -> SelfAssessmentReport:
    """Báo cáo kết quả, with one row for each criterion of the set."""
    season = sheet.evaluation.season
    groups = tuple(
        CriterionGroup(
            ref=group.code,
            heading=group.heading,
            rows=tuple(
                _criterion_row(sheet, row, with_counts=with_sensitive_counts) for row in group.rows
            ),
        )
        for group in sheet.definition.groups
    )
    return SelfAssessmentReport(
        letterhead=unit_head(file.version, above=file.above, year=file.year, symbol="BC"),
        subject=file.subject,
        year=file.year,
        addressee=file.appraiser.standing,
        counts_from=season.window_from,
        counts_to=season.window_to,
        facts=(*_unit_facts(file), *_share_facts(sheet)),
        groups=groups,
        conclusion=conclusion_of(sheet.own, year=file.year) or letters.DOTS,
        signatures=(signature_of(file),),
        recipients=("Như trên", kept_by(file.version)),
        provisional=sheet.definition.is_provisional,
    )


def _criterion_row(sheet: Sheet, row: CriterionDefinition, *, with_counts: bool) -> CriterionRow:
    own = sheet.own.lines.get(row.code)
    appraised = sheet.appraised.lines.get(row.code) if sheet.appraised else None
    answer = verdict_label(row, own.verdict) if own else ""
    return CriterionRow(
        ref=row.code,
        requirement=row.text,
        answer=answer,
        basis=_basis(sheet, row, own, with_counts=with_counts, answer=answer),
        appraised=verdict_label(row, appraised.verdict) if appraised else "",
    )


def _basis(
    sheet: Sheet, row: CriterionDefinition, own: Line | None, *, with_counts: bool, answer: str
) -> str:
    """Figures, the unit's own words and where proof is kept; of a sensitive row counts at most."""
    figures = own.answer_text if own and own.answer_text != answer else ""
    if row.is_sensitive:
        return figures if with_counts else ""
    values = sheet.values.get(row.code)
    said = (figures, values.note.strip() if values else "", sheet.references.get(row.code, ""))
    return "; ".join(part.rstrip(".;") for part in said if part)


def _share_facts(sheet: Sheet) -> tuple[Fact, ...]:
    """The shares of a commune's units, as frozen with its decision or of the day; none for other units.

    Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4.
    """
    if not share_rows(sheet.definition):
        return ()
    shares = shares_for(sheet.evaluation)
    frozen = localdate(shares.frozen_at) if shares.frozen_at else None
    source = f"Số liệu chốt ngày {frozen:%d/%m/%Y}" if frozen else shares.source
    line = shares.pooled
    words = f"đăng ký {line.registered_text}, đã có quyết định {line.decided_text}"
    value = f"{source}: {words}" if line.listed else f"{source}: {NOBODY}"
    return (Fact(label="Đơn vị thuộc thẩm quyền (5.4)", value=value),)


def _unit_facts(file: UnitFile) -> tuple[Fact, ...]:
    version, counts = file.version, []
    if version.households is not None:
        counts.append(f"{number_text(version.households)} hộ")
    if version.members is not None:
        counts.append(f"{number_text(version.members)} người")
    day = f" (số liệu chốt ngày {version.counted_on:%d/%m/%Y})" if version.counted_on else ""
    label = "Số hộ, số khẩu" if version.unit.kind == Kind.RESIDENTIAL_AREA else "Quy mô"
    return (
        Fact(label=label, value=", ".join(counts) + (day if counts else "")),
        Fact(label="Người đại diện", value=", ".join(filter(None, file.representative))),
    )
