"""A server that answers as a test tells it to."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple, Union

from latchkey_client import Latchkey, MemoryTokenStore, Tokens

LOST = None
"""No answer: the connection ends."""


class Call(NamedTuple):
    """What the server got."""

    method: str
    path: str
    token: Optional[str]
    body: Union[dict, str, None]
    """A text if it is lines of JSON."""
    idempotency_key: Optional[str] = None
    accept: Optional[str] = None


class Reply(NamedTuple):
    """What the server answers."""

    status: int
    body: Union[dict, bytes] = b""
    headers: Tuple[Tuple[str, str], ...] = ()
    missing_bytes: int = 0


class Events:
    """A stream of events that a test writes piece by piece, before it is asked for or while it is read."""

    def __init__(self, *pieces: str) -> None:
        self._steps: queue.Queue = queue.Queue()
        self._closed = threading.Event()
        self.send(*pieces)

    def send(self, *pieces: Union[str, bytes]) -> "Events":
        """More of it."""
        for piece in pieces:
            self._steps.put(piece.encode() if isinstance(piece, str) else piece)
        return self

    def end(self) -> "Events":
        """The regular end."""
        self._steps.put("end")
        return self

    def cut(self) -> "Events":
        """The connection breaks."""
        self._steps.put("cut")
        return self

    def is_closed(self) -> bool:
        """Whether the client ends the request, although there would be more."""
        self._steps.put("comments")
        return self._closed.wait(30)

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        """What the server does in its thread."""
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.close_connection = True
        try:
            while (step := self._steps.get(timeout=30)) != "cut":
                if step == "end":
                    handler.wfile.write(b"0\r\n\r\n")
                    return
                while step == "comments":
                    handler.wfile.write(b"2\r\n:\n\r\n")
                if step:
                    handler.wfile.write(b"%x\r\n%s\r\n" % (len(step), step))
        except queue.Empty:
            # The test is over.
            pass
        except OSError:
            self._closed.set()


def put(revision: int, key: str, value: str = "") -> str:
    """An event of a change."""
    change = {"revision": revision, "type": "put", "key": key, "value": value, "etag": f'"{revision}"'}
    return f"id: {revision}\nevent: change\ndata: {json.dumps(change, ensure_ascii=False)}\n\n"


def position(revision: int) -> str:
    """An event that says how far it is."""
    return f'id: {revision}\nevent: position\ndata: {{"revision":{revision}}}\n\n'


def end(reason: str, revision: int) -> str:
    """The last event."""
    return f'id: {revision}\nevent: end\ndata: {{"reason":"{reason}","revision":{revision}}}\n\n'


def success(**data) -> Reply:
    """An answer of an operation that did it."""
    return Reply(200, {"status": "success", "message": "Done.", **({"data": data} if data else {})})


def error(status: int, code: str, retry_after: Optional[int] = None, **members) -> Reply:
    """An error as Latchkey gives it."""
    body = {"status": "error", "code": code, "message": f"This is {code}.", "request_id": "r-1", **members}
    return Reply(status, body, () if retry_after is None else (("Retry-After", str(retry_after)),))


def tokens(number: int) -> Reply:
    """The answer to a log-in or a refresh."""
    return success(access_token=f"access-{number}", expires_in=3600, refresh_token=f"refresh-{number}")


class Stub:
    """Runs until the test ends, and remembers what it was asked."""

    def __init__(self, test, answer: Callable[[Call], Optional[Reply]]) -> None:
        self.calls: List[Call] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length).decode() if length else None
                if body and self.headers["Content-Type"] != "application/x-ndjson":
                    body = json.loads(body)
                token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
                call = Call(
                    self.command, self.path, token, body, self.headers.get("Idempotency-Key"), self.headers.get("Accept")
                )
                stub.calls.append(call)
                reply = answer(call)
                if reply is LOST:
                    self.close_connection = True
                    return
                if isinstance(reply, Events):
                    reply.write(self)
                    return
                is_json = isinstance(reply.body, dict)
                content = json.dumps(reply.body).encode() if is_json else reply.body
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json" if is_json else "text/html")
                self.send_header("Content-Length", str(len(content) + reply.missing_bytes))
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = reply.missing_bytes > 0

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *arguments) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        test.addCleanup(self._server.server_close)
        test.addCleanup(thread.join)
        test.addCleanup(self._server.shutdown)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def paths(self) -> List[str]:
        """The calls, as `GET /api/me`."""
        return [f"{call.method} {call.path}" for call in self.calls]


def in_turn(*replies: Optional[Reply]) -> Callable[[Call], Optional[Reply]]:
    """Gives one after the other, and the last for ever."""
    left = list(replies)
    return lambda call: left.pop(0) if len(left) > 1 else left[0]


class Fixture:
    """A client that is logged in with `access-0`, and does not really wait."""

    def __init__(self, test, answer: Callable[[Call], Optional[Reply]], **options) -> None:
        self.stub = Stub(test, answer)
        self.waits: List[float] = []
        self.now = 1_000_000_000.0
        self.store = MemoryTokenStore()
        self.store.save(Tokens("access-0", "refresh-0", self.now + 3600))
        settings: Dict = dict(token_store=self.store, sleep=self.waits.append, clock=lambda: self.now)
        self.latchkey = Latchkey(self.stub.url, **{**settings, **options})
        test.addCleanup(self.latchkey.close)
