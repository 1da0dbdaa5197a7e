"""The minutes of a unit's own meeting (biên bản họp đánh giá), to be completed and signed by hand."""

from types import MappingProxyType
from typing import Final

from django.utils.timezone import localdate

from antq_portal.lib.documents import (
    AssessmentMinutes,
    Fact,
    Letterhead,
    Person,
    Signature,
    letters,
)
from criteria.scoring import Verdict, points_text
from units.models import TERRITORIAL_KINDS, Kind

from .heads import BY_HAND, board_head, unit_head
from .offices import office_of
from .sheets import UnitFile

# Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 1.
PARTICIPANTS: Final = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: (
            "Bí thư chi bộ", "đại diện Ban Công tác Mặt trận", "đại diện các tổ chức đoàn thể",
            "đại diện Công an cấp cơ sở",
        ),
        Kind.COMMUNE: ("thành viên Thường trực Ban Chỉ đạo",),
        Kind.DISTRICT: ("thành viên Thường trực Ban Chỉ đạo",),
    }
)  # fmt: skip
OTHER_PARTICIPANTS: Final = (
    "đại diện cấp ủy", "đại diện các tổ chức đoàn thể", "đại diện lực lượng bảo vệ",
    "đại diện Công an cấp cơ sở", "đại diện cơ quan quản lý",
)  # fmt: skip
MINUTES_SIGNERS: Final = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: ("ĐẠI DIỆN BAN CÔNG TÁC MẶT TRẬN", "ĐẠI DIỆN CÔNG AN CẤP CƠ SỞ"),
        Kind.COMMUNE: (),
        Kind.DISTRICT: (),
    }
)
OTHER_SIGNERS: Final = ("ĐẠI DIỆN CÔNG AN CẤP CƠ SỞ",)


def assessment_minutes(file: UnitFile) -> AssessmentMinutes:
    """Biên bản họp đánh giá, filled from the file; who was there and what was said is written by hand."""
    evaluation, kind = file.evaluation, Kind(file.version.unit.kind)
    name, title = file.representative
    hand = tuple(
        Signature(capacity=(line,), hint=BY_HAND)
        for line in MINUTES_SIGNERS.get(kind, OTHER_SIGNERS)
    )
    met = None
    if file.recognition and file.recognition.own.outcome:
        met = file.recognition.own.outcome == Verdict.MET
    return AssessmentMinutes(
        letterhead=_head(file),
        subject=file.subject,
        year=file.year,
        held_on=evaluation.meeting_on,
        started_at="",
        venue="",
        chair=Person(name=name, title=title),
        secretary=Person(),
        participants=tuple(Person(title=one) for one in PARTICIPANTS.get(kind, OTHER_PARTICIPANTS)),
        findings=_findings(file),
        conclusions=(f"Hoàn thiện hồ sơ gửi {file.appraiser.standing}.",),
        met=met,
        provisional=file.is_provisional,
        signatures=(
            Signature(capacity=("THƯ KÝ",), hint=BY_HAND),
            Signature(capacity=("CHỦ TRÌ",), hint=BY_HAND, name=name),
            *hand,
        ),
    )


def _head(file: UnitFile) -> Letterhead:
    """The unit's own; a commune's (district's) own file is reviewed by its steering committee.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 1 điểm b.
    """
    if file.version.unit.kind in TERRITORIAL_KINDS:
        day = min(localdate(), file.evaluation.season.window_to)
        return board_head(office_of(file.version.unit_id, day=day), year=file.year)
    return unit_head(file.version, above=file.above, year=file.year)


def _findings(file: UnitFile) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if file.recognition:
        own, rows = file.recognition.own, file.recognition.definition.rows
        open_rows = [code for code, line in own.lines.items() if not line.verdict]
        failed = [code for code, line in own.lines.items() if line.verdict == Verdict.NOT_MET]
        spared = sum(line.verdict == Verdict.NOT_APPLICABLE for line in own.lines.values())
        met = len(rows) - len(open_rows) - len(failed) - spared
        counts = f"{met}/{len(rows)}" + (
            f", không áp dụng {letters.counted(spared)}" if spared else ""
        )
        facts += [
            Fact(label="Số tiêu chí đạt", value="" if open_rows else counts),
            Fact(
                label="Tiêu chí chưa đạt",
                value="" if open_rows else ", ".join(failed) or "không có",
            ),
        ]
    if file.classification:
        own = file.classification.own
        total = f"{points_text(own.total)} điểm" if own.total is not None else ""
        band = f", mức {file.classification.label(own.outcome)}" if own.outcome else ""
        facts.append(Fact(label="Điểm tự chấm phong trào", value=total + band if total else ""))
    return tuple(facts)
