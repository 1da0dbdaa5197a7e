"""The one place where a version of a unit gets its name, and how the name stands in a sentence."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antq_portal.lib import text

from .kinds import SUB_KINDS, Kind, SubKind

if TYPE_CHECKING:
    from .units import UnitVersion

SPECIAL_WORDS: Final = MappingProxyType({SubKind.THANH_PHO: "thành phố"})
"""Sub-kinds whose word in a name is shorter than their label."""

NAMED_BY_WORD: Final[Mapping[str, str]] = MappingProxyType(
    {
        str(sub_kind): SPECIAL_WORDS.get(sub_kind, str(sub_kind.label))
        for kind in (Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE, Kind.RESIDENTIAL_AREA)
        for sub_kind in SUB_KINDS[kind]
    }
)
"""The word that begins the full name, for the sub-kinds that have one."""


def bare_name(sub_kind: str, name: str) -> str:
    """Return a full name without its word: "Bản Ché Lầu" → "Ché Lầu"."""
    word = NAMED_BY_WORD.get(sub_kind, "")
    has_word = word and f"{name} ".casefold().startswith(f"{word} ")
    return name[len(word) :].strip() if has_word else name


def full_name(sub_kind: str, name: str) -> str:
    """Return the name as it stands alone, with its word: "Ché Lầu" → "Bản Ché Lầu".

    The word of a residential area is written once, however often it was typed ("bản Bản Ché Lầu");
    a commune's is not touched, because "Phường Phường Đúc" is a real name.
    """
    word = NAMED_BY_WORD.get(sub_kind, "")
    typed = text.clean(name)
    bare = bare_name(sub_kind, typed)
    while sub_kind in SUB_KINDS[Kind.RESIDENTIAL_AREA] and bare != typed:
        typed, bare = bare, bare_name(sub_kind, bare)
    return f"{word.capitalize()} {bare}" if word and bare else bare


def spoken_name(sub_kind: str, name: str) -> str:
    """Return the full name as it stands inside a sentence: "xã Na Mèo"."""
    word = NAMED_BY_WORD.get(sub_kind, "")
    return f"{word} {bare_name(sub_kind, name)}" if word else name


def name_version(version: "UnitVersion", name: str) -> None:
    """Give a version its full name and the keys it is sorted and searched by; saves nothing.

    Sorted by the name without its word, so that "Xã Na Mèo" stands beside "Phường Na Mèo".
    """
    version.name = full_name(version.sub_kind, name)
    version.sort_key = text.sort_key(bare_name(version.sub_kind, version.name))
    version.search_key = text.search_key(version.name)
