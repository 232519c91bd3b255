"""Follows the changes of the user's data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Iterator, Optional, Type, TypeVar, Union

from pydantic import ValidationError

from latchkey_client._errors import ErrorKind, LatchkeyError
from latchkey_client._feed_connector import FeedClosed, FeedConnector, FeedStream
from latchkey_client._model import Model
from latchkey_client._sse import Event
from latchkey_client.models.change import Change
from latchkey_client.models.change_position import ChangePosition
from latchkey_client.models.change_stream_end import ChangeStreamEnd
from latchkey_client.models.change_stream_end_reason import ChangeStreamEndReason
from latchkey_client.models.change_type import ChangeType
from latchkey_client.models.error_code import ErrorCode

M = TypeVar("M", bound=Model)

# That of a revision that the server could have given.
_REVISION = re.compile("[0-9]{1,18}")


@dataclass(frozen=True)
class Put:
    """A key has this value now. The same key can come again, with a later revision."""

    revision: int
    """Where the data is with it."""

    key: str

    value: Optional[str]
    """None if values were not asked for."""

    etag: str

    expires_at: Optional[datetime] = None
    """When the entry expires, None if it does not; treat it as absent from then on, even before its `Deletion` comes."""


@dataclass(frozen=True)
class Deletion:
    """A key was deleted, or has expired."""

    revision: int
    """Where the data is with it."""

    key: str

    etag: str
    """Of this change; no entry has it."""


@dataclass(frozen=True)
class Position:
    """Who has applied everything before has exactly the data as of this revision. It comes only if it is asked for."""

    revision: int


@dataclass(frozen=True)
class Gone:
    """
    The server does not know any more what was deleted since, or an operator restored a backup.

    It is the last event: read all entries anew, and begin a new feed at the revision of the first page.
    """

    revision: int
    """Where the data is now."""


ChangeEvent = Union[Put, Deletion, Position, Gone]
"""What a feed gives."""


class ChangeFeed(Iterator[ChangeEvent]):
    """
    The changes of the user's data, as they come.

    It has an end only after `Gone`, or when it is closed; `with` closes it. Whatever else happens to a connection, it connects again, for as long as it
    takes, and goes on where it was; nothing is lost. While the caller does not ask for the next event, the server is held back.

    One thread at a time may ask for events; any thread may close it, and one that waits for an event learns at once that there is none. It is of the user
    who was logged in when it was made: after a log-out or the log-in of another one, it raises LatchkeyError, as it does after other failures that do
    not go away by themselves.
    """

    def __init__(self, connector: FeedConnector, since: int, positions: bool) -> None:
        self._connector = connector
        self._position = since
        self._positions = positions
        self._stream: Optional[FeedStream] = None
        self._is_over = False

    def __iter__(self) -> ChangeFeed:
        return self

    def __next__(self) -> ChangeEvent:
        event = None
        try:
            if not self._is_over and not self._connector.is_closed:
                event = self._pull()
        except (LatchkeyError, FeedClosed):
            if not self._connector.is_closed:
                raise
        finally:
            if event is None or isinstance(event, Gone):
                self._is_over = True
                self.close()
        if event is None:
            raise StopIteration
        return event

    def close(self) -> None:
        """Ends the request."""
        self._connector.close()

    def __enter__(self) -> ChangeFeed:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def _pull(self) -> Optional[ChangeEvent]:
        """The next event; None if it was closed."""
        try:
            while not self._connector.is_closed:
                stream = self._stream = self._stream or self._connector.open(self._position)
                event = stream.next()
                if event is None:
                    self._stream = None
                    if not self._connector.is_closed:
                        self._connector.lost(stream)
                    continue
                told = self._ended(stream, event) if event.name == "end" else self._told(stream, event)
                if told is not None:
                    return told
        except LatchkeyError as failure:
            if failure.code != ErrorCode.CHANGES_GONE:
                raise
            return Gone(self._position if failure.revision is None else failure.revision)
        return None

    def _told(self, stream: FeedStream, event: Event) -> Optional[ChangeEvent]:
        self._connector.works(stream)
        told: Optional[ChangeEvent] = None
        if event.name == "change":
            told = self._change(self._read(event, Change))
            self._position = told.revision
        elif event.name == "position":
            self._position = self._read(event, ChangePosition).revision
            told = Position(self._position) if self._positions else None
        # Others are of a newer server.
        if _REVISION.fullmatch(event.id):
            self._position = int(event.id)
        return told

    def _change(self, change: Change) -> Union[Put, Deletion]:
        if change.type == ChangeType.PUT:
            return Put(change.revision, change.key, change.value, change.etag, change.expires_at)
        if change.type == ChangeType.DELETE:
            return Deletion(change.revision, change.key, change.etag)
        raise self._unusable()

    def _ended(self, stream: FeedStream, event: Event) -> Optional[Gone]:
        self._stream = None
        end = self._read(event, ChangeStreamEnd)
        if end.reason == ChangeStreamEndReason.CHANGES_GONE:
            return Gone(end.revision)
        if end.reason in (ChangeStreamEndReason.TOKEN_EXPIRED, ChangeStreamEndReason.SESSION_ENDED):
            self._connector.refused(stream)
        else:
            self._connector.lost(stream)
        return None

    def _read(self, event: Event, kind: Type[M]) -> M:
        try:
            return kind.from_json(event.data)
        except ValidationError as failure:
            raise self._unusable() from failure

    def _unusable(self) -> LatchkeyError:
        message = f"{self._connector.label}: an event is not one of a Latchkey server."
        return LatchkeyError(0, None, message, kind=ErrorKind.UNUSABLE_ANSWER)
