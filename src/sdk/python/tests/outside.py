"""Checked by mypy and pyright, and never run: what a program may write."""

import logging
from datetime import timedelta
from typing import Callable, Dict, List, Optional, Union

from latchkey_client import (
    AccountChanges,
    BatchOperation,
    BatchResult,
    ChangeEvent,
    ChangeFeed,
    Credentials,
    DataStore,
    Deletion,
    Entry,
    ErrorCode,
    ErrorKind,
    FailedEntry,
    FieldError,
    FileTokenStore,
    Gone,
    ImportedEntry,
    ImportMode,
    ImportSummary,
    Latchkey,
    LatchkeyError,
    MemoryTokenStore,
    NewUser,
    NewValue,
    PasswordChange,
    PendingLogIn,
    Position,
    Put,
    RequestedVerification,
    Tokens,
    TokenStore,
    User,
)


class OwnStore:
    def load(self) -> Optional[Tokens]:
        return Tokens("access", None, 0.0)

    def save(self, tokens: Tokens) -> None:
        print(tokens.username)

    def clear(self) -> None:
        pass


def calls(latchkey: Latchkey) -> None:
    user: User = latchkey.register(
        NewUser(username="a", email="a@example.com", password="p", full_name="A", gender="female")
    )
    age: Optional[int] = user.age
    latchkey.log_in("a", "p")
    latchkey.account.update_account(AccountChanges())
    latchkey.account.update_account(AccountChanges(age=None))
    latchkey.account.update_account(AccountChanges(email="b@example.com", age=age))
    latchkey.account.change_password(PasswordChange(current_password="p", new_password="q"), timeout=(1.0, 2.0))
    latchkey.tokens.create_token(Credentials(username="a", password="p"))
    latchkey.data.create_entry(Entry(key="k", value="v"), timeout=1)
    value: str = latchkey.data.read_entry("k").data.value
    latchkey.data.update_entry("k", NewValue(value=value))
    names: List[str] = [session.session_id for session in latchkey.sessions.list_sessions().data.sessions]
    stop: Callable[[], None] = latchkey.on_change(lambda username: print(username))
    stop()
    who: Optional[str] = latchkey.username
    print(names, who)


def values(data: DataStore) -> None:
    value: Optional[str] = data.get("k")
    etag: str = data.set("k", value or "", expires_in=timedelta(hours=1), if_match=data.read_entry("k").etag)
    etag = data.set("k", "v", expires_in=60, if_none_match="*", timeout=1)
    was_there: bool = data.delete("k", if_match=etag)
    keys: List[str] = [entry.key for entry in data.list(prefix="notes/", values=False, limit=20, page_size=10)]
    results: List[BatchResult] = data.batch([BatchOperation(op="put", key="k", value="v", if_match=etag)])
    etag = data.update_entry("k", NewValue(value="v"), upsert=True, idempotency_key="key").etag
    changed = data.read_if_changed("k", etag)
    summary: ImportSummary = data.import_entries(data.list(), mode="skip", timeout=1)
    summary = data.import_entries([ImportedEntry(key="k", value="v")], mode=ImportMode.REPLACE)
    failed: List[FailedEntry] = summary.failures
    code: Union[ErrorCode, str] = failed[0].code
    created: int = data.import_entries('{"key":"k","value":"v"}').data.created
    print(code, created, failed[0].line, failed[0].key)
    print(was_there, keys, results, changed and changed.data.value)


def changes(latchkey: Latchkey) -> None:
    copy: Dict[str, Optional[str]] = {}
    with latchkey.data.changes(since=7, values=True, positions=True, timeout=(1.0, 30.0)) as feed:
        for event in feed:
            if isinstance(event, Put):
                copy[event.key] = event.value
            elif isinstance(event, Deletion):
                del copy[event.key]
            elif isinstance(event, Position):
                print(event.revision)
            else:
                gone: Gone = event
                print(gone.revision)
    other: ChangeFeed = latchkey.data.changes()
    following: ChangeEvent = next(other)
    other.close()
    page: List[str] = [change.etag for change in latchkey.changes.read_changes(since=7, wait=30).data.changes]
    print(following.revision, page)


def mails(latchkey: Latchkey) -> None:
    latchkey.password_reset.request("a@example.com", timeout=1)
    latchkey.password_reset.confirm("new", token="a")
    latchkey.password_reset.confirm("new", email="a@example.com", code="a")
    verification: RequestedVerification = latchkey.email.request_verification()
    latchkey.email.confirm(email=verification.email, code="a")
    pending: PendingLogIn = latchkey.email_log_in.request(verification.email)
    latchkey.email_log_in.confirm("a", pending=pending)
    latchkey.email_log_in.confirm(token="a")


def failures(error: LatchkeyError) -> None:
    code: Union[ErrorCode, str, None] = error.code
    fields: List[FieldError] = error.errors
    if error.kind is ErrorKind.TIMEOUT or code == ErrorCode.KEY_EXISTS:
        etag: Optional[str] = error.etag
        print(error.revision)
        print(fields, etag, error.retry_after, error.request_id, error.status, error.message)


stores: List[TokenStore] = [MemoryTokenStore(), FileTokenStore("login.json"), OwnStore()]
for store in stores:
    with Latchkey("http://localhost:3000", token_store=store, log=logging.getLogger("latchkey").debug) as client:
        calls(client)
        values(client.data)
        changes(client)
        mails(client)
