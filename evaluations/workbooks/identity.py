"""What a workbook is of: hidden, signed, and with each answer as it stood when the file was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from openpyxl import Workbook

SHEET: Final = "_cong"
SALT: Final = "evaluations.workbooks"
FORMAT: Final = 1
LONGEST_PIECE: Final = 30_000
"""A cell holds 32,767 characters."""


class NotOurs(ValueError):
    """No workbook of this portal, or its hidden part was changed; the message says which."""


@dataclass(frozen=True, slots=True)
class Base:
    """One answer when the file was made: its version (0: none) and a mark of each cell that held anything."""

    version: int
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitBase:
    """One unit on one sheet when the file was made; `locked` says why it was not to be filled."""

    name: str
    locked: str
    answers: Mapping[str, Base]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose workbook, of which year and criteria, made when and by whom, and what stood in it."""

    id: str
    province_id: int
    area_id: int
    area_name: str
    year: int
    made_at: str
    made_by_id: int
    made_by: str
    sets: Mapping[str, tuple[int, str]]
    """By sheet key: the season, and the fingerprint of its criteria."""
    units: Mapping[str, Mapping[int, UnitBase]]
    """By sheet key and unit id."""


def write_identity(book: Workbook, identity: Identity) -> None:
    """Put the signed identity into the workbook's deeply hidden sheet."""
    sheet = book.create_sheet(SHEET)
    sheet.sheet_state = "veryHidden"
    signed = signing.dumps(_packed(identity), salt=SALT, compress=True)
    for place, start in enumerate(range(0, len(signed), LONGEST_PIECE), start=1):
        sheet.cell(place, 1, signed[start : start + LONGEST_PIECE])


def read_identity(book: Workbook) -> Identity:
    """The identity of an uploaded workbook; raises NotOurs."""
    if SHEET not in {sheet.title for sheet in book.worksheets}:
        raise NotOurs(
            "Tệp này không do cổng xuất ra (không có phần nhận dạng). Bấm “Xuất Excel để nhập”, điền vào tệp đó."
        )
    pieces = [str(row[0]) for row in book[SHEET].iter_rows(max_col=1, values_only=True) if row[0]]
    try:
        packed = signing.loads("".join(pieces), salt=SALT)
    except signing.BadSignature:
        raise NotOurs(
            "Phần nhận dạng của tệp đã bị sửa, hoặc tệp do cổng khác xuất ra; không đọc. Xuất tệp mới rồi điền lại."
        ) from None
    if packed.get("v") != FORMAT:
        raise NotOurs("Tệp do bản cũ của cổng xuất ra. Xuất tệp mới rồi điền lại.")
    return _unpacked(packed)


def _packed(identity: Identity) -> dict[str, Any]:
    return {
        "v": FORMAT, "id": identity.id, "p": identity.province_id, "a": identity.area_id,
        "n": identity.area_name, "y": identity.year, "at": identity.made_at,
        "by": [identity.made_by_id, identity.made_by],
        "s": {key: list(one) for key, one in identity.sets.items()},
        "u": {
            key: {
                str(pk): [one.name, one.locked, {c: [b.version, dict(b.marks)] for c, b in one.answers.items()}]
                for pk, one in units.items()
            }
            for key, units in identity.units.items()
        },
    }  # fmt: skip


def _unpacked(packed: Mapping[str, Any]) -> Identity:
    return Identity(
        id=packed["id"],
        province_id=packed["p"],
        area_id=packed["a"],
        area_name=packed["n"],
        year=packed["y"],
        made_at=packed["at"],
        made_by_id=packed["by"][0],
        made_by=packed["by"][1],
        sets={key: (one[0], one[1]) for key, one in packed["s"].items()},
        units={
            key: {
                int(pk): UnitBase(name, locked, {c: Base(*b) for c, b in answers.items()})
                for pk, (name, locked, answers) in units.items()
            }
            for key, units in packed["u"].items()
        },
    )
