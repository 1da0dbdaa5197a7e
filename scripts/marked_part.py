"""Put generated text between two marks of a document; shared by the scripts that write docs/."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
HINT: Final = "run `make docs` and commit what changes"


def as_it_is(text: str) -> str:
    return text


def write_part(
    document: Path,
    name: str,
    text: str,
    *,
    check: bool,
    compared: Callable[[str], str] = as_it_is,
) -> int:
    """Bring the part called `name` of a document up to date; return the exit code of the script.

    With `check` nothing is written: 0 if the part is up to date, 1 if it is not, where only what
    `compared` leaves of both texts counts.
    """
    begin, end = f"<!-- {name}: generated, do not edit -->", f"<!-- {name}: end -->"
    before, rest = document.read_text(encoding="utf-8").split(begin)
    old, after = rest.split(end)
    new = f"\n\n{text.strip()}\n\n"
    short = document.relative_to(ROOT).as_posix()
    if old == new or (check and compared(old) == compared(new)):
        return 0
    if check:
        sys.stderr.write(f"{short}: the part “{name}” is out of date; {HINT}\n")
        return 1
    document.write_text(f"{before}{begin}{new}{end}{after}", encoding="utf-8")
    sys.stdout.write(f"{short}: wrote the part “{name}”\n")
    return 0
