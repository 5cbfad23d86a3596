"""The diagram of the lifecycle, made from its table (docs/lifecycle.md)."""

from __future__ import annotations

from recovery.case.lifecycle import BACK, MOVES, REASONS, State, branches

_HEAD = """# Lifecycle of a case

Made from `recovery/case/lifecycle.py` by `make docs`; a test holds it current.
A move to *back* returns to the state in which the branch was entered.
"""


def _reads(name: str) -> str:
    return name.strip("_").replace("_", " ")


def markdown() -> str:
    """Return the page with the diagram and the table of moves."""
    lines = [_HEAD, "```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    for (source, target), events in _edges().items():
        lines.append(f"    {source} --> {target}: {', '.join(events)}")
    lines += [
        "    closed --> [*]",
        "```",
        "",
        f"Reasons of closure: {', '.join(REASONS)}.",
        "",
        "| state | event | to | only if | reason |",
        "| --- | --- | --- | --- | --- |",
    ]
    for move in MOVES:
        guards = ", ".join(_reads(guard.__name__) for guard in move.guards)
        lines.append(f"| {move.source} | {move.event} | {move.target} | {guards} | {move.reason or ''} |")
    return "\n".join(lines) + "\n"


def _edges() -> dict[tuple[str, str], list[str]]:
    edges: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        sources = [str(state) for state in State if not branches(state)] if move.target == BACK else [str(move.target)]
        targets = (
            [t for t in sources if t in ("amicable", "formal_notice", "judicial", "enforcement")]
            if move.target == BACK
            else sources
        )
        for target in targets:
            edges.setdefault((str(move.source), target), []).append(move.event)
    return edges


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
