"""Papers of the steering committee's appraisal session."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from antq_portal.lib.documents.parts import (
    ClassCount,
    Fact,
    Paper,
    Person,
    Subject,
    count_classes,
    decimals_needed,
)
from antq_portal.lib.documents.wording import CLASSES


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisedUnit:
    """One unit as appraised: recognition, points and proposed class, each only where judged."""

    name: str
    met: bool | None = None
    self_points: Decimal | None = None
    points: Decimal | None = None
    band: str = ""
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPaper(Paper):
    """A paper over all the units of one appraisal session."""

    noun: str
    area: str
    year: int
    items: tuple[AppraisedUnit, ...]
    bands: tuple[str, ...] = CLASSES

    @property
    def met_count(self) -> int:
        return sum(item.met is True for item in self.items)

    @property
    def not_met_count(self) -> int:
        return sum(item.met is False for item in self.items)

    @property
    def judges_recognition(self) -> bool:
        return any(item.met is not None for item in self.items)

    @property
    def judges_classes(self) -> bool:
        return any(item.band for item in self.items)

    @property
    def decimals(self) -> int:
        return decimals_needed(p for item in self.items for p in (item.self_points, item.points))

    @property
    def class_counts(self) -> tuple[ClassCount, ...]:
        return count_classes(self.bands, [item.band for item in self.items if item.band])

    @property
    def has_places(self) -> bool:
        return any(item.place for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMinutes(SessionPaper):
    """Biên bản họp thẩm định của Ban Chỉ đạo, or of a round of written opinions.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9 khoản 1 (the form is the portal's own).
    """

    committee: str
    held_on: date | None
    started_at: str
    venue: str
    chair: Person
    secretary: Person
    members: tuple[Person, ...]
    conclusions: tuple[str, ...]
    by_writing: bool = False
    absent: str = ""
    opinions: tuple[str, ...] = ()
    ended_at: str = ""

    slug: ClassVar[str] = "session_minutes"
    title: ClassVar[str] = "Biên bản họp thẩm định"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSubmission(SessionPaper):
    """Tờ trình của Thường trực Ban Chỉ đạo to the deciding authority, with the list annexed.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9; Quyết định 510/QĐ-BCA-V05, Điều 11.
    """

    addressee: str
    issued_by: str
    bases: tuple[str, ...]
    facts: tuple[Fact, ...]
    requests: tuple[str, ...]
    enclosures: tuple[str, ...] = ()

    slug: ClassVar[str] = "standing_submission"
    title: ClassVar[str] = "Tờ trình của Thường trực Ban Chỉ đạo"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedClassList(SessionPaper):
    """Danh sách chấm điểm và mức đề nghị phân loại.

    Legal: Quyết định 510/QĐ-BCA-V05, Điều 11 (the form is the portal's own).
    """

    slug: ClassVar[str] = "proposed_class_list"
    title: ClassVar[str] = "Danh sách chấm điểm và mức đề nghị phân loại"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementItem:
    """What is missing or unclear in one row of a file."""

    ref: str
    content: str
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequest(Paper):
    """Phiếu yêu cầu bổ sung hồ sơ to one unit (form of the portal)."""

    subject: Subject
    year: int
    items: tuple[SupplementItem, ...]
    due_on: date | None
    send_to: str
    contact: str = ""

    slug: ClassVar[str] = "supplement_request"
    title: ClassVar[str] = "Phiếu yêu cầu bổ sung hồ sơ"
