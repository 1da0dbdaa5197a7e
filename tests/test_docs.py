"""The documents stay true: generated parts, commands, links, names, and no word that does not belong."""

import ast
import re
import subprocess
import sys
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from antq_portal.demo.people import accounts
from evaluations.workflow import Action, RegistrationStatus, Status

ROOT = Path(__file__).resolve().parent.parent
GENERATORS = ("legal_index.py", "procedure_table.py")
# Left out: what git leaves out, and the words of others.
NOT_OURS = {".git", ".local", ".venv", "__pycache__", ".hypothesis", "vendor", "fonts", "secrets"}
BINARY = {".ttf", ".png", ".ico", ".mo", ".pyc", ".pdf", ".xlsx", ".xls", ".ods"}
ADR_PARTS = ["## Context", "## Decision", "## Consequences"]
# Named by the glossary, to be built; the name leaves this list when the class exists.
NOT_BUILT = {"SelfManagedModel"}
# Spelt so that this file does not contain what it forbids.
FORBIDDEN = re.compile(
    r"\bhel[p]ers?\b|\bsession\s[#]?\d|\b(issue|ticket)\s?[#]\d|/wor[k]/|/tm[p]/team|\btea[m] lead\b"
    r"|--(extra-)?index-ur[l]\s+\S|\b(nexus|artifactory|devpi|pypi)\.[a-z-]+\.[a-z]{2,}",
    re.IGNORECASE,
)


@cache
def text_files():
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        and not any(part.endswith("_cache") for part in path.parts)
        and path.suffix not in BINARY
        and path.is_file()
    ]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def short(path):
    return path.relative_to(ROOT).as_posix()


def documents():
    return [path for path in text_files() if path.suffix == ".md"]


def rows(text, first_cell=r"`"):
    """Return the cells of every table row whose first cell begins as asked."""
    lines = re.findall(rf"^\| *({first_cell}.*)\|$", text, re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]


def section(text, heading):
    return text.split(f"{heading}\n", 1)[1].split("\n## ", 1)[0]


# Generated parts ------------------------------------------------------------------------------


@pytest.mark.parametrize("script", GENERATORS)
def test_generated_part_is_up_to_date(script):
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr


def test_every_cited_instrument_is_described():
    described, index = read("docs/legal-sources.md").split("<!-- legal-index: generated")

    numbers = re.findall(r"^### .*?(\d+/[\w/-]+)", index, re.MULTILINE)

    assert [number for number in numbers if number not in described] == []


# README ---------------------------------------------------------------------------------------


def test_readme_names_every_make_target_and_no_other():
    targets = set(re.findall(r"^([a-z]+):.*##", read("Makefile"), re.MULTILINE)) - {"help"}

    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(code_spans(read("README.md")))))

    assert named == targets


def code_spans(text):
    return [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)]


def test_readme_names_every_command_of_ours_and_no_missing_one():
    known = get_commands()
    ours = {name for name, app in known.items() if (ROOT / str(app).split(".")[0]).is_dir()}

    named = set(re.findall(r"manage\.py ([a-z_]+)", read("README.md")))

    assert named - set(known) == set()
    assert ours - named == set()


def test_readme_lists_the_variables_of_the_example():
    example = set(re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE))

    table = rows(section(read("README.md"), "## Environment"))

    assert {name for row in table for name in re.findall(r"`([A-Z_]+)`", row[0])} == example


def test_readme_lists_demo_accounts_that_exist():
    known = {account.username for account in accounts()} | {"quantri", "truong.quanson"}
    listed = set()
    for row in rows(section(read("README.md"), "## Run it"), r"`[a-z]+[.`]"):
        listed |= set(re.findall(r"`([a-z.]+)`", row[0]))

    other_communes = {
        name for name in known if name.split(".")[0] in {"canbo", "thamdinh", "chutich", "vanthu"}
    }

    assert listed - known == set()
    assert known - other_communes - listed == set()


# Links and names ------------------------------------------------------------------------------


def test_every_link_leads_to_a_file():
    broken = []
    for path in documents():
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            file_name = unquote(target.split("#")[0])
            if "://" not in target and file_name and not (path.parent / file_name).exists():
                broken.append(f"{short(path)}: {target}")

    assert not broken, "\n".join(broken)


def test_paths_named_in_documents_exist():
    names = re.compile(r"^(?!http)[\w@./-]+/[\w@.-]+\.(?:py|md|yaml|yml|csv|txt|js|css|sh)$")
    missing = [
        f"{short(path)}: {span}"
        for path in documents()
        for span in re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8"))
        if names.match(span) and not (ROOT / span).exists() and not (path.parent / span).exists()
    ]

    assert not missing, "\n".join(missing)


def classes():
    return {
        node.name
        for path in text_files()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }


def test_glossary_names_classes_that_exist():
    named = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", read("docs/glossary.md")))

    assert named - classes() == NOT_BUILT


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("registration", RegistrationStatus),
        ("evaluation", Status),
        ("evaluation, then decision", Status),
        ("buttons", Action),
    ],
)
def test_glossary_has_the_words_of_the_screen(where, words):
    listed = [row for row in rows(read("docs/glossary.md"), where) if row[0] == where]
    found = [
        (code, label)
        for row in listed
        for code, label in zip(row[1].split(" · "), row[2].split(" · "), strict=True)
    ]

    assert found
    assert [(code, label) for code, label in found if words(code).label != label] == []


# Decisions of architecture, changes, licences -------------------------------------------------


def test_architecture_decisions_have_their_form():
    wrong = []
    paths = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len({path.name[:4] for path in paths}) == len(paths), "one number, one decision"
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        is_numbered = lines[0].startswith(f"# {int(path.name[:4])}. ")
        has_status = any(re.match(r"Status: (accepted|superseded by \d+)", one) for one in lines)
        parts = [line for line in lines if line.startswith("## ")]
        if not (is_numbered and has_status and parts == ADR_PARTS and len(lines) <= 40):
            wrong.append(path.name)

    assert not wrong, "\n".join(wrong)


def test_changelog_begins_with_the_version():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]

    newest = re.search(r"^## (\S+) \(\d\d/\d\d/\d{4}\)$", read("CHANGELOG.md"), re.MULTILINE)

    assert newest
    assert newest[1] == version


def test_every_file_of_others_is_listed_with_its_licence():
    listed = read("docs/third-party.md")
    folders = [ROOT / "static" / "vendor", ROOT / "static" / "fonts", ROOT / "units" / "data"]

    unlisted = [
        short(path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".md" and path.name not in listed
    ]

    assert not unlisted, "\n".join(unlisted)


# Text -----------------------------------------------------------------------------------------


def test_no_word_that_does_not_belong():
    found = [
        f"{short(path)}:{number}: {line.strip()[:100]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]

    assert not found, "\n".join(found)


def test_all_text_and_names_are_composed_unicode():
    decomposed = [
        short(path)
        for path in text_files()
        if not unicodedata.is_normalized("NFC", short(path) + path.read_text(encoding="utf-8"))
    ]

    assert not decomposed, "\n".join(decomposed)
