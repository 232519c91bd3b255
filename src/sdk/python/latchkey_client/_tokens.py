"""The tokens of a log-in, and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Protocol


@dataclass(frozen=True)
class Tokens:
    """What a log-in gives. Keep it as safe as a password."""

    access_token: str = field(repr=False)
    refresh_token: Optional[str] = field(repr=False)
    expires_at: float
    """When the access token expires, as `time.time()` counts."""

    username: Optional[str] = None
    """Who is logged in, as they wrote it."""


class TokenStore(Protocol):
    """Keeps the tokens of one user, so that the log-in outlives the program. Its calls come one at a time."""

    def load(self) -> Optional[Tokens]:
        """The tokens that were saved last, or None."""

    def save(self, tokens: Tokens) -> None:
        """Keeps these instead of those before."""

    def clear(self) -> None:
        """Forgets them: the user is logged out."""


class MemoryTokenStore:
    """Keeps the tokens as long as the program runs."""

    def __init__(self) -> None:
        self._tokens: Optional[Tokens] = None

    def load(self) -> Optional[Tokens]:
        """The tokens that were saved last, or None."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keeps these instead of those before."""
        self._tokens = tokens

    def clear(self) -> None:
        """Forgets them."""
        self._tokens = None
