"""The one error of the API."""

from __future__ import annotations

import json
import re
from typing import Any, List, Mapping, Optional, Union

from latchkey_client.models.error_code import ErrorCode
from latchkey_client.models.field_error import FieldError


_SECONDS = re.compile("[0-9]{1,9}")


class LatchkeyError(Exception):
    """An answer that is no success. Where there is no answer, it is a `ConnectionError` or a `TimeoutError` instead."""

    status: int
    """The HTTP status."""

    code: Union[ErrorCode, str, None]
    """What to program against; a string if this version does not know it, and None if something else answered."""

    message: str
    """Fit to be shown to a user."""

    errors: List[FieldError]
    """What exactly is wrong with which field."""

    request_id: Optional[str]
    """Names the request in the server's log."""

    retry_after: Optional[int]
    """Seconds after which it is worth trying again."""

    def __init__(
        self,
        status: int,
        code: Union[ErrorCode, str, None],
        message: str,
        errors: Optional[List[FieldError]] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[int] = None,
    ) -> None:
        super().__init__(status, code, message, errors, request_id, retry_after)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors or []
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        code = self.code.value if isinstance(self.code, ErrorCode) else self.code
        fields = "".join(f"; {error.field} {error.message}" for error in self.errors)
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.status}{' ' + code if code else ''}: {self.message}{fields}{request}"

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], body: bytes) -> LatchkeyError:
        """The error that an answer is, whoever gave it and however new it is."""
        answer = _members(body)
        code = answer.get("code")
        message = answer.get("message")
        request_id = answer.get("request_id") or headers.get("X-Request-Id")
        return cls(
            status,
            _known(code) if isinstance(code, str) else None,
            message if isinstance(message, str) else f"The server answered with status {status}.",
            _field_errors(answer.get("errors")),
            request_id if isinstance(request_id, str) else None,
            seconds(headers.get("Retry-After")),
        )


def seconds(retry_after: Optional[str]) -> Optional[int]:
    """The value of `Retry-After`, if it is one of Latchkey's."""
    return int(retry_after) if retry_after and _SECONDS.fullmatch(retry_after) else None


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _known(code: str) -> Union[ErrorCode, str]:
    try:
        return ErrorCode(code)
    except ValueError:
        return code


def _text(value: Any) -> str:
    """Without halves of characters, which pydantic does not take for text."""
    return str(value).encode(errors="replace").decode()


def _field_errors(errors: Any) -> List[FieldError]:
    return [
        FieldError(field=_text(error.get("field", "")), message=_text(error.get("message", "")))
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    ]
