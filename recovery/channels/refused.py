"""What a channel says when the recipient cannot be reached by it: trying again would not help."""

from __future__ import annotations

from recovery.errors import CaseError


class Refused(CaseError):
    """The recipient was refused for good; `status` says what the shipment became."""

    default_code = "recipient_refused"

    def __init__(self, message: str, status: str = "bounced") -> None:
        super().__init__(message)
        self.status = status
