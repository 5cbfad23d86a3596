"""A country's folder: its files as values, read once and only when they are asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

from recovery.country_files import own_parameters, own_service, own_words, step_of, stop_effects
from recovery.law.basis import Citations, Grammar
from recovery.law.enforcement import EnforcementFacts, enforcement_of
from recovery.law.laws_file import check_law, check_tables, common, load_laws
from recovery.law.parameters import LawBook, load_law
from recovery.law.values import Step, StopEvent

# What of a service says who signs and where it is registered.
_WHO = ("facts", "signatory", "registration")


class CountryFolder:
    """The data of one country, from the package that holds its adapter."""

    country: ClassVar[str]

    @cached_property
    def folder(self) -> Traversable:
        """The country's own folder."""
        return resources.files(type(self).__module__)

    @cached_property
    def law(self) -> LawBook:
        """The country's dated parameters."""
        own = own_parameters(self.country)
        return check_law(self.grammar, load_law(self.folder, self.country, own), own)

    @cached_property
    def citations(self) -> Citations:
        """The acts and notes that this country's legal bases cite: laws.toml."""
        return load_laws(self.folder, self.country)

    @cached_property
    def grammar(self) -> Grammar:
        """The reader of this country's legal bases: its own acts and notes, and those that all countries share."""
        return Grammar((self.citations, common()))

    @cached_property
    def service(self) -> dict[str, Any]:
        """How the national team is reached: service.toml, and what an installation sets over its sample data."""
        own = own_service(self.country)
        sample = self._read("service.toml")
        # A made-up register number never stands beside a real account: an installation says who it is, or nothing.
        kept = {name: value for name, value in sample.items() if not own or name not in _WHO}
        return {**kept, **own}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the procedure in their order: procedure.toml."""
        return tuple(step_of(row) for row in self._procedure["step"])

    @cached_property
    def stop_events(self) -> tuple[StopEvent, ...]:
        """What stops the procedure, and what to do then: procedure.toml."""
        return tuple(StopEvent(**row) for row in self._procedure.get("stop", ()))

    @cached_property
    def courts(self) -> dict[str, dict[str, Any]]:
        """The judicial routes by code: courts.toml."""
        return dict(self._courts["route"])

    @cached_property
    def enforcement(self) -> EnforcementFacts:
        """Who enforces a title here, in which terms and at what fee: courts.toml."""
        return enforcement_of(self._courts["enforcement"])

    @cached_property
    def _courts(self) -> dict[str, Any]:
        return self._cited("courts.toml")

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """The words of this country's own codes, by language, group and code: words/<language>.toml.

        Its own sentences (REMARKS) are there in English too; of what stops a procedure (STOPS) the English is the
        effect in procedure.toml.

        Raises:
            LawError: a language words other codes than English does.
        """
        return own_words(self.country, self.folder.joinpath("words"), {"STOPS": stop_effects(self.stop_events)})

    def steps_for(self, debtor_kind: str) -> tuple[Step, ...]:
        """Return the steps that apply to a kind of debtor."""
        return tuple(step for step in self.steps if debtor_kind in step.debtors)

    @cached_property
    def _procedure(self) -> dict[str, Any]:
        return self._cited("procedure.toml")

    def _cited(self, name: str) -> dict[str, Any]:
        """Return a file whose every legal basis is of a known act."""
        return check_tables(self.grammar, self._read(name), f"{self.country}: {name}")

    def _read(self, name: str) -> dict[str, Any]:
        return tomllib.loads(self.folder.joinpath(name).read_text("utf-8"))
