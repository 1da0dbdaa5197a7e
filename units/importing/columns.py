"""The columns of the sheet, their order, and how a mistake in one is spoken of."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from openpyxl.utils import get_column_letter

from antq_portal.lib import text

from ..models import GRASSROOTS_KINDS, SUB_KINDS, EnterpriseSize, ManagingLevel

SHEET: Final = "Đơn vị"
LISTS_SHEET: Final = "Danh mục"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its heading, width, the words it takes (none: any)."""

    name: str
    heading: str
    width: int
    words: tuple[str, ...] = ()
    longest: int = 150


KIND_WORDS: Final = MappingProxyType({str(kind.label): kind.value for kind in GRASSROOTS_KINDS})
SUB_KIND_WORDS: Final = MappingProxyType(
    {str(word.label): word.value for kind in GRASSROOTS_KINDS for word in SUB_KINDS[kind]}
)
LEVEL_WORDS: Final = MappingProxyType({str(one.label): one.value for one in ManagingLevel})
SIZE_WORDS: Final = MappingProxyType({str(one.label): one.value for one in EnterpriseSize})

COLUMNS: Final = (
    Column("place", "STT", 6),
    Column("name", "Tên đơn vị", 40),
    Column("kind", "Loại hình", 18, tuple(KIND_WORDS)),
    Column("sub_kind", "Tên gọi", 26, tuple(SUB_KIND_WORDS)),
    Column("managing_level", "Cấp quản lý", 14, tuple(LEVEL_WORDS)),
    Column("enterprise_size", "Quy mô", 22, tuple(SIZE_WORDS)),
    Column("former_place", "Xã cũ", 20),
    Column("households", "Số hộ", 10),
    Column("members", "Số người", 10),
    Column("counted_on", "Chốt ngày", 13),
    Column("representative_name", "Người đại diện", 24, longest=120),
    Column("representative_title", "Chức danh", 20, longest=120),
    Column("contact_phone", "Điện thoại", 16, longest=30),
    Column("valid_from", "Có từ ngày", 13),
    Column("legal_act", "Căn cứ", 40, longest=200),
)
PLACES: Final = MappingProxyType({column.name: place for place, column in enumerate(COLUMNS)})


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: the sheet's row, the column's name (none: the row as a whole)."""

    row: int
    column: str
    message: str

    @property
    def place(self) -> str:
        """ "Dòng 7, cột C “Loại hình”"."""
        if not self.column:
            return f"Dòng {self.row}"
        at = PLACES[self.column]
        return f"Dòng {self.row}, cột {get_column_letter(at + 1)} “{COLUMNS[at].heading}”"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def heading_problem(typed: Sequence[str]) -> str:
    """What is wrong with the first row, in words; nothing where it is the portal's."""
    wanted = [text.search_key(column.heading) for column in COLUMNS]
    found = [text.search_key(one) for one in typed]
    while found and not found[-1]:
        found.pop()
    if found == wanted:
        return ""
    for place, column in enumerate(COLUMNS):
        if place >= len(found) or found[place] != wanted[place]:
            letter = get_column_letter(place + 1)
            return (
                f"Dòng 1, cột {letter} phải là “{column.heading}”. Mời tải mẫu của cổng, giữ "
                "nguyên dòng đầu và thứ tự các cột."
            )
    return f"Dòng 1 có nhiều hơn {len(COLUMNS)} cột. Mời xóa các cột thêm sau cột “{COLUMNS[-1].heading}”."
