"""Calls operations of the contract, with the user's token and with retries."""

from __future__ import annotations

import copy
import time
import uuid
from enum import Enum
from typing import Any, Callable, List, Mapping, Optional, Tuple, Type, TypeVar, Union
from urllib.parse import quote, urlencode

from pydantic import ValidationError

from latchkey_client._errors import LatchkeyError
from latchkey_client._http import Answer, Http, Request, Timeout
from latchkey_client._log_in import Held, LogIn
from latchkey_client._model import Model, ModelWithEtag
from latchkey_client._repeats import Patience, Repeat, Repeats
from latchkey_client._tokens import Tokens
from latchkey_client.models.error_code import ErrorCode

T = TypeVar("T", bound=Model)

_IDEMPOTENCY_KEY = "Idempotency-Key"


class Calls:
    """Sends the calls of the generated operations."""

    def __init__(
        self, http: Http, user_agent: str, patience: Patience, log_in: LogIn, log: Optional[Callable[[str], None]]
    ) -> None:
        self._http = http
        self._user_agent = user_agent
        self._patience = patience
        self._log_in = log_in
        self._log = log or (lambda line: None)
        self._repeats = False

    def repeating(self) -> Calls:
        """For calls that do no harm if they are done twice: they are retried wherever that may help."""
        calls = copy.copy(self)
        calls._repeats = True
        return calls

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        path_params: Mapping[str, str],
        query_params: Mapping[str, Any],
        header_params: Mapping[str, Any],
        body: Union[Model, str, None],
        media_types: List[str],
        repeat: Repeat,
        ends_session: bool,
        secured: bool,
        answer: Type[T],
        timeout: Timeout,
    ) -> T:
        """Calls an operation. Raises LatchkeyError."""
        target = path
        for name, value in path_params.items():
            target = target.replace("{" + name + "}", _segment(name, value))
        query = {name: _text(value) for name, value in query_params.items() if value is not None}
        headers = {"Accept": "application/json", "User-Agent": self._user_agent}
        headers.update((name, _text(value)) for name, value in header_params.items() if value is not None)
        has_idempotency_key = _IDEMPOTENCY_KEY in header_params
        if has_idempotency_key:
            headers.setdefault(_IDEMPOTENCY_KEY, str(uuid.uuid4()))
        if media_types:
            headers["Content-Type"] = media_types[0]
        request = Request(
            f"{operation} ({method} {self._http.base}{path})",
            method,
            target + ("?" + urlencode(query, quote_via=quote) if query else ""),
            headers,
            # A text is lines of JSON.
            body.encode() if isinstance(body, str) else None if body is None else body.to_json().encode(),
        )
        repeats = Repeats(method, "always" if self._repeats else repeat, self._patience, has_idempotency_key)
        held = self._log_in.current() if secured else None
        if held is None:
            result = self._repeated(request, repeats, timeout)
        elif held.tokens is None:
            raise LatchkeyError.not_logged_in()
        else:
            result, held = self._with_token(request, held, held.tokens, repeats, timeout)
        if repeats.found_done(result):
            result = Answer(200, result.headers, b'{"status":"success"}')
        if result.status == 304 and header_params.get("If-None-Match") is not None:
            raise LatchkeyError.not_modified(request.label, result.status, result.headers)
        if not 200 <= result.status < 300:
            raise LatchkeyError.of(request.label, *result)
        if held is not None and ends_session:
            self._log_in.end(held)
        return _read(request.label, answer, result)

    def _with_token(
        self, request: Request, held: Held, tokens: Tokens, repeats: Repeats, timeout: Timeout
    ) -> Tuple[Answer, Held]:
        answer = self._repeated(_bearing(request, tokens.access_token), repeats, timeout)
        if answer.status != 401 or LatchkeyError.of(request.label, *answer).code != ErrorCode.INVALID_TOKEN:
            return answer, held
        renewed = self._log_in.renewed(held)
        if renewed is None or renewed.tokens is None:
            return answer, held
        return self._repeated(_bearing(request, renewed.tokens.access_token), repeats, timeout), renewed

    def _repeated(self, request: Request, repeats: Repeats, timeout: Timeout) -> Answer:
        while True:
            began = time.monotonic()
            try:
                answer = self._http.send(request, timeout)
            except LatchkeyError as failure:
                self._log(failure.message)
                if not isinstance(failure, ConnectionError) or not repeats.after_lost_connection():
                    raise
                continue
            took = round((time.monotonic() - began) * 1000)
            request_id = answer.headers.get("X-Request-Id", "without an id")
            self._log(f"{request.label}: {answer.status} in {took} ms, request {request_id}")
            wait = repeats.wait_after(answer)
            if wait is None:
                return answer
            self._log(f"{request.label}: again in {wait:g} s")
            repeats.wait(wait)


def _bearing(request: Request, access_token: str) -> Request:
    return request._replace(headers={**request.headers, "Authorization": f"Bearer {access_token}"})


def _segment(name: str, value: str) -> str:
    """Encodes a path segment; refuses an empty one, which would make it another path."""
    if not value:
        raise ValueError(f"{name} must not be empty")
    return value.replace(".", "%2E") if value in (".", "..") else quote(value, safe="")


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(label: str, expected: Type[T], answer: Answer) -> T:
    try:
        result = expected.model_validate_json(answer.body)
    except ValidationError as failure:
        raise LatchkeyError.unusable(label, answer.status, answer.headers) from failure
    if isinstance(result, ModelWithEtag):
        result.etag = answer.headers.get("ETag", "")
    return result
