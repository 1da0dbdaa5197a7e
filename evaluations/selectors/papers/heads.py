"""Letterheads, signatures and names of units: what stands around the words of a paper.

Legal: Nghị định 30/2020/NĐ-CP Phụ lục I.
"""

import datetime as dt
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from antq_portal.lib.documents import Letterhead, Person, Signature, Subject, wording
from criteria.models import Organ
from units.models import SUB_KINDS, TERRITORIAL_KINDS, Kind, SubKind, UnitVersion

from ...models import SigningCapacity
from .offices import BOARD, MINISTRY, POLICE, Office, place_of

BY_HAND: Final = "(Ký, ghi rõ họ tên)"
BY_HAND_AND_SEAL: Final = "(Ký, đóng dấu, ghi rõ họ tên)"
OPEN_SYMBOL: Final = "………"

NOUNS: Final = MappingProxyType(
    {
        Kind.COMMUNE: "xã, phường, đặc khu",
        Kind.DISTRICT: "huyện",
        Kind.RESIDENTIAL_AREA: "khu dân cư",
        Kind.AGENCY: "cơ quan",
        Kind.ENTERPRISE: "doanh nghiệp",
        Kind.EDUCATIONAL_INSTITUTION: "cơ sở giáo dục",
    }
)
"""The common noun of each kind of unit; lists are in this order."""


def noun_of(versions: Iterable[UnitVersion]) -> str:
    """The common noun for the units of one paper; their `unit` must be loaded.

    Communes are named by their words ("xã", "xã, thị trấn"); several kinds side by side.
    """
    versions = list(versions)
    kinds = {version.unit.kind for version in versions}
    words = {version.sub_kind for version in versions}
    if len(kinds) == 1 and kinds <= set(TERRITORIAL_KINDS) and all(words):
        known = SUB_KINDS[Kind(kinds.pop())]
        return ", ".join(str(word.label) for word in known if word in words)
    return ", ".join(noun for kind, noun in NOUNS.items() if kind in kinds)


def subject_of(version: UnitVersion, *, above: tuple[str, ...]) -> Subject:
    """The unit a paper is about, as its pinned version names it, with what it lies in."""
    return Subject(name=version.name, noun=noun_of([version]), area=", ".join(above))


def committee_head(
    office: Office,
    *,
    symbol: str,
    year: int,
    number: str = "",
    issued_on: dt.date | None = None,
    organ: str = Organ.PEOPLES_COMMITTEE,
) -> Letterhead:
    """Letterhead of the authority that decides: its people's committee, or whatever the organ is."""
    issuer = (MINISTRY,) if office.is_ministry else ("Ủy ban nhân dân", office.spoken)
    if organ == Organ.STEERING_COMMITTEE:
        issuer = (BOARD, office.spoken)
    return Letterhead(
        issuer=issuer, place=office.place, year=year, symbol=symbol, number=number, issued_on=issued_on
    )  # fmt: skip


def board_head(
    office: Office,
    *,
    year: int,
    symbol: str = "",
    number: str = "",
    issued_on: dt.date | None = None,
) -> Letterhead:
    """Letterhead of the steering committee and its standing body: "Ban Chỉ đạo …"."""
    head = committee_head(office, symbol=symbol, year=year, number=number, issued_on=issued_on)
    return Letterhead(
        superior=head.issuer, issuer=(BOARD,),
        place=head.place, year=year, symbol=symbol, number=number, issued_on=issued_on,
    )  # fmt: skip


def unit_head(
    version: UnitVersion, *, above: UnitVersion, year: int, symbol: str = "", day: dt.date | None = None
) -> Letterhead:  # fmt: skip
    """Letterhead of a unit's own paper; a residential area bears no number, others an open symbol.

    `above` is the unit it lies in.
    """
    if version.unit.kind == Kind.RESIDENTIAL_AREA:
        return Letterhead(
            superior=(above.name,), issuer=(version.name,), place=place_of(above), year=year,
            issued_on=day,
        )  # fmt: skip
    if version.unit.kind in TERRITORIAL_KINDS:
        return Letterhead(
            issuer=("Ủy ban nhân dân", version.spoken_name), place=place_of(version), year=year,
            symbol=f"{symbol}-UBND" if symbol else "", issued_on=day,
        )  # fmt: skip
    return Letterhead(
        issuer=(version.name,), place=place_of(above), year=year,
        symbol=f"{symbol}-{OPEN_SYMBOL}" if symbol else "", issued_on=day,
    )  # fmt: skip


def authority_signature(organ: str, capacity: str, *, name: str) -> Signature:
    """Signature block of a decision: TM. for a collective body, KT. when a deputy signs.

    Legal: Nghị định 30/2020/NĐ-CP Phụ lục I, phần I mục II khoản 7.
    """
    body, head, deputy = {
        Organ.PEOPLES_COMMITTEE: ("Ủy ban nhân dân", "Chủ tịch", "Phó Chủ tịch"),
        Organ.CHAIRMAN: ("", "Chủ tịch", "Phó Chủ tịch"),
        Organ.STEERING_COMMITTEE: ("Ban Chỉ đạo", "Trưởng ban", "Phó Trưởng ban"),
        Organ.MINISTER: ("", "Bộ trưởng", "Thứ trưởng"),
    }[Organ(organ)]
    lines = wording.signing_capacity(
        title=head,
        on_behalf_of="" if capacity == SigningCapacity.HEAD else body,
        deputy_title=deputy if capacity == SigningCapacity.DEPUTY else "",
    )
    return Signature(capacity=lines, name=name)


def board_signature(office: Office, *, hint: str = BY_HAND) -> Signature:
    """Signature block of the standing body; the name is written by hand."""
    chief = "Giám đốc Công an" if office.kind == Kind.PROVINCE else "Trưởng Công an"
    return Signature(
        capacity=("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN THƯỜNG TRỰC", f"{chief} {office.word}".upper()),
        hint=hint,
    )


def unit_signature(version: UnitVersion, *, name: str, title: str) -> Signature:
    """Signature block of the unit's representative, with the title given in the file."""
    if version.unit.kind in TERRITORIAL_KINDS:
        lines = wording.signing_capacity(title="Chủ tịch", on_behalf_of="Ủy ban nhân dân")
        return Signature(capacity=lines, name=name)
    hint = BY_HAND if version.unit.kind == Kind.RESIDENTIAL_AREA else BY_HAND_AND_SEAL
    return Signature(capacity=((title or "Đại diện đơn vị").upper(),), name=name, hint=hint)


def kept_by(version: UnitVersion) -> str:
    """Where a unit keeps its own paper, as the last line of the recipients."""
    if version.unit.kind in TERRITORIAL_KINDS:
        return (
            f"Lưu: VT, {POLICE.get(SubKind(version.sub_kind), 'CA') if version.sub_kind else 'CA'}"
        )
    return f"Lưu: {noun_of([version])}"


def person_of(line: str) -> Person:
    """A person typed in one line: "Lê Văn Nam, Trưởng Công an xã"."""
    name, _, title = line.strip().partition(",")
    return Person(name=name.strip(), title=title.strip())
