"""The error of this client."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import Any, List, Mapping, Optional, Union

from latchkey_client.models.error_code import ErrorCode
from latchkey_client.models.field_error import FieldError


_SECONDS = re.compile("[0-9]{1,9}")


class ErrorKind(str, Enum):
    """The kind of a failure. Later versions may add kinds."""

    REFUSED = "REFUSED"
    """The server refused the call; `code` says why."""

    NOT_MODIFIED = "NOT_MODIFIED"
    """A read with `if_none_match`: the entry still has that ETag, and so the value that the caller knows."""

    NOT_LOGGED_IN = "NOT_LOGGED_IN"
    """The call needs a user, and nobody is logged in. It was not sent."""

    NO_ANSWER = "NO_ANSWER"
    """The server could not be reached, or the connection broke. A write may have been done. Also a `ConnectionError`."""

    TIMEOUT = "TIMEOUT"
    """The response did not come in time. A write may have been done. Also a `TimeoutError`."""

    UNUSABLE_ANSWER = "UNUSABLE_ANSWER"
    """The response is not from a Latchkey server, but from a proxy or something else at the address."""


class LatchkeyError(Exception):
    """A call failed. `kind` says how."""

    status: int
    """The HTTP status; 0 if there was no response."""

    code: Union[ErrorCode, str, None]
    """The error code; a string if this version does not know it, and None if the response is not from Latchkey."""

    message: str
    """For users if the kind is REFUSED; otherwise it names the operation and the address."""

    errors: List[FieldError]
    """What exactly is wrong with which field."""

    request_id: Optional[str]
    """The id of the request in the server's log."""

    retry_after: Optional[int]
    """Seconds to wait before a retry."""

    kind: ErrorKind
    """The kind of the failure."""

    etag: Optional[str]
    """The ETag that the entry has now, after PRECONDITION_FAILED and NOT_MODIFIED; None if there is no such entry."""

    revision: Optional[int]
    """The revision of the data as it is now, after CHANGES_GONE; otherwise None."""

    def __init__(
        self,
        status: int,
        code: Union[ErrorCode, str, None],
        message: str,
        errors: Optional[List[FieldError]] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[int] = None,
        kind: ErrorKind = ErrorKind.REFUSED,
        etag: Optional[str] = None,
        revision: Optional[int] = None,
    ) -> None:
        super().__init__(status, code, message, errors, request_id, retry_after, kind, etag, revision)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors or []
        self.request_id = request_id
        self.retry_after = retry_after
        self.kind = kind
        self.etag = etag
        self.revision = revision

    def __str__(self) -> str:
        code = self.code.value if isinstance(self.code, ErrorCode) else self.code
        fields = "".join(f"; {error.field} {error.message}" for error in self.errors)
        request = f" (request {self.request_id})" if self.request_id else ""
        status = f"{self.status}{' ' + code if code else ''}: " if self.status else ""
        return f"{status}{self.message}{fields}{request}"

    @classmethod
    def of(cls, label: str, status: int, headers: Mapping[str, str], body: bytes) -> LatchkeyError:
        """The error of a response, from any server and any version."""
        answer = _members(body)
        code = answer.get("code")
        message = answer.get("message")
        request_id = answer.get("request_id") or headers.get("X-Request-Id")
        revision = answer.get("revision")
        is_ours = isinstance(code, str) and isinstance(message, str)
        return cls(
            status,
            known(code) if isinstance(code, str) and is_ours else None,
            message if isinstance(message, str) and is_ours else _unusable(label, status),
            _field_errors(answer.get("errors")),
            request_id if isinstance(request_id, str) else None,
            seconds(headers.get("Retry-After")),
            ErrorKind.REFUSED if is_ours else ErrorKind.UNUSABLE_ANSWER,
            headers.get("ETag") if is_ours else None,
            revision if isinstance(revision, int) and is_ours else None,
        )

    @classmethod
    def not_modified(cls, label: str, status: int, headers: Mapping[str, str]) -> LatchkeyError:
        """The answer to who has the newest value already."""
        message, request_id = f"{label}: the entry has not changed.", headers.get("X-Request-Id")
        return cls(status, None, message, None, request_id, None, ErrorKind.NOT_MODIFIED, headers.get("ETag"))

    @classmethod
    def unusable(cls, label: str, status: int, headers: Mapping[str, str]) -> LatchkeyError:
        """A success whose body is not as it must be."""
        message = f"{_unusable(label, status)} Is the address right?"
        return cls(status, None, message, None, headers.get("X-Request-Id"), None, ErrorKind.UNUSABLE_ANSWER)

    @classmethod
    def not_logged_in(cls) -> LatchkeyError:
        """A call that is not sent, because the server would refuse it."""
        message = "You are not logged in: call log_in first."
        return cls(401, ErrorCode.INVALID_TOKEN, message, kind=ErrorKind.NOT_LOGGED_IN)


class NoAnswer(LatchkeyError, ConnectionError):
    """There was no complete response."""

    def __init__(self, message: str, *_: object) -> None:
        LatchkeyError.__init__(self, 0, None, message, None, None, None, ErrorKind.NO_ANSWER)

    def __reduce__(self) -> Any:
        return type(self), (self.message,)


class TimedOut(LatchkeyError, TimeoutError):
    """There was no complete response in time."""

    def __init__(self, message: str, *_: object) -> None:
        LatchkeyError.__init__(self, 0, None, message, None, None, None, ErrorKind.TIMEOUT)

    def __reduce__(self) -> Any:
        return type(self), (self.message,)


def _unusable(label: str, status: int) -> str:
    return f"{label}: the answer (status {status}) is not one of a Latchkey server."


def seconds(retry_after: Optional[str]) -> Optional[int]:
    """The value of `Retry-After`, if it is one of Latchkey's."""
    return int(retry_after) if retry_after and _SECONDS.fullmatch(retry_after) else None


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def known(code: str) -> Union[ErrorCode, str]:
    """The code, or the plain string if the server is newer and has another one."""
    try:
        return ErrorCode(code)
    except ValueError:
        return code


def _text(value: Any) -> str:
    """Without unpaired surrogates, which pydantic does not accept as text."""
    return str(value).encode(errors="replace").decode()


def _field_errors(errors: Any) -> List[FieldError]:
    return [
        FieldError(field=_text(error.get("field", "")), message=_text(error.get("message", "")))
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    ]
