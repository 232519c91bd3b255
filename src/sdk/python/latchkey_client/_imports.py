"""Many entries at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Callable, Iterable, Iterator, List, Optional, Protocol, Tuple, Union

from latchkey_client._errors import known
from latchkey_client.models.error_code import ErrorCode
from latchkey_client.models.field_error import FieldError
from latchkey_client.models.import_result import ImportResult
from latchkey_client.models.imported_entry import ImportedEntry

# The bounds of a request: they bound the memory here, and what a lost response leaves in doubt.
_MAX_LINES = 1000
# In UTF-8, this is less than the mebibyte that many a proxy lets through at most.
_MAX_LENGTH = 256 * 1024
_MAX_FAILURES = 100


class Importable(Protocol):
    """What can be imported."""

    @property
    def key(self) -> str: ...

    @property
    def value(self) -> Optional[str]: ...

    @property
    def expires_at(self) -> Optional[datetime]: ...


@dataclass(frozen=True)
class FailedEntry:
    """Why an entry of an import was not stored."""

    line: int
    """Its number among all entries of the import; the first is 1."""

    key: str
    """Its key."""

    code: Union[ErrorCode, str]
    """Why; a string if this version does not know the code."""

    message: str
    """The same, for users to read."""

    errors: List[FieldError]
    """What exactly is wrong, member by member."""


@dataclass(frozen=True)
class ImportSummary:
    """What became of the entries of an import."""

    created: int = 0
    """How many entries are new."""

    replaced: int = 0
    """How many entries were replaced."""

    skipped: int = 0
    """How many were left out, because their key has an entry or their time is over."""

    failed: int = 0
    """How many could not be stored."""

    failures: List[FailedEntry] = field(default_factory=lambda: [])
    """The first 100 of those that could not be stored."""


def import_all(entries: Iterable[Importable], send: Callable[[str], ImportResult]) -> ImportSummary:
    """Sends the entries as they come, in requests of a bounded size, and sums the results up."""
    summary, sent = ImportSummary(), 0
    for lines, keys in _requests(entries):
        summary = _sum(summary, send(lines), keys, sent)
        sent += len(keys)
    return summary


def _requests(entries: Iterable[Importable]) -> Iterator[Tuple[str, List[str]]]:
    """The lines of each request, and their keys."""
    lines: List[str] = []
    keys: List[str] = []
    length = 0
    for number, entry in enumerate(entries, 1):
        line = _line(entry, number)
        if lines and length + len(line) > _MAX_LENGTH:
            yield "".join(lines), keys
            lines, keys, length = [], [], 0
        lines.append(line)
        keys.append(entry.key)
        length += len(line)
        if len(lines) == _MAX_LINES:
            yield "".join(lines), keys
            lines, keys, length = [], [], 0
    if lines:
        yield "".join(lines), keys


def _line(entry: Importable, number: int) -> str:
    try:
        if isinstance(entry, ImportedEntry):
            return entry.to_json() + "\n"
        members = {"key": entry.key, "value": entry.value, "expires_at": entry.expires_at}
        return ImportedEntry.model_validate(members).to_json() + "\n"
    except (AttributeError, ValueError) as failure:
        raise ValueError(f"entry {number} cannot be imported: {failure}") from failure


def _sum(summary: ImportSummary, result: ImportResult, keys: List[str], sent: int) -> ImportSummary:
    failures = [
        FailedEntry(sent + one.line, keys[one.line - 1], known(one.code), one.message, one.errors or [])
        for one in result.failures[: _MAX_FAILURES - len(summary.failures)]
    ]
    return ImportSummary(
        summary.created + result.created,
        summary.replaced + result.replaced,
        summary.skipped + result.skipped,
        summary.failed + result.failed,
        summary.failures + failures,
    )
