"""Write the index "place in the law → criteria rows, code, tests" into docs/legal-sources.md.

    .venv/bin/python scripts/legal_index.py           write it
    .venv/bin/python scripts/legal_index.py --check   exit 1 if it is out of date

What it reads: the `Legal:` part of docstrings and comments, text constants that name an instrument,
and every `legal_ref` (and note) of criteria/regulations/. A test stands beside a place when its file
names the function that cites the place, or quotes the code of a criterion of Thông tư 124 that does.
The check leaves the column of tests out, so that a new test asks for no change of a document.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from marked_part import ROOT, write_part

DOCUMENT: Final = ROOT / "docs" / "legal-sources.md"
PACKAGES: Final = (
    *("accounts", "antq_portal", "criteria", "evaluations", "jobs", "models_selfmanaged"),
    *("plans", "reports", "units"),
)
# fmt: off
INSTRUMENTS: Final = (
    # how the code cites it                    heading of the index
    (r"124/2021/TT-BCA|TT 124",               "Thông tư 124/2021/TT-BCA"),
    (r"48/2025/TT-BCA",                       "Thông tư 48/2025/TT-BCA"),
    (r"510/QĐ-BCA-V05|QĐ 510",                "Quyết định 510/QĐ-BCA-V05"),
    (r"01/HD-BCA-V05|HD 01",                  "Hướng dẫn 01/HD-BCA-V05"),
    (r"30/2020/NĐ-CP",                        "Nghị định 30/2020/NĐ-CP"),
    (r"80/2021/NĐ-CP",                        "Nghị định 80/2021/NĐ-CP"),
    (r"142/2025/NĐ-CP",                       "Nghị định 142/2025/NĐ-CP"),
    (r"72/2025/QH15",                         "Luật 72/2025/QH15"),
    (r"190/2025/QH15",                        "Nghị quyết 190/2025/QH15"),
    (r"202/2025/QH15",                        "Nghị quyết 202/2025/QH15"),
    (r"1686/NQ-UBTVQH15",                     "Nghị quyết 1686/NQ-UBTVQH15"),
    (r"19/2025/QĐ-TTg",                       "Quyết định 19/2025/QĐ-TTg"),
    (r"huyện Quan Sơn(?: năm)? 2022",         "Kế hoạch 2022, Ban Chỉ đạo 138 huyện Quan Sơn"),
    (r"107/KH-UBND Thái Nguyên",              "Kế hoạch 107/KH-UBND Thái Nguyên"),
    (r"31/KH-UBND Bình Phước(?: 2023)?",      "Kế hoạch 31/KH-UBND Bình Phước"),
    (r"Tỉnh ủy Kon Tum(?: 2023)?",            "Kế hoạch 2023, Tỉnh ủy Kon Tum"),
    (r"2024 của tỉnh Nghệ An",                "Kế hoạch 2024, tỉnh Nghệ An"),
)
# fmt: on
WHOLE: Final = ""
TOKEN: Final = re.compile(
    "|".join(f"(?P<i{at}>{pattern})" for at, (pattern, _) in enumerate(INSTRUMENTS))
    + r"|(?P<unknown>\d+/(?:\d{4}/)?[A-ZĐ]{2,}[\w-]*)"
    + r"|đến\s+Điều\s+(?P<until>\d+)|Điều\s+(?P<article>\d+)|khoản\s+(?P<clause>\d+)"
    + r"|(?P<annex>Phụ\s+lục\s+[IVX]+)|(?P<part>nội dung \d+|\b[IVX]+\.\d[\w.]*)"
)
LEGAL: Final = re.compile(r"\bLegal:\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One place in the law: which instrument (its position in INSTRUMENTS) and where in it."""

    instrument: int
    where: str


@dataclass(slots=True)
class Entry:
    """What rests on one place: criteria codes by set, cited code, tests."""

    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    code: set[tuple[str, str]] = field(default_factory=set)
    tests: set[str] = field(default_factory=set)


class UnknownInstrument(Exception):
    """The code cites an instrument that INSTRUMENTS and the document do not know."""


def places(text: str, default: int | None = None) -> list[Place]:
    """Return every place that a citation names; an instrument without a place counts as a whole.

    `default` is the instrument of places that come before any instrument is named.
    """
    found: list[Place] = []
    instrument = default
    for token in TOKEN.finditer(text):
        kind = token.lastgroup or ""
        if kind == "unknown":
            raise UnknownInstrument(token[0])
        if kind.startswith("i"):
            instrument = int(kind[1:])
            found.append(Place(instrument, WHOLE))
        elif instrument is not None:
            _refine(found, instrument, kind, token)
    return list(dict.fromkeys(found))


def _refine(found: list[Place], instrument: int, kind: str, token: re.Match[str]) -> None:
    """Add the place that a word names; the less exact place just before it gives way."""
    last = found[-1].where if found and found[-1].instrument == instrument else WHOLE
    article = last.split(" khoản")[0]
    if kind == "until":
        first = int(article.split()[1])
        found += [Place(instrument, f"Điều {n}") for n in range(first + 1, int(token[kind]) + 1)]
        return
    if kind == "clause":
        if not article.startswith("Điều"):
            return
        where, less_exact = f"{article} khoản {token[kind]}", article
    else:
        where = f"Điều {token[kind]}" if kind == "article" else " ".join(token[0].split())
        less_exact = WHOLE
    if found and found[-1] == Place(instrument, less_exact):
        found.pop()
    found.append(Place(instrument, where.rstrip(".")))


def citations(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, citation) of a file; the name is "" where the file as such cites.

    Cited by: the `Legal:` part of a docstring or comment, and a text constant that names an
    instrument (a reason shown to people, the basis printed on a paper).
    """
    source = path.read_text(encoding="utf-8")
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, kinds) and (text := ast.get_docstring(node)):
            yield from ((getattr(node, "name", ""), found) for found in LEGAL.findall(text))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and is_reference(node.value)
        ):
            yield "", node.value
    for comment in re.findall(r"^\s*# Legal: (.*)$", source, re.MULTILINE):
        yield "", comment


def is_reference(value: str) -> bool:
    return (
        "\n" not in value
        and "Legal:" not in value
        and any(re.search(cited, value) for cited, _ in INSTRUMENTS)
    )


def read_code(index: dict[Place, Entry]) -> None:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for name, citation in citations(path):
                for place in places(citation):
                    index[place].code.add((path.relative_to(ROOT).as_posix(), name))


def read_rules(index: dict[Place, Entry]) -> None:
    for path in sorted((ROOT / "criteria" / "regulations").glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        short = path.relative_to(ROOT).as_posix()
        for rule in data.get("rules", []) if "groups" not in data else []:
            for place in places(rule["legal_ref"]):
                index[place].code.add((short, ""))
        if "groups" in data:
            number = data["regulation"]["number"]
            own = next(at for at, (cited, _) in enumerate(INSTRUMENTS) if re.search(cited, number))
            for place in places(data["legal_ref"], own):
                index[place].code.add((short, ""))
            read_rows(index, data, own)


def read_rows(index: dict[Place, Entry], data: dict[str, Any], own: int) -> None:
    for group in data["groups"]:
        for row in group["rows"]:
            cited = [*places(row.get("legal_ref", ""), own), *places(row.get("note", ""))]
            for place in dict.fromkeys(cited):
                index[place].codes[data["code"]].append(row["code"])


def read_tests(index: dict[Place, Entry]) -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
    }
    for entry in index.values():
        names = [name for path, name in entry.code if name and name[0].islower()]
        codes = [code for name, codes in entry.codes.items() if "tt124" in name for code in codes]
        wanted = [rf"\b{re.escape(name)}\b" for name in names]
        wanted += [rf"[\"']{re.escape(code)}[\"']" for code in codes]
        pattern = re.compile("|".join(wanted) or r"(?!)")
        entry.tests = {path for path, text in texts.items() if pattern.search(text)}


def order(place: Place) -> list[tuple[int, str]]:
    """Sort places as the law counts them: numbers by value, instruments as listed."""
    parts = re.split(r"(\d+)", place.where)
    return [
        (place.instrument, ""),
        *((int(part), "") if part.isdecimal() else (-1, part) for part in parts if part),
    ]


def link(path: str, name: str = "") -> str:
    return f"[{path}](../{path})" + (f" `{name}`" if name else "")


def table(index: dict[Place, Entry]) -> str:
    lines: list[str] = []
    heading = None
    for place in sorted(index, key=order):
        entry = index[place]
        if heading != place.instrument:
            heading = place.instrument
            lines += ["", f"### {INSTRUMENTS[heading][1]}", ""]
            lines += ["| Place | Criteria rows | Rules and code | Tests |", "|---|---|---|---|"]
        rows = "<br>".join(f"`{name}` {' '.join(codes)}" for name, codes in entry.codes.items())
        code = "<br>".join(link(*item) for item in sorted(entry.code))
        tests = "<br>".join(link(path) for path in sorted(entry.tests))
        lines.append(f"| {place.where or 'as a whole'} | {rows} | {code} | {tests} |")
    return "\n".join(lines)


def without_tests(text: str) -> str:
    """Drop the last column of every table."""
    return re.sub(r"\|[^|\n]*\|$", "|", text, flags=re.MULTILINE)


def main() -> int:
    index: dict[Place, Entry] = defaultdict(Entry)
    try:
        read_rules(index)
        read_code(index)
    except UnknownInstrument as unknown:
        sys.stderr.write(f"{unknown}: add it to INSTRUMENTS and to docs/legal-sources.md\n")
        return 1
    read_tests(index)
    return write_part(
        DOCUMENT,
        "legal-index",
        table(index),
        check="--check" in sys.argv[1:],
        compared=without_tests,
    )


if __name__ == "__main__":
    sys.exit(main())
