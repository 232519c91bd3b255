"""The tokens of a log-in, and where they are kept."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Optional, Protocol


@dataclass(frozen=True)
class Tokens:
    """The tokens of a log-in. Protect them like a password."""

    access_token: str = field(repr=False)
    refresh_token: Optional[str] = field(repr=False)
    expires_at: float
    """When the access token expires, as `time.time()` counts."""

    username: Optional[str] = None
    """The username, as it was typed."""


def owner(tokens: Tokens) -> str:
    """
    Whose tokens they are: the id of the user, where the access token has one.

    The same user may log in by the username or by the e-mail address, and another may be given either of them later.
    """
    try:
        _, claims, _ = tokens.access_token.split(".")
        subject = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]
    except (ValueError, LookupError, TypeError):
        return f"name:{tokens.username}"
    return f"id:{subject}"


class TokenStore(Protocol):
    """Keeps the tokens of one user, so that the log-in outlives the program. It is called by one thread at a time."""

    def load(self) -> Optional[Tokens]:
        """The tokens that were saved last, or None."""

    def save(self, tokens: Tokens) -> None:
        """Keeps these instead of those before."""

    def clear(self) -> None:
        """Deletes the tokens: the user is logged out."""


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
        """Deletes the tokens."""
        self._tokens = None
