"""What a workbook from outside holds, measured part by part before openpyxl builds any of it.

A few bytes can ask for millions of cells: openpyxl makes one for each place in a merged range, in
the range of a link or of a comment. And it reads a part by its listed type, whatever its name.
"""

import re
import zipfile
from typing import Any, Final
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

NAMED_XML: Final = (".xml", ".rels")
BEFORE_XML: Final = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
"""Bytes that may stand before the first bracket of XML, in any encoding read here."""
ELEMENTS_A_CELL: Final = 4
OTHER_ELEMENTS: Final = 20_000
"""Styles, lists, names: what a sheet has beside its cells."""
SPREADING: Final = frozenset({"mergeCell", "hyperlink", "comment"})
"""Elements whose range is filled with cells."""

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


class PartsTooLarge(ValueError):
    """The parts hold, or ask for, more cells than are read."""


class PartsDeclareTypes(ValueError):
    """A part declares a document type, and with it perhaps entities."""


class PartsBroken(ValueError):
    """A part that must be XML is none."""


def measure_parts(packed: zipfile.ZipFile, *, most_cells: int) -> None:
    """Read all XML once, keeping nothing; return if no more than that many cells come of it.

    Raises PartsTooLarge, PartsDeclareTypes, PartsBroken, and what `zipfile` raises for parts it
    cannot read.
    """
    measure = _Measure(most_cells)
    for part in packed.infolist():
        is_named = part.filename.lower().endswith(NAMED_XML)
        if is_named or _looks_like_xml(packed, part):
            _read(packed, part, measure, is_named=is_named)


def _looks_like_xml(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with packed.open(part) as opened:
        return opened.read(4096).lstrip(BEFORE_XML)[:1] in (b"<", b"")


def _read(
    packed: zipfile.ZipFile, part: zipfile.ZipInfo, measure: "_Measure", *, is_named: bool
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = measure.element
    parser.StartDoctypeDeclHandler = _refuse_type
    try:
        with packed.open(part) as opened:
            parser.ParseFile(opened)
    except expat.ExpatError as broken:
        if is_named:  # old drawings are no good XML and nobody reads them
            raise PartsBroken(part.filename) from broken


def _refuse_type(*_declared: Any) -> None:
    raise PartsDeclareTypes


class _Measure:
    """Counts over all parts, stopping at the first that is too many."""

    def __init__(self, most_cells: int) -> None:
        self.cells_left = most_cells
        self.elements_left = ELEMENTS_A_CELL * most_cells + OTHER_ELEMENTS

    def element(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        self.elements_left -= 1
        if tag in ("c", "row"):
            self.cells_left -= 1
        elif tag in SPREADING:
            self.cells_left -= self._area(attributes.get("ref", ""))
        if self.cells_left < 0 or self.elements_left < 0:
            raise PartsTooLarge

    def _area(self, ref: str) -> int:
        """How many cells a range names; whole rows and columns are more than any number."""
        found = _RANGE.fullmatch(ref)
        if found is None:
            raise PartsTooLarge
        left, top, right, bottom = found.groups()
        if right is None:
            return 1
        columns = abs(int(column_index_from_string(right)) - column_index_from_string(left)) + 1
        return int(columns) * (abs(int(bottom) - int(top)) + 1)
