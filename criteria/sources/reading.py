"""Reading YAML strictly: every key is known, every value has its type, every fault names its place."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from antq_portal.lib.text import nfc


class Faults:
    """The faults found so far, each with file, set and row."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.lines: list[str] = []

    def add(self, where: str, message: str) -> None:
        at = f"{self.place}, {where}" if where else self.place
        self.lines.append(f"{at}: {message}")


class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a key written twice."""


def _mapping_without_doubles(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    doubles = sorted({str(key) for key in keys if keys.count(key) > 1})
    if doubles:
        message = f"khóa viết hai lần: {', '.join(doubles)}"
        raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_doubles
)


def read_document(path: Path, faults: Faults) -> dict[str, Any] | None:
    """The file's top mapping; None, with the fault noted, when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
        document = yaml.load(text, Loader=StrictLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        faults.add("", f"không đọc được: {' '.join(str(error).split())}")
        return None
    if text != nfc(text):
        faults.add("", "chữ trong tệp không ở dạng NFC")
    if not isinstance(document, dict):
        faults.add("", "tệp phải là một bảng khóa: giá trị")
        return None
    return document


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of what the document says: comments, order of keys and line ends do not count."""
    written = json.dumps(document, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(nfc(written).encode()).hexdigest()


class Table:
    """One mapping of the file, read key by key; what is left unread at the end is a fault."""

    def __init__(self, values: Any, faults: Faults, where: str = "") -> None:
        self.values = values if isinstance(values, dict) else {}
        self.faults = faults
        self.where = where
        self.read: set[str] = set()
        if not isinstance(values, dict):
            faults.add(where, "phải là một bảng khóa: giá trị")

    def fault(self, message: str) -> None:
        self.faults.add(self.where, message)

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None

    def text(self, key: str, *, required: bool = False, longest: int = 2000) -> str:
        return self._typed(key, str, "", "chữ", required=required, longest=longest)

    def number(self, key: str, *, required: bool = False) -> int | None:
        value = self._typed(key, int, None, "số nguyên", required=required)
        if value is not None and value < 0:
            self.fault(f"`{key}` không được âm")
        return value

    def decimal(self, key: str, *, required: bool = False) -> Decimal | None:
        value = self._typed(key, (int, float), None, "số", required=required)
        return None if value is None else Decimal(str(value))

    def flag(self, key: str, *, default: bool) -> bool:
        return self._typed(key, bool, default, "true hoặc false")

    def day(self, key: str, *, required: bool = False) -> dt.date | None:
        return self._typed(key, dt.date, None, "ngày dạng năm-tháng-ngày", required=required)

    def texts(self, key: str, *, longest: int = 300) -> tuple[str, ...]:
        values = self._typed(key, list, [], "danh sách")
        if not all(isinstance(value, str) and 0 < len(value) <= longest for value in values):
            self.fault(f"`{key}` phải là danh sách chữ, mỗi mục tối đa {longest} ký tự")
            return ()
        return tuple(values)

    def numbers(self, key: str) -> tuple[int, ...]:
        values = self._typed(key, list, [], "danh sách")
        if not all(_is(value, int) and value >= 0 for value in values):
            self.fault(f"`{key}` phải là danh sách số nguyên không âm")
            return ()
        return tuple(values)

    def one_of(self, key: str, known: Any, *, default: str | None = None) -> str:
        value = self.text(key, required=default is None) or default or ""
        if value and value not in set(known):
            self.fault(f"`{key}` không biết “{value}”; biết: {', '.join(sorted(known))}")
        return value

    def table(self, key: str, *, required: bool = False) -> "Table":
        value = self._typed(key, dict, {}, "bảng khóa: giá trị", required=required)
        return Table(value, self.faults, f"{self.where}, `{key}`".removeprefix(", "))

    def tables(
        self, key: str, name: Callable[[Any], str], *, required: bool = False
    ) -> list["Table"]:
        """The list of mappings under a key, each named for messages."""
        values = self._typed(key, list, [], "danh sách", required=required)
        return [Table(value, self.faults, name(value)) for value in values]

    def items(self) -> Iterator[tuple[str, Any]]:
        self.read.update(self.values)
        yield from self.values.items()

    def close(self) -> None:
        """Note every key nobody read."""
        for key in sorted(set(map(str, self.values)) - self.read):
            self.fault(f"không biết khóa `{key}`")

    def _typed(
        self,
        key: str,
        kind: Any,
        default: Any,
        name: str,
        *,
        required: bool = False,
        longest: int = 0,
    ) -> Any:
        self.read.add(key)
        value = self.values.get(key)
        if value is None or value == "":
            if required:
                self.fault(f"thiếu `{key}`")
            return default
        if not _is(value, kind):
            self.fault(f"`{key}` phải là {name}")
            return default
        if longest and len(value) > longest:
            self.fault(f"`{key}` dài quá {longest} ký tự")
        return value


def _is(value: Any, kind: Any) -> bool:
    """Whether the value is of that type; true and false are no numbers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
