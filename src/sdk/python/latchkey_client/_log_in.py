"""The log-in of one user: its tokens, and how they are renewed."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock
from typing import Callable, Optional

from latchkey_client._errors import LatchkeyError
from latchkey_client._tokens import Tokens, TokenStore

_EARLY = 5.0
"""Seconds before its end at which an access token is renewed, for a call takes its time to arrive."""


class LogIn:
    """Renews the tokens when they are needed; however many threads wait for that, it is done once."""

    def __init__(self, store: TokenStore, clock: Callable[[], float], refresh: Callable[[str], Tokens]) -> None:
        self._store = store
        self._clock = clock
        self._refresh = refresh
        self._lock = Lock()
        self._renewal: Optional[Future[Optional[Tokens]]] = None

    def begin(self, tokens: Tokens) -> None:
        """Keeps the tokens of a new log-in."""
        with self._lock:
            self._store.save(tokens)

    def end(self) -> None:
        """Forgets the tokens."""
        with self._lock:
            self._store.clear()

    @property
    def is_open(self) -> bool:
        """Whether somebody is logged in."""
        with self._lock:
            return self._store.load() is not None

    def tokens(self) -> Optional[Tokens]:
        """Tokens that are good for a call, or None if nobody is logged in."""
        with self._lock:
            tokens = self._store.load()
        if tokens is None or self._clock() < tokens.expires_at - _EARLY:
            return tokens
        return self.renewed(tokens)

    def renewed(self, refused: Tokens) -> Optional[Tokens]:
        """Tokens to use instead of these, or None if there are none. If the refresh fails, it fails for all."""
        with self._lock:
            tokens = self._store.load()
            if tokens is None or tokens.access_token != refused.access_token:
                return tokens
            is_first = self._renewal is None
            renewal = self._renewal = self._renewal or Future()
        if not is_first:
            return renewal.result()
        try:
            result = self._renew(tokens)
        except BaseException as failure:
            with self._lock:
                self._renewal = None
            renewal.set_exception(failure)
            raise
        with self._lock:
            self._renewal = None
        renewal.set_result(result)
        return result

    def _renew(self, tokens: Tokens) -> Optional[Tokens]:
        new = None
        try:
            if tokens.refresh_token is not None:
                new = self._refresh(tokens.refresh_token)
        except LatchkeyError as refusal:
            if refusal.status in (400, 401):
                self._replace(tokens, None)
            raise
        return self._replace(tokens, new)

    def _replace(self, old: Tokens, new: Optional[Tokens]) -> Optional[Tokens]:
        """Unless the user logged in or out meanwhile; that counts."""
        with self._lock:
            current = self._store.load()
            if current is None or current.access_token != old.access_token:
                return current
            if new is None:
                self._store.clear()
            else:
                self._store.save(new)
            return new
