"""The connections of a feed."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock
from typing import Callable, Iterator, Optional, Tuple

import urllib3

from latchkey_client._errors import LatchkeyError, NoAnswer, TimedOut
from latchkey_client._http import Http, Request
from latchkey_client._log_in import Held, LogIn
from latchkey_client._sse import Event, EventParser
from latchkey_client._stream import Stream
from latchkey_client._tokens import Tokens, owner
from latchkey_client.models.error_code import ErrorCode

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


class FeedClosed(Exception):
    """The feed was closed while it was to connect."""


@dataclass(frozen=True)
class Feeding:
    """What all feeds of a client have in common."""

    http: Http
    log_in: LogIn
    user_agent: str
    log: Callable[[str], None]
    sleep: Callable[[float], None]


class FeedStream:
    """One open stream of changes."""

    is_due = False
    """Whether it was left only because the token is to be refreshed."""

    reason = "the server ended the stream"
    """Why no event comes any more, for the log."""

    def __init__(self, stream: Stream, held: Held, silence: float, until_refresh: Optional[float]) -> None:
        self.held = held
        self.is_fruitful = False
        self._stream = stream
        self._silence = silence
        self._due = None if until_refresh is None else time.monotonic() + until_refresh
        self._parser = EventParser()
        self._events: Iterator[Event] = iter(())

    @property
    def retry(self) -> Optional[float]:
        """Seconds that the server wants clients to wait before they connect again."""
        return self._parser.retry

    def next(self) -> Optional[Event]:
        """Waits for the next event; None if none comes any more."""
        while True:
            for event in self._events:
                return event
            piece = self._read()
            if not piece:
                return None
            self._events = self._parser.events(piece)

    def _read(self) -> bytes:
        left = self._silence if self._due is None else max(0.001, self._due - time.monotonic())
        try:
            return self._stream.read(min(left, self._silence))
        except urllib3.exceptions.ReadTimeoutError:
            self.is_due = left < self._silence
            silent = f"nothing came for {self._silence:g} seconds"
            self.reason = "the token is about to expire" if self.is_due else silent
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            self.reason = "the stream broke off"
        return b""

    def close(self) -> None:
        """Ends the request."""
        self._stream.close()


class FeedConnector:
    """Opens the streams of a feed, one after the other, as long as the user of its beginning is logged in."""

    def __init__(self, feeding: Feeding, values: bool, timeout: Tuple[float, float]) -> None:
        self._feeding = feeding
        self._values = values
        self._timeout = timeout
        self._closed = Flag()
        self._lock = Lock()
        self._stream: Optional[Stream] = None
        self._known = feeding.log_in.held()
        self._owner = None if self._known.tokens is None else owner(self._known.tokens)
        self._failures = 0
        self._retry = 0.0
        self._pause: Optional[float] = None
        self._stale: Optional[Held] = None
        self.label = f"read_changes (GET {feeding.http.base}/api/changes)"

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._closed.is_set()

    def open(self, since: int) -> FeedStream:
        """Opens the next stream; waits and tries again as long as that can help, and raises LatchkeyError if it cannot, FeedClosed if it was closed."""
        refusals = 0
        while True:
            self._wait()
            try:
                held, tokens = self._tokens()
                stream = self._send(since, tokens)
                if _is_event_stream(stream):
                    left = self._feeding.log_in.until_refresh(tokens)
                    return FeedStream(stream, held, self._timeout[1], left)
                failure = self._failure(stream)
                if failure.status != 401 or failure.code != ErrorCode.INVALID_TOKEN or refusals:
                    raise failure
                refusals = 1
                renewed = self._feeding.log_in.renewed(held)
                if renewed is None or renewed.tokens is None:
                    raise failure
            except LatchkeyError as failure:
                if not _is_transient(failure):
                    raise
                self._failed(failure.retry_after or 0)

    def works(self, stream: FeedStream) -> None:
        """An event has arrived."""
        self._failures = 0
        self._retry = self._retry if stream.retry is None else stream.retry
        stream.is_fruitful = True
        self._require_log_in()

    def lost(self, stream: FeedStream) -> None:
        """The stream is over."""
        stream.close()
        self._retry = self._retry if stream.retry is None else stream.retry
        self._feeding.log(f"{self.label}: {stream.reason}")
        if not stream.is_due:
            self._failed()

    def refused(self, stream: FeedStream) -> None:
        """The server does not want the token of the stream any more. It is replaced without a pause, unless that has just been done in vain."""
        stream.close()
        self._stale = stream.held
        if not stream.is_fruitful:
            self._failed()

    def close(self) -> None:
        """Ends the request, and whatever another thread waits for."""
        with self._lock:
            self._closed.set()
            stream = self._stream
        if stream is not None:
            stream.close()

    def _failed(self, asked: float = 0) -> None:
        most = min(_FIRST_WAIT * 2 ** min(self._failures, 6), _LONGEST_WAIT)
        self._failures += 1
        # All clients of a server that stops are asked for the same.
        polite = max(asked, self._retry) * random.uniform(1, 1.25)
        self._pause = max(random.uniform(most / 2, most), polite)

    def _wait(self) -> None:
        if self._pause is not None:
            self._feeding.log(f"{self.label}: again in {self._pause:.3g} s")
            if self._feeding.sleep is time.sleep:
                self._closed.wait(self._pause)
            else:
                self._feeding.sleep(self._pause)
            self._pause = None
        if self.is_closed:
            raise FeedClosed

    def _require_log_in(self) -> None:
        if not self._feeding.log_in.is_current(self._known):
            self._known, _ = self._owned(self._feeding.log_in.held())

    def _owned(self, held: Optional[Held]) -> Tuple[Held, Tokens]:
        """Nobody gets the changes of another user."""
        if held is None or held.tokens is None or owner(held.tokens) != self._owner:
            raise LatchkeyError.not_logged_in()
        return held, held.tokens

    def _tokens(self) -> Tuple[Held, Tokens]:
        self._require_log_in()
        log_in, stale = self._feeding.log_in, self._stale
        held = log_in.current() if stale is None or not log_in.is_current(stale) else log_in.renewed(stale)
        self._stale = None
        self._require_log_in()
        return self._owned(held)

    def _send(self, since: int, tokens: Tokens) -> Stream:
        request = Request(
            self.label,
            "GET",
            f"/api/changes?since={since}{'' if self._values else '&values=false'}",
            {
                "Accept": "text/event-stream",
                "User-Agent": self._feeding.user_agent,
                "Authorization": f"Bearer {tokens.access_token}",
            },
            None,
        )
        stream = self._feeding.http.stream()
        with self._lock:
            self._stream = stream
            if self._closed.is_set():
                stream.close()
        began = time.monotonic()
        try:
            self._feeding.http.open(stream, request, self._timeout)
        except LatchkeyError as failure:
            stream.close()
            self._feeding.log(failure.message)
            raise
        took = round((time.monotonic() - began) * 1000)
        request_id = stream.headers.get("X-Request-Id", "without an id")
        self._feeding.log(f"{self.label}: {stream.status} in {took} ms, request {request_id}")
        return stream

    def _failure(self, stream: Stream) -> LatchkeyError:
        try:
            body = stream.read_all()
        except urllib3.exceptions.HTTPError:
            body = b""
        finally:
            stream.close()
        if 200 <= stream.status < 300:
            return LatchkeyError.unusable(self.label, stream.status, stream.headers)
        return LatchkeyError.of(self.label, stream.status, stream.headers, body)


def _is_event_stream(stream: Stream) -> bool:
    kind = stream.headers.get("Content-Type", "").partition(";")[0].strip()
    return stream.status == 200 and kind.lower() == "text/event-stream"


def _is_transient(failure: LatchkeyError) -> bool:
    return isinstance(failure, (NoAnswer, TimedOut)) or failure.status == 429 or failure.status >= 500
