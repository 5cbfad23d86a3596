"""What administrators are told when something that is to run by itself does not, and when it does again."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from recovery.notices.compose import FALLBACK, LANGUAGES, Notice, texts

# One fault: of what kind, and which program or schedule.
Named = tuple[str, str]


def compose_watch(begun: Sequence[Named], over: Sequence[Named], language: str, link: str, sender: str) -> Notice:
    """Return the mail about what does not run and what runs again."""
    spoken = language if language in LANGUAGES else FALLBACK
    said, frame = watch_texts()[spoken], texts(spoken)["frame"]
    parts = [frame["greeting"]]
    if begun:
        parts += [said["opening"], *(f"- {fault_text(*one, spoken)}" for one in begun), said["again"]]
    if over:
        parts += [said["over"], *(f"- {fault_text(*one, spoken)}" for one in over)]
    parts += [f"{said['see']}\n{link}", sender]
    return Notice(spoken, said["subject" if begun else "subject_over"], "\n\n".join(parts) + "\n")


def fault_text(kind: str, subject: str, language: str) -> str:
    """Return what is wrong and what to do about it."""
    spoken = language if language in LANGUAGES else FALLBACK
    return str(watch_texts()[spoken]["faults"][kind]).format(subject=subject)


@cache
def watch_texts() -> dict[str, Any]:
    """Return the texts by language."""
    return tomllib.loads(resources.files("recovery.notices").joinpath("watch.toml").read_text("utf-8"))
