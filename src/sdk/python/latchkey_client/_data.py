"""The user's private key-value store."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Iterable, Iterator, List, Literal, Optional, Tuple, Union, overload

from latchkey_client._calls import Calls
from latchkey_client._changes import ChangeFeed
from latchkey_client._errors import ErrorKind, LatchkeyError
from latchkey_client._feed_connector import FeedConnector, Feeding
from latchkey_client._http import Timeout
from latchkey_client._imports import Importable, ImportSummary, import_all
from latchkey_client.api.data_api import DataApi
from latchkey_client.models.batch import Batch
from latchkey_client.models.batch_operation import BatchOperation
from latchkey_client.models.batch_result import BatchResult
from latchkey_client.models.error_code import ErrorCode
from latchkey_client.models.import_entries_response import ImportEntriesResponse
from latchkey_client.models.import_mode import ImportMode
from latchkey_client.models.import_result import ImportResult
from latchkey_client.models.listed_entry import ListedEntry
from latchkey_client.models.new_value import NewValue
from latchkey_client.models.read_entry_response import ReadEntryResponse

Mode = Union[ImportMode, Literal["create", "replace", "skip"], None]
"""What becomes of an entry whose key exists."""


class DataStore(DataApi):
    """
    The user's private key-value store: all its operations, and short ways to use them.

    An ETag is a string, with its quotes, as the server gives it. Every write has an idempotency key: if its response is lost, it is sent
    once more, and done once.
    """

    def __init__(self, calls: Calls, feeding: Feeding) -> None:
        super().__init__(calls)
        self._repeating = DataApi(calls.repeating())
        self._feeding = feeding

    def get(self, key: str, *, timeout: Timeout = None) -> Optional[str]:
        """The value of a key, or None if there is no entry. `read_entry` gives its ETag as well."""
        try:
            return self.read_entry(key, timeout=timeout).data.value
        except LatchkeyError as error:
            if error.code != ErrorCode.KEY_NOT_FOUND:
                raise
            return None

    def read_if_changed(self, key: str, etag: str, *, timeout: Timeout = None) -> Optional[ReadEntryResponse]:
        """Reads an entry, if it no longer has this ETag; otherwise gives None. If there is no entry any more, it raises KEY_NOT_FOUND."""
        try:
            return self.read_entry(key, if_none_match=etag, timeout=timeout)
        except LatchkeyError as error:
            if error.kind is not ErrorKind.NOT_MODIFIED:
                raise
            return None

    def set(
        self,
        key: str,
        value: str,
        *,
        expires_in: Union[int, timedelta, None] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        timeout: Timeout = None,
    ) -> str:
        """
        Stores a value, whether there is an entry or not, and returns its new ETag.

        If a condition does not hold, it raises PRECONDITION_FAILED with the current ETag.

        :param expires_in: how long the entry is to exist, in seconds (a fraction is rounded up); None for ever
        :param if_match: only if the entry still has this ETag, so that nobody's change in between is lost; `*` for any
        :param if_none_match: only if the entry does not have this ETag; `*` for any, so that there must be no entry
        """
        body = NewValue(value=value)
        if expires_in is not None:
            body.expires_in = _seconds(expires_in)
        return self.update_entry(
            key, body, upsert=True, if_match=if_match, if_none_match=if_none_match, timeout=timeout
        ).etag

    def delete(self, key: str, *, if_match: Optional[str] = None, timeout: Timeout = None) -> bool:
        """
        Deletes an entry, and returns whether there was one.

        :param if_match: only if the entry still has this ETag; otherwise it raises PRECONDITION_FAILED with the current one
        """
        try:
            self.delete_entry(key, if_match=if_match, timeout=timeout)
            return True
        except LatchkeyError as error:
            if error.code != ErrorCode.KEY_NOT_FOUND:
                raise
            return False

    def list(
        self,
        prefix: str = "",
        *,
        values: bool = True,
        limit: Optional[int] = None,
        page_size: int = 1000,
        timeout: Timeout = None,
    ) -> Iterator[ListedEntry]:
        """
        Entries with their ETags and times, ordered by the bytes of the key. It reads page after page while it is used, and so is no snapshot.

        :param prefix: only entries whose key begins with it
        :param values: False for keys, ETags and times alone
        :param limit: the max number of entries in all; None for all that there are
        :param page_size: how many entries to ask the server for at once, 1 to 1000
        """
        cursor: Optional[str] = None
        while limit != 0:
            page = self.list_entries(
                prefix=prefix or None,
                limit=page_size if limit is None else min(limit, page_size),
                cursor=cursor,
                values=None if values else False,
                timeout=timeout,
            ).data
            yield from page.entries
            if limit is not None:
                limit -= len(page.entries)
            cursor = page.next_cursor
            if cursor is None:
                return

    def changes(
        self,
        since: int = 0,
        *,
        values: bool = True,
        positions: bool = False,
        timeout: Tuple[float, float] = (5.0, 45.0),
    ) -> ChangeFeed:
        """
        Follows the changes of the data of the user who is logged in now, and connects when it is first asked for an event.

        To keep a copy, list all entries first, and begin at the `revision` of the first page of `list_entries`.

        :param since: only changes after this revision
        :param values: False for keys and ETags alone
        :param positions: True to be told when the feed has caught up, which it then does again and again
        :param timeout: seconds to connect, and without a byte until the connection counts as dead; a server sends something at least every 20
        """
        return ChangeFeed(FeedConnector(self._feeding, values, timeout), since, positions)

    def batch(self, operations: Iterable[BatchOperation], *, timeout: Timeout = None) -> List[BatchResult]:
        """
        Does 1 to 100 operations in their order, all or none, and returns a result for each.

        If one cannot be done, none is, and the error has its code, and names it in `errors`: `operations[3]`.
        """
        return self.run_batch(Batch(operations=[*operations]), timeout=timeout).data.results

    @overload
    def import_entries(self, body: str, *, mode: Mode = None, timeout: Timeout = None) -> ImportEntriesResponse: ...

    @overload
    def import_entries(self, body: Iterable[Importable], *, mode: Mode = None, timeout: Timeout = None) -> ImportSummary: ...

    def import_entries(
        self, body: Union[str, Iterable[Importable]], *, mode: Mode = None, timeout: Timeout = None
    ) -> Union[ImportEntriesResponse, ImportSummary]:
        """
        Stores any number of entries, such as those of another user: `target.data.import_entries(source.data.list(), mode="skip")`.

        It takes them as they come, and sends up to 1000 in each request. An entry that cannot be stored does not stop the others: look at `failed`.

        If the import fails as a whole, entries from the beginning have been stored: import all of them again, with `replace` or `skip`. With these, a request
        whose response was lost is also repeated by itself; what was stored without a response then counts as replaced or skipped. With `create` it is not
        repeated.

        :param body: entries with `key`, `value` and `expires_at`: `ImportedEntry`, or what `list` or an export gives; a text of lines is sent as it is, in one request
        :param mode: what becomes of an entry whose key exists: with `create`, the default, it counts as failed, with `replace` it replaces the old one, and with
            `skip` it is left out
        """
        how = None if mode is None else ImportMode(mode)
        if isinstance(body, str):
            return super().import_entries(body, mode=how, timeout=timeout)
        # With `create`, a repetition would find what the first attempt has stored.
        send = self._repeating.import_entries if how in (ImportMode.REPLACE, ImportMode.SKIP) else super().import_entries

        def result(lines: str) -> ImportResult:
            return send(lines, mode=how, timeout=timeout).data

        return import_all(body, result)


def _seconds(duration: Union[int, timedelta]) -> int:
    return math.ceil(duration.total_seconds()) if isinstance(duration, timedelta) else duration
