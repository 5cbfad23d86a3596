"""The part of docs/commands.md that lists every action, made from the table of actions."""

from __future__ import annotations

import sys
from pathlib import Path

from recovery.case.lifecycle import State
from recovery.desk.action import Action, Field
from recovery.desk.table import ACTIONS, ROUTED, ROUTED_OR_CLOSED, UNCLOSED

BEGIN = "<!-- Actions, made from `recovery/desk/table.py` by `make docs`; a test holds it current. -->"
END = "<!-- End of the actions. -->"
# How the longer lists of states read.
READS = {
    tuple(State): "any",
    UNCLOSED: "any but closed",
    ROUTED: "any that has a reference, but closed",
    ROUTED_OR_CLOSED: "any that has a reference",
}


def section() -> str:
    """Return the table of actions, between its marks."""
    lines = [BEGIN, "", "| action | does | takes | who | while |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {row} |" for row in map(_row, ACTIONS.values())]
    return "\n".join([*lines, "", END])


def _row(action: Action) -> str:
    takes = ", ".join(_reads(field) for field in action.fields if field.name != "note" or field.required)
    who = ", ".join(action.who)
    return " | ".join((action.name, action.text.rstrip("."), takes, who, _while(action)))


def _reads(field: Field) -> str:
    choices = f" ({', '.join(field.choices)})" if field.choices else ""
    option = f"`{field.option}`{choices}"
    return f"**{option}**" if field.required else option


def _while(action: Action) -> str:
    known = next((text for states, text in READS.items() if set(states) == set(action.states)), None)
    return known or ", ".join(action.states)


def renewed(page: str) -> str:
    """Return a page with its table of actions as it is now."""
    head, _, rest = page.partition(BEGIN)
    return head + section() + rest.partition(END)[2]


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text("utf-8")), "utf-8")
