"""What still keeps a unit's yearly file from being sent, each with the place where it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass

from .file_sheets import FileSheet
from .files import UnitFile


@dataclass(frozen=True, slots=True)
class SendingProblem:
    """One thing that is missing: where, and in what words."""

    label: str
    message: str
    scheme: str = ""
    criterion_id: int = 0


def sending_problems(file: UnitFile, sheets: Mapping[str, FileSheet]) -> list[SendingProblem]:
    """What is missing before the sendable evaluations may go, in the order of the page.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 2 điểm b.
    """
    found = [
        SendingProblem(row.row.code, row.line.explanation, sheet.scheme, row.row.id)
        for one in file.sendable
        for sheet in (sheets[one.season.scheme],)
        for row in sheet.open_rows
    ]
    first = file.sendable[0] if file.sendable else None
    if first and not (first.representative_name and first.representative_title):
        found.append(SendingProblem("Người đại diện", "Ghi họ tên, chức danh đại diện đơn vị."))
    if first and first.meeting_on is None:
        found.append(SendingProblem("Ngày họp", "Ghi ngày họp đánh giá (Điều 9)."))
    if first and not file.minutes:
        words = "Kèm ảnh biên bản họp đã ký, hoặc ghi nơi lưu bản giấy."
        found.append(SendingProblem("Biên bản họp", words))
    return found
