"""Automatic retries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Literal, Optional

from latchkey_client._errors import LatchkeyError, seconds
from latchkey_client._http import Answer
from latchkey_client.models.error_code import ErrorCode

Repeat = Literal["never", "unavailable", "always"]
"""When an operation may be retried although it may have been done, as the contract's `x-repeat` says: after a 503, or also after a lost connection."""


@dataclass(frozen=True)
class Patience:
    """The max number of retries of a call, and the max seconds that it waits for them in all."""

    retries: int
    seconds: float
    sleep: Callable[[float], None]


class Repeats:
    """The retries of one call."""

    def __init__(self, method: str, repeat: Repeat, patience: Patience, has_idempotency_key: bool) -> None:
        self._method = method
        self._patience = patience
        # With a key, the server does it once, however often it is sent.
        self._repeat: Repeat = "always" if has_idempotency_key else repeat
        self._server_knows = has_idempotency_key
        self._count = 0
        self._waited = 0.0
        self._reconnected = False
        self._answer_lost = False

    def wait_after(self, answer: Answer) -> Optional[int]:
        """After how many seconds it may be retried; None if it may not."""
        if answer.status not in (429, 503) or answer.status == 503 and self._repeat == "never":
            return None
        wait = seconds(answer.headers.get("Retry-After")) or 1
        if self._count >= self._patience.retries or self._waited + wait > self._patience.seconds:
            return None
        self._answer_lost |= answer.status == 503
        return wait

    def wait(self, wait: int) -> None:
        """Waits before a retry."""
        self._patience.sleep(wait)
        self._count += 1
        self._waited += wait

    def after_lost_connection(self) -> bool:
        """Whether it may be retried, once, although its outcome is unknown."""
        again = self._repeat == "always" and not self._reconnected
        self._reconnected = True
        return again

    def found_done(self, answer: Answer) -> bool:
        """Whether a deletion finds nothing because an earlier attempt, which got a 503, may have done it."""
        if self._method != "DELETE" or self._server_knows or answer.status != 404 or not self._answer_lost:
            return False
        # An error page of a proxy does not count.
        return isinstance(LatchkeyError.of("", *answer).code, ErrorCode)
