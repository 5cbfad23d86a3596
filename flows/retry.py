"""Which failures Prefect retries: those of the outside alone."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State

from recovery.errors import GatewayError


def outside_failed(task: Any, run: Any, state: State[Any]) -> bool:
    """Tell whether a task failed because something outside did not answer."""
    error = state.data if isinstance(state.data, Exception) else None
    if error is None:
        try:
            state.result()
        except GatewayError:
            return True
        except Exception:
            return False
    return isinstance(error, GatewayError)
