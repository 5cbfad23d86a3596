"""Errors in four branches, by who must act (nobody retries any but the last)."""

from __future__ import annotations

from typing import Any


class RecoveryError(Exception):
    """A failure that a person can act on: what was asked, what was found, what to do.

    `code` is stable and machine-readable; `field` names the input at fault, if one is.
    """

    default_code = "error"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the words behind: what is pickled is kept by others, as Prefect keeps the errors of runs."""
        return _wordless, (type(self), self.code, self.field)

    def as_dict(self) -> dict[str, str | None]:
        """Return the error in the shape of the command line's JSON."""
        return {"code": self.code, "message": self.message, "field": self.field}


def _wordless(kind: type[RecoveryError], code: str, field: str | None) -> RecoveryError:
    error = kind.__new__(kind)
    RecoveryError.__init__(error, code, code=code, field=field)
    return error


class IntakeError(RecoveryError):
    """The document or claim that came in cannot be taken: the creditor must mend it."""

    default_code = "intake"


class LawError(RecoveryError):
    """A rule or rate is not known for what was asked: a maintainer must add it."""

    default_code = "law"


class CaseError(RecoveryError):
    """The case does not allow what was asked: the caller must ask for something else."""

    default_code = "case"


class GatewayError(RecoveryError):
    """Something outside did not answer: may be tried again."""

    default_code = "gateway"


class UnexpectedError(RecoveryError):
    """Something failed that nobody foresaw: a maintainer must look; what it says holds no personal data."""

    default_code = "unexpected"


def known(error: Exception) -> RecoveryError:
    """Return a failure as an error that may be shown and stored: one of ours as it is, another by type and place alone.

    What another says may hold names, amounts or numbers: it is left out.
    """
    if isinstance(error, RecoveryError):
        return error
    place = error.__traceback__
    found = "?"
    while place is not None:
        file = place.tb_frame.f_code.co_filename.replace("\\", "/")
        for room in ("/recovery/", "/adapters/", "/flows/"):
            if room in file:
                found = f"{room[1:]}{file.rsplit(room, 1)[1]}:{place.tb_lineno}"
        place = place.tb_next
    return UnexpectedError(f"{type(error).__name__} at {found}: not foreseen; tell who maintains the service")


class Faults(IntakeError):
    """Several faults of one claim, reported at once."""

    default_code = "invalid_claim"
    faults: list[IntakeError] = []

    def __init__(self, faults: list[IntakeError]) -> None:
        self.faults = faults
        first = faults[0]
        message = "; ".join(fault.message for fault in faults)
        code = first.code if len(faults) == 1 else self.default_code
        super().__init__(message, code=code, field=first.field)
