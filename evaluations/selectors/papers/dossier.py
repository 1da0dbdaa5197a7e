"""One unit's dossier, bound: registration, report, score sheet, minutes, proposal.

Filled from the unit's file and signed by hand; what is not known is left open for the pen.
Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 2; Quyết định 510/QĐ-BCA-V05 Điều 11.
"""

import datetime as dt
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from antq_portal.lib.dates import official_date
from antq_portal.lib.documents import (
    Fact,
    Paper,
    RegistrationForm,
    Signature,
    UnitProposal,
    letters,
    wording,
)
from antq_portal.lib.text import number_text, share_text
from criteria.scoring import Verdict
from units.models import Kind

from ...models import Evaluation, Registration
from .heads import BY_HAND, kept_by, unit_head
from .minutes import assessment_minutes
from .reports import self_assessment_report
from .score_sheets import score_sheet
from .sheets import Sheet, UnitFile, conclusion_of, signature_of, unit_file

PEOPLE: Final = MappingProxyType(
    {
        Kind.AGENCY: "cán bộ, công chức, viên chức, người lao động",
        Kind.ENTERPRISE: "cán bộ, người lao động",
        Kind.EDUCATIONAL_INSTITUTION: "cán bộ, giáo viên, nhân viên, người học",
    }
)
"""Who is told of the rules and criteria in each kind of unit. Legal: Thông tư 124/2021/TT-BCA Điều 6, Điều 7."""

UNDERTAKINGS: Final = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: (
            "100 % hộ gia đình đăng ký và thực hiện xây dựng khu dân cư đạt tiêu chuẩn",
            (
                "Chấp hành đầy đủ chủ trương của Đảng, chính sách, pháp luật của Nhà nước và quy định "
                "của địa phương về an ninh, trật tự"
            ),
            "Không để xảy ra các vụ việc về an ninh, trật tự mà tiêu chuẩn đã nêu",
            "Tham gia hiệu quả phòng, chống tội phạm, tệ nạn xã hội và vi phạm pháp luật khác",
        ),
        Kind.COMMUNE: (
            "100 % đơn vị thuộc thẩm quyền đăng ký, ít nhất 70 % được công nhận đạt tiêu chuẩn",
            "Xây dựng, duy trì ít nhất 01 mô hình phong trào hoạt động hiệu quả",
            "Không để xảy ra các vụ việc về an ninh, trật tự mà tiêu chuẩn đã nêu",
        ),
    }
)
OTHER_UNDERTAKINGS: Final = (
    "100 % thành viên được phổ biến nội quy, quy định và các tiêu chí của tiêu chuẩn",
    (
        "Chấp hành đầy đủ chủ trương của Đảng, chính sách, pháp luật của Nhà nước và quy định của địa "
        "phương về an ninh, trật tự"
    ),
    "Xây dựng, duy trì ít nhất 01 mô hình phong trào hoạt động hiệu quả",
    "Không để xảy ra các vụ việc về an ninh, trật tự mà tiêu chuẩn đã nêu",
)


def dossier_papers(
    evaluations: Sequence[Evaluation], *, with_sensitive_counts: bool
) -> tuple[Paper, ...]:
    """The papers of one unit's dossier, in the order they are bound.

    Recognition: registration, report, minutes, proposal; classification: score sheet.
    """
    file = unit_file(evaluations)
    papers: list[Paper] = []
    if file.recognition:
        report = self_assessment_report(
            file, file.recognition, with_sensitive_counts=with_sensitive_counts
        )
        papers += [registration_form(file), report]
    if file.classification:
        papers.append(score_sheet(file, file.classification))
    papers.append(assessment_minutes(file))
    if file.recognition:
        papers.append(unit_proposal(file, file.recognition))
    return tuple(papers)


def registration_form(file: UnitFile) -> RegistrationForm:
    """Bản đăng ký phấn đấu; what is not yet known is left open for the pen."""
    row = file.registration
    day = row.registered_on if row else None
    extra = (
        (Signature(capacity=("XÁC NHẬN CỦA CHI BỘ", "BÍ THƯ"), hint=BY_HAND),)
        if file.version.unit.kind == Kind.RESIDENTIAL_AREA
        else ()
    )
    return RegistrationForm(
        letterhead=unit_head(file.version, above=file.above, year=file.year, day=day),
        subject=file.subject,
        year=file.year,
        addressee=file.appraiser.standing,
        facts=_registration_facts(file),
        undertakings=UNDERTAKINGS.get(Kind(file.version.unit.kind), OTHER_UNDERTAKINGS),
        signatures=(*extra, signature_of(file)),
    )


def _registration_facts(file: UnitFile) -> tuple[Fact, ...]:
    """What the unit registers with, as its kind does."""
    kind, row = Kind(file.version.unit.kind), file.registration
    if kind == Kind.RESIDENTIAL_AREA:
        facts = (*_household_facts(row), _resolution(row, "Nghị quyết của chi bộ"))
    else:
        board = "Đảng ủy" if kind in (Kind.COMMUNE, Kind.DISTRICT) else "cấp ủy"
        facts = (
            _resolution(row, f"Nghị quyết của {board}"),
            Fact(
                label="Kế hoạch về an ninh, trật tự",
                value=_numbered(row.plan_number, row.plan_on) if row else "",
            ),
            *_people_facts(row, kind),
        )
    return (
        *facts,
        Fact(label="Người đại diện", value=", ".join(filter(None, file.representative))),
    )


def _household_facts(row: Registration | None) -> tuple[Fact, ...]:
    total = row.households_total if row else None
    part = row.households_registered if row else None
    counted = f" (số liệu chốt ngày {row.counted_on:%d/%m/%Y})" if row and row.counted_on else ""
    registered = (
        f"{number_text(part)} hộ, đạt {share_text(part, total or 0)}" if part is not None else ""
    )
    return (
        Fact(
            label="Tổng số hộ",
            value=f"{number_text(total)} hộ{counted}" if total is not None else "",
        ),
        Fact(label="Số hộ đăng ký tham gia", value=registered),
    )


def _people_facts(row: Registration | None, kind: Kind) -> tuple[Fact, ...]:
    """Who belongs to the unit and how many of them were told; nothing for a commune."""
    if kind not in PEOPLE:
        return ()
    total = row.people_total if row else None
    part = row.people_informed if row else None
    informed = (
        f"{number_text(part)} người, đạt {share_text(part, total or 0)}" if part is not None else ""
    )
    return (
        Fact(
            label=f"Tổng số {PEOPLE[kind]}",
            value=f"{number_text(total)} người" if total is not None else "",
        ),
        Fact(label="Số người được phổ biến nội quy, quy định, tiêu chí", value=informed),
    )


def _resolution(row: Registration | None, label: str) -> Fact:
    if row and not row.has_party:
        return Fact(label=label, value="đơn vị không có tổ chức đảng")
    return Fact(
        label=label, value=_numbered(row.resolution_number, row.resolution_on) if row else ""
    )


def _numbered(number: str, day: dt.date | None) -> str:
    """Number and day of a paper: "số 05/KH ngày 12/01/2026"; empty while the number is open."""
    if not number:
        return ""
    return f"số {number} ngày {day:%d/%m/%Y}" if day else f"số {number}"


def unit_proposal(file: UnitFile, sheet: Sheet) -> UnitProposal:
    """Tờ trình đề nghị xét duyệt, công nhận."""
    subject, year = file.subject, file.year
    held = sheet.evaluation.meeting_on
    minutes = f" {official_date(held)}" if held else ""
    result = conclusion_of(sheet.own, year=year)
    said = (
        f" tự đánh giá: {result[:1].lower()}{result[1:]}"
        if result
        else f" tự đánh giá: {letters.DOTS}"
    )
    return UnitProposal(
        letterhead=unit_head(file.version, above=file.above, year=year, symbol="TTr"),
        subject=subject,
        year=year,
        addressee=file.appraiser.standing,
        bases=(
            wording.CIRCULAR_124,
            f"Căn cứ Biên bản họp đánh giá{minutes} của {subject.name}",
        ),
        paragraphs=(f"Đối chiếu với tiêu chuẩn {wording.STANDARD}, {subject.name}{said}.",),
        requests=(_request(file, sheet),),
        enclosures=(
            f"Báo cáo kết quả xây dựng {subject.noun} đạt tiêu chuẩn",
            "Biên bản họp đánh giá",
            "Các tài liệu khác có liên quan",
        ),
        signatures=(signature_of(file),),
        recipients=("Như trên", kept_by(file.version)),
        provisional=sheet.definition.is_provisional,
    )


def _request(file: UnitFile, sheet: Sheet) -> str:
    """What the unit asks for; one that finds itself not up to the standard asks for a conclusion."""
    name = file.subject.name
    asked = f"{name} kính trình {file.appraiser.standing} xem xét, thẩm định"
    if sheet.own.outcome == Verdict.NOT_MET:
        return f"{asked}, kết luận theo quy định"
    return (
        f"{asked}, đề nghị cấp có thẩm quyền công nhận {name} đạt tiêu chuẩn {wording.STANDARD} "
        f"năm {file.year}"
    )
