"""Write the procedure and the table of rights into docs/procedure.md, from the code that holds them.

.venv/bin/python scripts/procedure_table.py           write them
.venv/bin/python scripts/procedure_table.py --check   exit 1 if they are out of date
"""

import sys
from collections.abc import Iterable
from typing import Final

from marked_part import ROOT, write_part

sys.path.insert(0, str(ROOT))

from accounts.roles import ALLOWED, SUPERUSER_ACTS, Act, Reach, Role
from criteria.workflow import Transition
from evaluations import workflow
from evaluations.workflow import Action, DecisionStatus, Procedure, RegistrationStatus

DOCUMENT: Final = ROOT / "docs" / "procedure.md"
STATES: Final = {
    "REGISTRATION_TRANSITIONS": RegistrationStatus,
    "EVALUATION_TRANSITIONS": workflow.Status,
    "DECISION_TRANSITIONS": DecisionStatus,
}
REACH: Final = {
    Reach.AUTHORITY: "●",
    Reach.UNTIL_FROZEN: "● until frozen",
    Reach.OWN: "own",
    Reach.SCOPE: "scope",
}


def state_word(transitions: str, code: str) -> str:
    return str(STATES[transitions](code).label)


def who(act: Act) -> str:
    """Name the roles that hold an act, those limited to their own unit marked so."""
    return ", ".join(
        f"{Role(role).label}{' (own unit)' if reach is Reach.OWN else ''}"
        for role, reach in ALLOWED[act].items()
    )


def diagram(transitions: str, arrows: Iterable[Transition]) -> list[str]:
    """Draw arrows as a Mermaid state diagram; the first arrow's source is the start."""
    arrows = list(arrows)
    codes = dict.fromkeys(code for arrow in arrows for code in (arrow.source, arrow.target))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state_word(transitions, code)}" as {code}' for code in codes]
    lines.append(f"    [*] --> {arrows[0].source}")
    lines += [f"    {a.source} --> {a.target}: {Action(a.action).label}" for a in arrows]
    ends = [code for code in codes if all(arrow.source != code for arrow in arrows)]
    return [*lines, *(f"    {code} --> [*]" for code in ends), "```"]


def arrow_rows(transitions: str, arrows: Iterable[Transition]) -> list[str]:
    lines = ["| From | Button | To | Who | Reason |", "|---|---|---|---|---|"]
    for arrow in arrows:
        cells = (
            state_word(transitions, arrow.source),
            f"**{Action(arrow.action).label}**",
            state_word(transitions, arrow.target),
            who(arrow.act),
            "asked for" if arrow.needs_note else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def procedures() -> str:
    lines: list[str] = []
    for name in STATES:
        arrows: tuple[Transition, ...] = getattr(workflow, name)
        for procedure in dict.fromkeys(arrow.procedure for arrow in arrows):
            own = [arrow for arrow in arrows if arrow.procedure == procedure]
            lines += [f"### {Procedure(procedure).label} (`{procedure}`)", ""]
            lines += [*diagram(name, own), "", *arrow_rows(name, own), ""]
    return "\n".join(lines)


def rights() -> str:
    """Return the table of acts by role, with the superuser last."""
    lines = [f"| Act | {' | '.join(role.label for role in Role)} | superuser |"]
    lines.append("|---" * (len(Role) + 2) + "|")
    for act, reaches in ALLOWED.items():
        cells = [REACH[reaches[role]] if role in reaches else "" for role in Role]
        cells.append("scope" if act in SUPERUSER_ACTS else "")
        lines.append(f"| {act.label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    check = "--check" in sys.argv[1:]
    parts = {"procedures": procedures(), "rights": rights()}
    return max(write_part(DOCUMENT, name, text, check=check) for name, text in parts.items())


if __name__ == "__main__":
    sys.exit(main())
