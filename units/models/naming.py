"""The one place where a version of a unit gets its name, and how the name stands in a sentence."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antq_portal.lib import text

from .kinds import SUB_KINDS, Kind, SubKind

if TYPE_CHECKING:
    from .units import UnitVersion

SPECIAL_WORDS: Final = MappingProxyType({SubKind.THANH_PHO: "thành phố"})
"""Sub-kinds whose word in a name is shorter than their label."""

NAMED_BY_WORD: Final = MappingProxyType(
    {
        sub_kind: SPECIAL_WORDS.get(sub_kind, str(sub_kind.label))
        for kind in (Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE, Kind.RESIDENTIAL_AREA)
        for sub_kind in SUB_KINDS[kind]
    }
)
"""The word that begins the full name, for the sub-kinds that have one."""


def bare_name(sub_kind: str, name: str) -> str:
    """Return the name without its word, however often it was typed: "bản Bản Ché Lầu" → "Ché Lầu"."""
    bare = text.clean(name)
    word = NAMED_BY_WORD.get(sub_kind)  # type: ignore[call-overload]
    while word and bare.casefold().startswith(f"{word} "):
        bare = bare[len(word) + 1 :]
    return bare


def full_name(sub_kind: str, name: str) -> str:
    """Return the name as it stands alone, its word once: "Ché Lầu" → "Bản Ché Lầu"."""
    bare = bare_name(sub_kind, name)
    word = NAMED_BY_WORD.get(sub_kind)  # type: ignore[call-overload]
    return f"{word.capitalize()} {bare}" if word and bare else bare


def spoken_name(sub_kind: str, name: str) -> str:
    """Return the full name as it stands inside a sentence: "xã Na Mèo"."""
    word = NAMED_BY_WORD.get(sub_kind)  # type: ignore[call-overload]
    return f"{word} {bare_name(sub_kind, name)}" if word else name


def name_version(version: "UnitVersion", name: str) -> None:
    """Give a version its full name and the keys it is sorted and searched by; saves nothing.

    Sorted by the name without its word, so that "Xã Na Mèo" stands beside "Phường Na Mèo".
    """
    version.name = full_name(version.sub_kind, name)
    version.sort_key = text.sort_key(bare_name(version.sub_kind, version.name))
    version.search_key = text.search_key(version.name)
