"""Papers of one unit: registration, report, score sheet, minutes, proposal."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from antq_portal.lib.documents.parts import Fact, Paper, Person, Subject, decimals_needed


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPaper(Paper):
    """A paper that one unit draws up about itself for a season."""

    subject: Subject
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationForm(UnitPaper):
    """Bản đăng ký phấn đấu đạt tiêu chuẩn.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9 khoản 2 điểm a (the form is the portal's own).
    """

    addressee: str
    facts: tuple[Fact, ...]
    undertakings: tuple[str, ...]

    slug: ClassVar[str] = "registration_form"
    title: ClassVar[str] = "Bản đăng ký phấn đấu"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One requirement with the unit's answer, its basis and what the appraiser found."""

    ref: str
    requirement: str
    answer: str = ""
    basis: str = ""
    appraised: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionGroup:
    """A heading of the criteria table and its rows."""

    ref: str
    heading: str
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfAssessmentReport(UnitPaper):
    """Báo cáo kết quả xây dựng đơn vị đạt tiêu chuẩn, with the table of self-assessment.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9 khoản 2 điểm b (the form is the portal's own).
    """

    addressee: str
    counts_from: date
    counts_to: date
    facts: tuple[Fact, ...]
    groups: tuple[CriterionGroup, ...]
    conclusion: str
    overview: tuple[str, ...] = ()

    slug: ClassVar[str] = "self_assessment_report"
    title: ClassVar[str] = "Báo cáo kết quả tự đánh giá"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One line of the score sheet; points not yet given stay blank."""

    code: str
    text: str
    max_points: Decimal | None = None
    self_points: Decimal | None = None
    appraised_points: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreGroup:
    """A heading of the score sheet with its own sums, as computed by the scoring engine."""

    code: str
    heading: str
    rows: tuple[ScoreRow, ...]
    max_points: Decimal | None = None
    self_points: Decimal | None = None
    appraised_points: Decimal | None = None

    @property
    def lines(self) -> "tuple[ScoreGroup | ScoreRow, ...]":
        return (self, *self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet(UnitPaper):
    """Bảng chấm điểm. Totals and classes are given, never added up here.

    Legal: Quyết định 510/QĐ-BCA-V05, Điều 6 đến Điều 9, Điều 11.
    """

    groups: tuple[ScoreGroup, ...]
    max_total: Decimal
    self_total: Decimal | None = None
    appraised_total: Decimal | None = None
    self_band: str = ""
    appraised_band: str = ""

    slug: ClassVar[str] = "score_sheet"
    title: ClassVar[str] = "Bảng chấm điểm"

    @property
    def decimals(self) -> int:
        lines = [line for group in self.groups for line in group.lines]
        return decimals_needed(
            p for line in lines for p in (line.max_points, line.self_points, line.appraised_points)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentMinutes(UnitPaper):
    """Biên bản họp đánh giá of the unit, with room to fill in and sign by hand.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9 khoản 1, khoản 2 điểm b (form of the portal).
    """

    held_on: date | None
    started_at: str
    venue: str
    chair: Person
    secretary: Person
    participants: tuple[Person, ...]
    findings: tuple[Fact, ...]
    conclusions: tuple[str, ...]
    met: bool | None = None
    vote: str = ""
    absent: str = ""
    opinions: tuple[str, ...] = ()
    ended_at: str = ""

    slug: ClassVar[str] = "assessment_minutes"
    title: ClassVar[str] = "Biên bản họp đánh giá"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProposal(UnitPaper):
    """Tờ trình về việc đề nghị xét duyệt, công nhận.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9 khoản 2 điểm b (the form is the portal's own).
    """

    addressee: str
    bases: tuple[str, ...]
    paragraphs: tuple[str, ...]
    requests: tuple[str, ...]
    enclosures: tuple[str, ...] = ()

    slug: ClassVar[str] = "unit_proposal"
    title: ClassVar[str] = "Tờ trình đề nghị xét duyệt, công nhận"
