"""The log-in of one user: its tokens, and their refresh."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from threading import Lock, RLock
from typing import Callable, List, NamedTuple, Optional

from latchkey_client._errors import LatchkeyError
from latchkey_client._tokens import Tokens, TokenStore
from latchkey_client.models.error_code import ErrorCode

_LOGGER = logging.getLogger("latchkey_client")

_EARLY = 10.0
"""Seconds before its end at which an access token is refreshed, in all our clients, so that it does not expire on its way."""


class Held(NamedTuple):
    """The tokens of a log-in, if there are any; `number` distinguishes log-ins."""

    tokens: Optional[Tokens]
    number: int


class LogIn:
    """Refreshes the tokens when needed, and only once, however many threads wait for it."""

    def __init__(self, store: TokenStore, clock: Callable[[], float], refresh: Callable[[str], Tokens]) -> None:
        self._store = store
        self._clock = clock
        self._refresh = refresh
        self._lock = Lock()
        self._number = 0
        self._renewal: Optional[Future[Optional[Held]]] = None
        self._telling = RLock()
        self._listeners: List[Callable[[Optional[str]], None]] = []
        self._known: Optional[str] = None

    def begin(self, tokens: Tokens) -> None:
        """Keeps the tokens of a new log-in. The result of a refresh in flight is discarded then."""
        with self._lock:
            self._next()
            self._store.save(tokens)
        self._tell()

    def end(self, held: Held) -> None:
        """Deletes the tokens, unless there was another log-in since."""
        with self._lock:
            if held.number == self._number:
                self._next()
                self._store.clear()
        self._tell()

    def listen(self, listener: Callable[[Optional[str]], None]) -> Callable[[], None]:
        """Adds a listener; call the result to remove it."""

        def own(username: Optional[str]) -> None:
            # A listener that is added twice is called twice.
            listener(username)

        def stop() -> None:
            with self._telling:
                if own in self._listeners:
                    self._listeners.remove(own)

        with self._telling:
            if not self._listeners:
                self._known = self._username()
            self._listeners.append(own)
        return stop

    def _username(self) -> Optional[str]:
        tokens = self.held().tokens
        return None if tokens is None else tokens.username

    def _tell(self) -> None:
        """Must not hold the lock, because a listener may make calls."""
        with self._telling:
            username = self._username() if self._listeners else self._known
            if username == self._known:
                return
            self._known = username
            for listener in list(self._listeners):
                try:
                    listener(username)
                except Exception:
                    _LOGGER.exception("A listener failed; the call that it was told of did not.")

    def _next(self) -> None:
        self._number += 1
        self._renewal = None

    def held(self) -> Held:
        """The current tokens, expired or not."""
        with self._lock:
            return Held(self._store.load(), self._number)

    def current(self) -> Held:
        """The tokens for a call. If the log-in ends meanwhile, these are the old ones, so that the call is not made as another user."""
        held = self.held()
        # Without a refresh token, an old token is sent nevertheless, because the clock here may be wrong.
        if held.tokens is None or held.tokens.refresh_token is None:
            return held
        if self._clock() < held.tokens.expires_at - _EARLY:
            return held
        return self.renewed(held) or held

    def is_current(self, held: Held) -> bool:
        """Whether nobody has logged in or out since."""
        with self._lock:
            return self._number == held.number

    def until_refresh(self, tokens: Tokens) -> Optional[float]:
        """In how many seconds these are to be refreshed; None if they cannot be, or should have been already, since they do not live that long."""
        left = tokens.expires_at - _EARLY - self._clock()
        return left if tokens.refresh_token is not None and left > 0 else None

    def renewed(self, refused: Held) -> Optional[Held]:
        """The tokens that replace refused ones, or None if the log-in has ended. If the refresh fails, it fails for all."""
        while True:
            with self._lock:
                if self._number != refused.number:
                    return None
                tokens = self._store.load()
                if tokens is None or refused.tokens is None or tokens.access_token != refused.tokens.access_token:
                    return Held(tokens, self._number)
                is_first = self._renewal is None
                renewal = self._renewal = self._renewal or Future()
            if is_first:
                return self._renew_for_all(tokens, refused.number, renewal)
            try:
                return renewal.result()
            except CancelledError:
                # Only the thread that refreshed was interrupted, not this one.
                continue

    def _renew_for_all(self, tokens: Tokens, number: int, renewal: Future[Optional[Held]]) -> Optional[Held]:
        try:
            result = self._renew(tokens, number)
        except BaseException as failure:
            self._end_renewal(renewal)
            if isinstance(failure, Exception):
                renewal.set_exception(failure)
            else:
                renewal.cancel()
            self._tell()
            raise
        self._end_renewal(renewal)
        renewal.set_result(result)
        self._tell()
        return result

    def _end_renewal(self, renewal: Future[Optional[Held]]) -> None:
        with self._lock:
            if self._renewal is renewal:
                self._renewal = None

    def _renew(self, tokens: Tokens, number: int) -> Optional[Held]:
        new = None
        try:
            if tokens.refresh_token is not None:
                new = replace(self._refresh(tokens.refresh_token), username=tokens.username)
        except LatchkeyError as refusal:
            # A malformed refresh token counts, too: a retry would not help.
            if refusal.code in (ErrorCode.INVALID_REFRESH_TOKEN, ErrorCode.INVALID_REQUEST):
                self._replace(tokens, None, number)
            raise
        return self._replace(tokens, new, number)

    def _replace(self, old: Tokens, new: Optional[Tokens], number: int) -> Optional[Held]:
        """Does nothing if the user logged in or out meanwhile."""
        with self._lock:
            if self._number != number:
                return None
            current = self._store.load()
            if current is None or current.access_token != old.access_token:
                return Held(current, number)
            if new is None:
                self._store.clear()
            else:
                self._store.save(new)
            return Held(new, number)
