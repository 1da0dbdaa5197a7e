"""Papers of the deciding authority: recognition, notice, classification, certificate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from antq_portal.lib.documents.parts import (
    ClassCount,
    Paper,
    Subject,
    count_classes,
    decimals_needed,
)
from antq_portal.lib.documents.wording import CLASSES


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionItem:
    """One unit considered. The outcome is kept for both; only `met` reaches the annex."""

    name: str
    met: bool
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationItem:
    """One unit with its points and decided class."""

    name: str
    points: Decimal
    band: str
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Paper):
    """What both decisions carry. `authority` is printed in capitals above the bases.

    `issued_by` names the issuer inside a sentence; `articles` are those after Điều 1.
    Legal: Nghị định 30/2020/NĐ-CP, Phụ lục III, Mẫu 1.2.
    """

    authority: str
    issued_by: str
    bases: tuple[str, ...]
    articles: tuple[str, ...]
    noun: str
    area: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionDecision(Decision):
    """Quyết định công nhận: names only the units that meet the standard.

    Raises ValueError when no unit meets it: such units get a notice, not a decision.
    Legal: Thông tư 124/2021/TT-BCA, Điều 10, Điều 12 khoản 2.
    """

    items: tuple[RecognitionItem, ...]

    slug: ClassVar[str] = "recognition_decision"
    title: ClassVar[str] = "Quyết định công nhận"

    def __post_init__(self) -> None:
        if not self.recognised:
            raise ValueError("Quyết định công nhận phải có ít nhất một đơn vị đạt tiêu chuẩn.")

    @property
    def recognised(self) -> tuple[RecognitionItem, ...]:
        return tuple(item for item in self.items if item.met)

    @property
    def annex_items(self) -> tuple[RecognitionItem, ...]:
        return self.recognised if len(self.recognised) > 1 else ()

    @property
    def has_places(self) -> bool:
        return any(item.place for item in self.recognised)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultNotice(Decision):
    """Thông báo kết quả xét duyệt of units none of which meets the standard: what closes their year.

    Raises ValueError without units, or when one meets the standard. `articles` stays empty.
    Legal: Thông tư 124/2021/TT-BCA, Điều 8, Điều 10 (the form is the portal's own).
    """

    items: tuple[RecognitionItem, ...]

    slug: ClassVar[str] = "result_notice"
    title: ClassVar[str] = "Thông báo kết quả xét duyệt"

    def __post_init__(self) -> None:
        if not self.items or any(item.met for item in self.items):
            raise ValueError("Thông báo kết quả chỉ nêu đơn vị chưa đạt tiêu chuẩn.")

    @property
    def has_places(self) -> bool:
        return any(item.place for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationDecision(Decision):
    """Quyết định phân loại phong trào: names every unit, of all four classes.

    Raises ValueError for a class outside `bands`, or no unit at all.
    Legal: Quyết định 510/QĐ-BCA-V05, Điều 5, Điều 11.
    """

    items: tuple[ClassificationItem, ...]
    bands: tuple[str, ...] = CLASSES

    slug: ClassVar[str] = "classification_decision"
    title: ClassVar[str] = "Quyết định phân loại"

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("Quyết định phân loại phải có ít nhất một đơn vị.")
        strange = {item.band for item in self.items} - set(self.bands)
        if strange:
            raise ValueError(
                f"Mức phân loại không có trong quy định: {', '.join(sorted(strange))}."
            )

    @property
    def annex_items(self) -> tuple[ClassificationItem, ...]:
        return self.items if len(self.items) > 1 else ()

    @property
    def decimals(self) -> int:
        return decimals_needed(item.points for item in self.items)

    @property
    def class_counts(self) -> tuple[ClassCount, ...]:
        return count_classes(self.bands, [item.band for item in self.items])

    @property
    def has_places(self) -> bool:
        return any(item.place for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetCriterion:
    """A criterion that was not met, and why."""

    ref: str
    requirement: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NonRecognitionNotice(Paper):
    """Thông báo kết quả xét duyệt to one unit that does not yet meet the standard.

    `guidance` says what the unit should do next, one paragraph each.
    Legal: Thông tư 124/2021/TT-BCA, Điều 8, Điều 10 (the form is the portal's own).
    """

    subject: Subject
    year: int
    issued_by: str
    bases: tuple[str, ...]
    unmet: tuple[UnmetCriterion, ...]
    guidance: tuple[str, ...] = ()

    slug: ClassVar[str] = "non_recognition_notice"
    title: ClassVar[str] = "Thông báo kết quả xét duyệt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Paper):
    """Giấy công nhận for one unit, with the number of the decision it rests on.

    Legal: Thông tư 124/2021/TT-BCA, Điều 12 khoản 2 (the layout is the portal's own).
    """

    subject: Subject
    year: int
    authority: str
    decision_number: str
    decision_symbol: str
    decision_on: date
    decided_by: str
    register_number: str = ""

    slug: ClassVar[str] = "certificate"
    title: ClassVar[str] = "Giấy công nhận"
