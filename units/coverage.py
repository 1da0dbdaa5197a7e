"""The two schemes and which units each of them covers, with the reason.

Pure data and arithmetic: no queries. Legal: Thông tư 124/2021/TT-BCA Điều 1, Điều 6, Điều 7;
Quyết định 510/QĐ-BCA-V05 (the same objects, and the district until the 2024 season).
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class Scheme(TextChoices):
    """The two legal instruments that one engine serves (chế độ)."""

    RECOGNITION = "recognition", "Công nhận đạt tiêu chuẩn An toàn về ANTT"
    CLASSIFICATION = "classification", "Phân loại phong trào"


class Coverage(TextChoices):
    """Whether a scheme covers a unit (thuộc diện)."""

    COVERED = "covered", "Thuộc diện"
    NOT_COVERED = "not_covered", "Không thuộc diện"
    VOLUNTARY = "voluntary", "Tự nguyện tham gia"
    UNDECIDED = "undecided", "Chưa xác định"


@dataclass(frozen=True, slots=True)
class CoverageFinding:
    """What was found for one unit: the answer, why, and where the law says so."""

    coverage: Coverage
    reason: str
    legal_ref: str
