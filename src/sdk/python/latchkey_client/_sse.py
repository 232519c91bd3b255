"""Server-sent events (the HTML standard, section 9.2)."""

from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple, Optional

_MILLISECONDS = re.compile("[0-9]{1,9}")
_LINE_END = re.compile(b"\r\n|\r|\n")


class Event(NamedTuple):
    """An event with its name, its data and the last id that the stream had until then."""

    name: str
    data: str
    id: str


class EventParser:
    """Takes a stream of events apart, in whatever pieces its bytes come."""

    retry: Optional[float] = None
    """Seconds that the server wants clients to wait before they connect again; None if it has not said."""

    def __init__(self) -> None:
        self._pieces: List[bytes] = []
        self._ends_with_return = False
        self._is_first_line = True
        self._name = ""
        self._data: List[str] = []
        self._id = ""

    def events(self, piece: bytes) -> Iterator[Event]:
        """The events that end in this piece; the rest is kept for the next one."""
        if self._ends_with_return and piece.startswith(b"\n"):
            piece = piece[1:]
            self._ends_with_return = False
        *lines, rest = _LINE_END.split(piece)
        for line in lines:
            self._pieces.append(line)
            text = b"".join(self._pieces).decode(errors="replace")
            self._pieces = []
            if self._is_first_line:
                text = text.removeprefix("\ufeff")
                self._is_first_line = False
            if text:
                self._field(*text.partition(":"))
            elif self._data:
                event = Event(self._name, "\n".join(self._data), self._id)
                self._name, self._data = "", []
                yield event
            else:
                self._name = ""
        if rest:
            self._pieces.append(rest)
        if piece:
            self._ends_with_return = piece.endswith(b"\r")

    def _field(self, field: str, _: str, value: str) -> None:
        # A comment is a field without a name.
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and _MILLISECONDS.fullmatch(value):
            self.retry = int(value) / 1000
