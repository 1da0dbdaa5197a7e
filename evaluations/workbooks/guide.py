"""The page "Hướng dẫn" of the workbook: what is where, what may be filled, how it goes back."""

from collections.abc import Sequence
from typing import Final

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ..selectors.workbooks import EntrySheet
from .identity import Identity
from .layout import SheetLayout
from .looks import Looks

TITLE: Final = "Hướng dẫn"
STEPS: Final = (
    (
        "Mỗi trang là một phần của hồ sơ năm (TT124: công nhận; QĐ510: phân loại) của một loại hình. Mỗi dòng"
        " một đơn vị, mỗi tiêu chí một nhóm cột."
    ),
    (
        "Điền vào ô trắng. Ô có mũi tên: chọn trong danh sách, hoặc gõ “x”, “Đạt”, “Chưa đạt”. Số: gõ 1399 "
        "hay 1.399 đều được; điểm lẻ dùng dấu phẩy."
    ),
    (
        "Không xảy ra vụ việc thì ghi 0. Để trống là chưa trả lời. Xóa nội dung một ô đã có là xóa trả lời "
        "trên cổng; bảng so sánh sẽ hỏi lại trước khi ghi."
    ),
    (
        "Ô vàng, chữ nghiêng là giá trị cổng đề xuất: sửa thì thành trả lời của đơn vị, để nguyên thì vẫn là "
        "đề xuất."
    ),
    "Ô xám không đọc lại: hồ sơ đã gửi hoặc kỳ đã khóa. Cột “Năm trước” chỉ để tham khảo.",
    "Trỏ vào đầu cột để đọc toàn văn tiêu chí, điều khoản và minh chứng. Dòng nhạy cảm chỉ nhận con số.",
    (
        "Không dùng công thức trong ô điền; không đổi dòng, cột ẩn. Thêm trang, thêm cột để tính riêng thì "
        "được, cổng không đọc."
    ),
    (
        "Xong: vào Bảng hồ sơ → “Nhập từ Excel”, chọn tệp này. Cổng kiểm tra trước, chưa ghi gì; ô nào trên "
        "cổng đã có người sửa trong lúc bạn làm việc ngoại tuyến thì hỏi bạn chọn."
    ),
    (
        "Ô sai được đánh dấu ngay trong tệp trả lại, kèm trang “Lỗi”; sửa trong tệp đó rồi nhập lại. Nhập một"
        " tệp hai lần không làm thay đổi gì."
    ),
    (
        "Tệp chỉ dùng cho đúng nơi, đúng năm và đúng bộ tiêu chí ghi dưới đây. KHÔNG nhập thông tin bí mật "
        "nhà nước vào tệp."
    ),
)


def write_guide(
    sheet: Worksheet,
    layouts: Sequence[SheetLayout],
    sheets: Sequence[EntrySheet],
    identity: Identity,
    looks: Looks,
) -> None:
    """Fill the first sheet; it leads to the others by links."""
    sheet.title = TITLE
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 110
    _line(sheet, looks, f"Tự đánh giá năm {identity.year}: {identity.area_name}", look="title")
    _line(sheet, looks, f"{identity.made_by} xuất lúc {identity.made_at}", look="legend")
    sheet.append([])
    for place, step in enumerate(STEPS, start=1):
        number = _line(sheet, looks, f"{place}.", step)
        sheet.row_dimensions[number].height = 15 * (1 + len(step) // 105)
    sheet.append([])
    _line(sheet, looks, "Trang", "Bộ tiêu chí", look="strong")
    for layout, data in zip(layouts, sheets, strict=True):
        definition = layout.definition
        note = f". {definition.notice}" if definition.is_provisional else ""
        row = _line(
            sheet, looks, layout.title,
            f"{definition.title}, {definition.regulation_number}: {len(definition.rows)} tiêu chí, "
            f"{len(data.units)} đơn vị{note}",
        )  # fmt: skip
        sheet.cell(row, 1).hyperlink = Hyperlink(ref="A1", location=f"'{layout.title}'!D6")
    sheet.protection.sheet = True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _line(sheet: Worksheet, looks: Looks, *words: str, look: str = "plain") -> int:
    """Append one row of texts; return its number."""
    sheet.append(words)
    number: int = sheet.max_row
    for place in range(1, len(words) + 1):
        looks.dress(sheet.cell(number, place), look)
    return number
