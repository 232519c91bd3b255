"""The whole contract, with the real server."""

import inspect
import itertools
import os
import random
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import latchkey_client
from latchkey_client import (
    AccountChanges,
    Batch,
    BatchOperation,
    Credentials,
    EmailConfirmation,
    EmailLogIn,
    Entry,
    ErrorCode,
    ErrorKind,
    ExpiryChange,
    FailedEntry,
    ImportedEntry,
    ImportMode,
    ImportSummary,
    Latchkey,
    LatchkeyError,
    MailRequest,
    MemoryTokenStore,
    NewValue,
    PasswordChange,
    PasswordReset,
    PendingLogIn,
    TokenRefresh,
    Tokens,
)
from live import PASSWORD, URL, new_user, registered
from proxy import CuttingProxy

HARD_KEYS = [
    "greeting",
    "a/b",
    "/",
    "//",
    "a%2Fb",
    "%",
    "100 %",
    "%2e%2e",
    "a?b",
    "a#b",
    "a;b=c",
    "a+b",
    " ",
    " a  b ",
    "a&b=c",
    "\\",
    '"',
    "'",
    "{key}",
    "...",
    "..a",
    ".a",
    "~-_.!*()",
    "ключ",
    "مفتاح",
    "\u202e\u05d0\u05d1",
    "a\u0308",
    "\u00e4",
    "\u212b",
    "e\u0301\u0323",
    "\U0001f511",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\ufeff",
    "\uffff",
    "a\u2028b",
    "k" * 512,
    "\U0001f511" * 128,
]


class ServerTest(unittest.TestCase):
    def fails(self, code, call, *arguments):
        with self.assertRaises(LatchkeyError) as failure:
            call(*arguments)
        self.assertIs(failure.exception.code, code)
        self.assertTrue(failure.exception.message)
        self.assertRegex(failure.exception.request_id, "^[A-Za-z0-9._-]+$")
        return failure.exception

    def is_not_there(self, call, *arguments):
        return self.fails(ErrorCode.NOT_FOUND, call, *arguments).status == 404

    def test_four_lines(self):
        latchkey = Latchkey(URL)
        latchkey.register(new_user())
        latchkey.data.create_entry(Entry(key="greeting", value="Hello, world!"))
        self.assertEqual(latchkey.data.read_entry("greeting").data.value, "Hello, world!")
        latchkey.close()

    def test_every_operation(self):
        user = new_user(age=30)
        with Latchkey(URL) as latchkey:
            results = {
                "register_user": lambda: latchkey.users.register_user(user).data.age == 30,
                "create_token": lambda: latchkey.tokens.create_token(
                    Credentials(username=user.username, password=PASSWORD)
                ).data.refresh_token
                is None,
                "list_signing_keys": lambda: latchkey.signing_keys.list_signing_keys().keys[0].kty == "EC",
                "read_liveness": lambda: latchkey.health.read_liveness().status == "success",
                "read_readiness": lambda: latchkey.health.read_readiness().status == "success",
                "list_entries": lambda: latchkey.data.list_entries().data.entries == [],
                "create_entry": lambda: latchkey.data.create_entry(Entry(key="k", value="1")).message
                == "Data stored successfully.",
                "read_entry": lambda: latchkey.data.read_entry("k").data == Entry(key="k", value="1"),
                "update_entry": lambda: latchkey.data.update_entry("k", NewValue(value="")).status == "success",
                "export_account": lambda: latchkey.account.export_account().data.entries[0].value == "",
                "change_expiry": lambda: latchkey.data.change_expiry("k", ExpiryChange(expires_in=60)).etag
                == latchkey.data.read_entry("k").etag,
                "delete_entry": lambda: latchkey.data.delete_entry("k").status == "success",
                "run_batch": lambda: latchkey.data.run_batch(
                    Batch(operations=[BatchOperation(op="create", key="b", value="")])
                ).data.results[0].status
                == 201,
                "set": lambda: latchkey.data.set("k", "v") == latchkey.data.read_entry("k").etag,
                "get": lambda: latchkey.data.get("k") == "v",
                "read_if_changed": lambda: latchkey.data.read_if_changed("k", '"0"') is not None,
                "list": lambda: [entry.key for entry in latchkey.data.list()] == ["b", "k"],
                "batch": lambda: latchkey.data.batch([BatchOperation(op="check", key="k")])[0].status == 200,
                "import_entries": lambda: latchkey.data.import_entries(latchkey.data.list(), mode="skip").skipped == 2,
                "delete": lambda: latchkey.data.delete("k"),
                "read_changes": lambda: [change.key for change in latchkey.changes.read_changes().data.changes]
                == ["b", "k"],
                "changes": lambda: [event.key for event in itertools.islice(latchkey.data.changes(), 2)] == ["b", "k"],
                "read_account": lambda: isinstance(latchkey.account.read_account().data.created_at, datetime),
                "update_account": lambda: latchkey.account.update_account(
                    AccountChanges(full_name="Jane Doe")
                ).data.full_name
                == "Jane Doe",
                "change_password": lambda: latchkey.account.change_password(
                    PasswordChange(current_password=PASSWORD, new_password="another_password456")
                ).message
                == "Password changed successfully.",
                # This server sends no mail: test_mail.py has the rest.
                "request_email_verification": lambda: self.is_not_there(latchkey.email.request_email_verification),
                "request_verification": lambda: self.is_not_there(latchkey.email.request_verification),
                "confirm_email_verification": lambda: self.is_not_there(
                    latchkey.email.confirm_email_verification, EmailConfirmation(token="a")
                ),
                "request_password_reset": lambda: self.is_not_there(
                    latchkey.password_reset.request_password_reset, MailRequest(email=user.email)
                ),
                "confirm_password_reset": lambda: self.is_not_there(
                    latchkey.password_reset.confirm_password_reset, PasswordReset(token="a", new_password=PASSWORD)
                ),
                "request_email_log_in": lambda: self.is_not_there(
                    latchkey.email_log_in.request_email_log_in, MailRequest(email=user.email)
                ),
                "create_token_by_email": lambda: self.is_not_there(
                    latchkey.email_log_in.create_token_by_email, EmailLogIn(device_token="a", code="b")
                ),
                "request": lambda: all(
                    self.is_not_there(group.request, user.email)
                    for group in (latchkey.password_reset, latchkey.email_log_in)
                ),
                "confirm": lambda: all(
                    self.is_not_there(confirm)
                    for confirm in (
                        lambda: latchkey.email.confirm(token="a"),
                        lambda: latchkey.password_reset.confirm(PASSWORD, token="a"),
                        lambda: latchkey.email_log_in.confirm("b", pending=PendingLogIn(user.email, "a", 1)),
                    )
                ),
                "list_sessions": lambda: [
                    (session.current, session.user_agent) for session in latchkey.sessions.list_sessions().data.sessions
                ]
                == [(True, f"latchkey-client/{latchkey_client.__version__} (Python)")],
                "refresh_token": lambda: latchkey.tokens.refresh_token(
                    TokenRefresh(refresh_token=store.load().refresh_token)
                ).data.access_token
                != store.load().access_token,
                "end_session": lambda: latchkey.sessions.end_session(
                    latchkey.sessions.list_sessions().data.sessions[0].session_id
                ).status
                == "success",
                "end_all_sessions": lambda: latchkey.sessions.end_all_sessions().status == "success",
                "log_out": lambda: latchkey.tokens.log_out().message == "Logged out successfully.",
                "delete_account": lambda: latchkey.account.delete_account().message == "Account deleted successfully.",
            }
            members = vars(latchkey).values()
            groups = [
                member
                for member in members
                if any(base.__module__.startswith("latchkey_client.api.") for base in type(member).__mro__)
            ]
            operations = {name for group in groups for name, _ in inspect.getmembers(group, inspect.ismethod)}
            self.assertEqual(set(results), {name for name in operations if not name.startswith("_")})

        store = MemoryTokenStore()
        with Latchkey(URL, token_store=store) as latchkey:
            passwords = [PASSWORD]
            for name, is_right in results.items():
                with self.subTest(name):
                    if name not in ("register_user", "create_token", "list_signing_keys") and not latchkey.is_logged_in:
                        latchkey.log_in(user.username, passwords[-1])
                    self.assertTrue(is_right())
                    if name == "change_password":
                        passwords.append("another_password456")
                    if name == "end_session":
                        # Ended behind the client's back: it finds out with the next call.
                        self.assertTrue(latchkey.is_logged_in)
                        self.fails(ErrorCode.INVALID_REFRESH_TOKEN, latchkey.account.read_account)
                    if name in ("end_session", "end_all_sessions", "log_out", "delete_account"):
                        self.assertFalse(latchkey.is_logged_in)

    def test_hard_keys(self):
        data = registered(self).data
        for key in HARD_KEYS:
            with self.subTest(key[:20]):
                data.create_entry(Entry(key=key, value=f"value of {key}"))
                self.assertEqual(data.read_entry(key).data, Entry(key=key, value=f"value of {key}"))
                data.update_entry(key, NewValue(value=key))
        for key in HARD_KEYS:
            with self.subTest(key[:20]):
                self.assertEqual(data.read_entry(key).data.value, key)
                data.delete_entry(key)
                self.fails(ErrorCode.KEY_NOT_FOUND, data.read_entry, key)

    def test_hard_values(self):
        data = registered(self).data
        values = ["", " ", "\u0001\t\r\n", "\ufeff\uffff", "\u202e\U0001f511e\u0301", "null", "x" * 1048576]
        for number, value in enumerate(values):
            with self.subTest(value[:20]):
                data.create_entry(Entry(key=str(number), value=value))
                self.assertEqual(data.read_entry(str(number)).data.value, value)

    def test_every_code_that_a_client_can_provoke(self):
        latchkey = registered(self)
        account, data, users = latchkey.account, latchkey.data, latchkey.users
        taken = new_user()
        users.register_user(taken)
        data.create_entry(Entry(key="taken", value=""))
        nobody = Latchkey(URL)
        self.addCleanup(nobody.close)
        store = MemoryTokenStore()
        store.save(Tokens("no token", None, 1e12))
        stranger = Latchkey(URL, token_store=store)
        self.addCleanup(stranger.close)
        create = lambda key, value: data.create_entry(Entry(key=key, value=value))  # noqa: E731

        error = self.fails(ErrorCode.INVALID_REQUEST, users.register_user, new_user(email="nowhere"))
        self.assertEqual((error.status, error.errors[0].field), (400, "email"))
        self.fails(ErrorCode.INVALID_PASSWORD, users.register_user, new_user(password="short"))
        self.fails(ErrorCode.INVALID_PASSWORD, users.register_user, new_user(password="password123"))
        self.fails(ErrorCode.INVALID_AGE, users.register_user, new_user(age=0))
        self.fails(ErrorCode.GENDER_REQUIRED, users.register_user, new_user(gender=" "))
        self.assertEqual(self.fails(ErrorCode.USERNAME_EXISTS, users.register_user, taken).status, 409)
        self.fails(ErrorCode.EMAIL_EXISTS, users.register_user, new_user(email=taken.email))
        self.fails(ErrorCode.MISSING_FIELDS, nobody.log_in, "", PASSWORD)
        self.fails(ErrorCode.INVALID_CREDENTIALS, nobody.log_in, taken.username, "wrong")
        self.assertEqual(self.fails(ErrorCode.INVALID_TOKEN, stranger.data.read_entry, "taken").status, 401)
        self.fails(ErrorCode.INVALID_REFRESH_TOKEN, nobody.tokens.refresh_token, TokenRefresh(refresh_token="x"))
        self.fails(ErrorCode.INVALID_KEY, create, "..", "")
        for key in (".", "..", "a\u0001", "\u0085", "k" * 513):
            self.fails(ErrorCode.INVALID_KEY, create, key, "")
            self.fails(ErrorCode.INVALID_KEY, data.read_entry, key)
            self.fails(ErrorCode.INVALID_KEY, data.delete_entry, key)
        self.fails(ErrorCode.INVALID_VALUE, create, "k", "\u0000")
        self.assertEqual(self.fails(ErrorCode.KEY_EXISTS, create, "taken", "").status, 409)
        self.assertEqual(self.fails(ErrorCode.KEY_NOT_FOUND, data.update_entry, "none", NewValue(value="")).status, 404)
        self.fails(ErrorCode.NOT_FOUND, latchkey.sessions.end_session, "none")
        gone = self.fails(ErrorCode.CHANGES_GONE, lambda: latchkey.changes.read_changes(since=2))
        self.assertEqual((gone.status, gone.revision), (410, 1))
        self.assertEqual(self.fails(ErrorCode.PAYLOAD_TOO_LARGE, create, "k", "\u0001" * 8_000_000).status, 413)
        self.fails(ErrorCode.INVALID_AGE, account.update_account, AccountChanges(age=-1))
        self.fails(
            ErrorCode.INVALID_CREDENTIALS,
            account.change_password,
            PasswordChange(current_password="wrong", new_password="another_password456"),
        )
        self.assertTrue(latchkey.is_logged_in)

    def test_an_empty_name_in_a_path_reaches_no_other_operation(self):
        latchkey = registered(self)
        for call in (latchkey.data.read_entry, latchkey.data.delete_entry, latchkey.sessions.end_session):
            with self.assertRaises(ValueError):
                call("")
        self.assertEqual(len(latchkey.sessions.list_sessions().data.sessions), 1)
        for session in (".", "..", "/", "../data"):
            self.fails(ErrorCode.INVALID_REQUEST, latchkey.sessions.end_session, session)
        latchkey.account.read_account()

    def test_what_the_server_takes_the_client_takes(self):
        for name in ("Zoë", "Zoe\u0308", "имя", "名前です", "اسم", "a_b-c.d", "a" * 64):
            user = new_user()
            user.username = f"{user.username}{name}"[:64]
            with self.subTest(name), Latchkey(URL) as latchkey:
                try:
                    self.assertEqual(latchkey.register(user).username, user.username)
                except LatchkeyError as error:
                    self.fail(f"{name}: {error}")
        for change in ({"full_name": "\u001c"}, {"full_name": "\u0085"}, {"full_name": "\n x"}, {"gender": "\ufeff"}):
            with self.subTest(change), Latchkey(URL) as latchkey:
                try:
                    latchkey.register(new_user(**change))
                except LatchkeyError as error:
                    # Whatever the server thinks of white space, it was the server.
                    self.assertEqual(error.status, 400)

    def test_only_what_was_set_is_changed(self):
        latchkey = registered(self)
        update = latchkey.account.update_account
        self.assertEqual(update(AccountChanges(age=31)).data.age, 31)
        self.assertEqual(update(AccountChanges(gender="female")).data.age, 31)
        self.assertEqual(update(AccountChanges()).data.age, 31)
        self.assertIsNone(update(AccountChanges(age=None)).data.age)
        self.assertEqual(latchkey.account.read_account().data.gender, "female")

    def test_renews_an_expired_token_before_the_call_and_a_refused_one_after_it(self):
        now = [1_000_000_000.0]
        store = MemoryTokenStore()
        latchkey = registered(self, token_store=store, clock=lambda: now[0])
        first = store.load()
        now[0] += 3589
        latchkey.account.read_account()
        self.assertEqual(store.load(), first)
        now[0] += 1
        latchkey.account.read_account()
        second = store.load()
        self.assertNotEqual(second.access_token, first.access_token)
        self.assertNotEqual(second.refresh_token, first.refresh_token)
        self.assertEqual(second.expires_at, now[0] + 3600)

        store.save(Tokens("not.a.token", second.refresh_token, now[0] + 3600))
        latchkey.data.create_entry(Entry(key="k", value="v"))
        self.assertNotIn(store.load().access_token, ("not.a.token", second.access_token))

    def test_a_store_keeps_the_log_in_for_the_next_program(self):
        store = MemoryTokenStore()
        registered(self, token_store=store).data.create_entry(Entry(key="k", value="v"))
        with Latchkey(URL, token_store=store) as latchkey:
            self.assertEqual(latchkey.data.read_entry("k").data.value, "v")
            latchkey.log_out()
            self.assertIsNone(store.load())
            latchkey.log_out()

    def test_threads_share_a_client(self):
        latchkey = registered(self)
        failures = []

        def work(number):
            try:
                for i in range(20):
                    latchkey.data.create_entry(Entry(key=f"{number}/{i}", value=f"{number}"))
                    assert latchkey.data.read_entry(f"{number}/{i}").data.value == f"{number}"
            except BaseException as failure:
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(latchkey.account.export_account().data.entries), 160)


class DataTest(unittest.TestCase):
    """ETags, conditions, lists and batches, as a Python program sees them."""

    def setUp(self):
        self.data = registered(self).data

    def refused(self, current, call, *arguments, **options):
        with self.assertRaises(LatchkeyError) as failure:
            call(*arguments, **options)
        self.assertIs(failure.exception.code, ErrorCode.PRECONDITION_FAILED)
        self.assertEqual((failure.exception.status, failure.exception.etag), (412, current))

    def fails(self, code, call, *arguments, **options):
        with self.assertRaises(LatchkeyError) as failure:
            call(*arguments, **options)
        self.assertIs(failure.exception.code, code)
        return failure.exception

    def test_a_value_comes_and_goes(self):
        self.assertIsNone(self.data.get("key"))
        self.assertFalse(self.data.delete("key"))
        first = self.data.set("key", "one")
        self.assertEqual(self.data.get("key"), "one")
        second = self.data.set("key", "")
        self.assertEqual(self.data.get("key"), "")
        self.assertRegex(second, '^"[0-9]+"$')
        self.assertNotEqual(first, second)
        self.assertTrue(self.data.delete("key"))
        self.assertIsNone(self.data.get("key"))
        for key in ("..", "\u0001", "a\u0085", "k" * 513):
            self.fails(ErrorCode.INVALID_KEY, self.data.get, key)
            self.fails(ErrorCode.INVALID_KEY, self.data.delete, key)
            self.fails(ErrorCode.INVALID_KEY, self.data.set, key, "")

    def test_every_answer_about_an_entry_has_its_etag(self):
        created = self.data.create_entry(Entry(key="key", value="one")).etag
        self.assertEqual(self.data.read_entry("key").etag, created)
        updated = self.data.update_entry("key", NewValue(value="two")).etag
        self.assertEqual(self.data.read_entry("key").etag, updated)
        changed = self.data.change_expiry("key", ExpiryChange(expires_in=60)).etag
        self.assertEqual([entry.etag for entry in self.data.list()], [changed])
        deleted = self.data.delete_entry("key").etag
        self.assertEqual(len({created, updated, changed, deleted, ""}), 5)
        self.assertNotIn("etag", self.data.create_entry(Entry(key="key", value="one")).to_dict())

    def test_a_condition_that_does_not_hold_is_an_error_with_the_current_etag(self):
        data = self.data
        old = data.set("key", "one")
        current = data.set("key", "two", if_match=old)
        self.refused(current, data.set, "key", "three", if_match=old)
        self.refused(current, data.set, "key", "three", if_none_match="*")
        self.refused(current, data.set, "key", "three", if_none_match=current)
        self.refused(current, data.update_entry, "key", NewValue(value="three"), if_match=old)
        self.refused(current, data.delete, "key", if_match=old)
        self.refused(current, data.delete_entry, "key", if_match=old)
        self.refused(current, data.change_expiry, "key", ExpiryChange(expires_in=1), if_match=old)
        self.refused(current, data.read_entry, "key", if_match=old)
        self.refused(current, data.batch, [BatchOperation(op="put", key="key", value="three", if_match=old)])
        self.assertEqual(data.get("key"), "two")
        self.refused(None, data.set, "none", "value", if_match=old)
        self.refused(None, data.set, "none", "value", if_match="*")
        self.refused(None, data.delete, "none", if_match=old)
        self.assertIsNone(data.get("none"))

    def test_no_condition_is_left_out_silently(self):
        self.data.set("key", "value")
        for none in ("", " ", "1", "W/1", '"', "*, *"):
            with self.subTest(none), self.assertRaises(LatchkeyError) as failure:
                self.data.set("key", "other", if_match=none)
            self.assertIn(failure.exception.status, (400, 412))
        self.assertEqual(self.data.get("key"), "value")

    def test_only_an_upsert_creates(self):
        value = NewValue(value="value")
        self.fails(ErrorCode.KEY_NOT_FOUND, self.data.update_entry, "key", value)
        self.fails(ErrorCode.KEY_NOT_FOUND, self.data.update_entry, "key", value, upsert=False)
        etag = self.data.update_entry("key", value, upsert=True).etag
        self.assertEqual(self.data.read_entry("key").etag, etag)
        self.assertTrue(self.data.delete("key", if_match=etag))
        self.data.set("key", "value", if_none_match="*")

    def test_what_has_not_changed_is_not_read_again(self):
        old = self.data.set("key", "one")
        self.assertIsNone(self.data.read_if_changed("key", old))
        with self.assertRaises(LatchkeyError) as same:
            self.data.read_entry("key", if_none_match=old)
        self.assertEqual((same.exception.kind, same.exception.status), (ErrorKind.NOT_MODIFIED, 304))
        self.assertEqual(same.exception.etag, old)
        current = self.data.set("key", "two")
        changed = self.data.read_if_changed("key", old)
        self.assertEqual((changed.data.value, changed.etag), ("two", current))
        self.data.delete("key")
        self.fails(ErrorCode.KEY_NOT_FOUND, self.data.read_if_changed, "key", current)

    def test_an_entry_can_expire(self):
        for hour in (3600, timedelta(hours=1), timedelta(minutes=59, seconds=59, microseconds=1)):
            before = datetime.now(timezone.utc) - timedelta(minutes=1)
            self.data.set("key", "value", expires_in=hour)
            expires = self.data.read_entry("key").data.expires_at
            self.assertTrue(before < expires - timedelta(hours=1) < before + timedelta(minutes=10), expires)
        self.data.change_expiry("key", ExpiryChange(expires_in=None))
        self.assertIsNone(self.data.read_entry("key").data.expires_at)
        self.data.set("key", "value", expires_in=1)
        self.data.set("key", "value")
        self.assertEqual([entry.expires_at for entry in self.data.list()], [None])
        for refused in (0, -1, 315360001, 2**40, timedelta(0), timedelta.max):
            with self.subTest(refused):
                self.fails(ErrorCode.INVALID_REQUEST, self.data.set, "key", "other", expires_in=refused)

    def test_a_list_goes_through_all_pages(self):
        keys = [f"notes/{number:02}" for number in range(25)]
        for key in keys:
            self.data.set(key, f"value of {key}")
        self.data.set("notes", "before")
        self.data.set("notes0", "after")
        self.assertEqual([entry.key for entry in self.data.list(prefix="notes/")], keys)
        for size in (1, 7, 24, 25, 26, 1000):
            with self.subTest(size):
                entries = list(self.data.list("notes/", page_size=size))
                self.assertEqual([entry.key for entry in entries], keys)
                self.assertEqual([entry.value for entry in entries], [f"value of {key}" for key in keys])
        for size in (1, 7, 1000):
            for limit in (0, 1, 6, 7, 8, 24, 25, 26, 2**40):
                with self.subTest(f"at most {limit} in pages of {size}"):
                    entries = list(self.data.list("notes/", limit=limit, page_size=size))
                    self.assertEqual([entry.key for entry in entries], keys[:limit])
        entries = list(self.data.list(values=False, page_size=10))
        self.assertEqual((len(entries), {entry.value for entry in entries}), (27, {None}))
        self.assertTrue(all(entry.etag and entry.updated_at for entry in entries))
        self.assertEqual(list(self.data.list("none/")), [])
        for wrong in (dict(page_size=1001), dict(page_size=0), dict(page_size=-1), dict(limit=-1)):
            self.fails(ErrorCode.INVALID_REQUEST, lambda: next(self.data.list(**wrong)))

    def test_a_batch_is_done_as_a_whole(self):
        old = self.data.set("draft", "text")
        results = self.data.batch(
            [
                BatchOperation(op="create", key="notes/1", value="one"),
                BatchOperation(op="put", key="notes/2", value="two", expires_in=60),
                BatchOperation(op="check", key="draft", if_match=old),
                BatchOperation(op="delete", key="draft"),
            ]
        )
        self.assertEqual([result.status for result in results], [201, 201, 200, 200])
        self.assertEqual(
            [(entry.key, entry.etag) for entry in self.data.list()],
            [("notes/1", results[0].etag), ("notes/2", results[1].etag)],
        )
        pairs = (("put", "notes/3"), ("create", "notes/1"))
        error = self.fails(
            ErrorCode.KEY_EXISTS, self.data.batch, (BatchOperation(op=op, key=key, value="") for op, key in pairs)
        )
        self.assertEqual([field.field for field in error.errors], ["operations[1]"])
        self.assertIsNone(self.data.get("notes/3"))
        self.fails(ErrorCode.INVALID_REQUEST, self.data.batch, [])


def numbered(count):
    """Entries whose value is their number; the first is 1."""
    return [ImportedEntry(key=f"k{number:05}", value=str(number)) for number in range(1, count + 1)]


def plain(entries):
    return [(entry.key, entry.value, entry.expires_at) for entry in entries]


class ImportTest(unittest.TestCase):
    """Many entries at once."""

    HARD_VALUES = ["", "\n", '\r\n{"key":"a","value":""}\n', "\u2028\u2029\u0085", '"\\\b\f\t', "\u2665\U0001f511e\u0301\ufeff", "{}", "null"]

    def setUp(self):
        self.data = registered(self).data

    def test_all_that_a_user_has_goes_to_another(self):
        source = registered(self)
        for number, value in enumerate([*self.HARD_VALUES, "x" * 300_000, "\U0001f511" * 200_000]):
            expires_in = 3600 + number if number % 2 else None
            source.data.set(f'hard/{number}/ключ\U0001f511"\\', value, expires_in=expires_in)
        before = plain(source.data.list())
        self.assertEqual(self.data.import_entries(source.data.list()), ImportSummary(created=10))
        self.assertEqual(plain(self.data.list()), before)
        exported = source.account.export_account().data.entries
        self.assertEqual(registered(self).data.import_entries(exported), ImportSummary(created=10))

    def test_the_mode_says_what_becomes_of_an_entry_that_exists(self):
        data = self.data
        data.set("k00002", "old")
        self.assertEqual(data.import_entries(numbered(3), mode="skip"), ImportSummary(created=2, skipped=1))
        for mode in (None, "create", ImportMode.CREATE):
            self.assertEqual(data.import_entries(numbered(3), mode=mode).failed, 3)
        self.assertEqual(data.get("k00002"), "old")
        self.assertEqual(data.import_entries(numbered(3), mode=ImportMode.SKIP), ImportSummary(skipped=3))
        replaced = data.import_entries(iter(numbered(4)), mode="replace")
        self.assertEqual(replaced, ImportSummary(created=1, replaced=3))
        self.assertEqual(data.get("k00002"), "2")
        # One that is over is as if it had never been.
        past = datetime(1970, 1, 1, tzinfo=timezone.utc)
        over = [ImportedEntry(key="k00001", value="", expires_at=past)]
        self.assertEqual(data.import_entries(over, mode="replace"), ImportSummary(skipped=1))
        new = (ImportedEntry(key="new", value="", expires_at=None),)
        self.assertEqual(data.import_entries(new), ImportSummary(created=1))
        self.assertEqual(data.import_entries(()), ImportSummary())
        with self.assertRaises(ValueError):
            data.import_entries(numbered(1), mode="merge")

    def test_what_cannot_be_stored_is_named_by_its_place_among_all_entries_and_by_its_key(self):
        entries = numbered(2100)
        entries[0].value = "\0"
        entries[999].key = ".."
        entries[1000].value = "a\0"
        entries[1499].expires_at = datetime.now(timezone.utc) + timedelta(days=4000)
        entries[1999].key = "k00002"
        entries[2099].expires_at = datetime(2030, 1, 1)
        result = self.data.import_entries(entries)
        self.assertEqual((result.created, result.failed), (2094, 6))
        self.assertEqual(
            [(one.line, one.key, one.code) for one in result.failures],
            [
                (1, "k00001", ErrorCode.INVALID_VALUE),
                (1000, "..", ErrorCode.INVALID_KEY),
                (1001, "k01001", ErrorCode.INVALID_VALUE),
                (1500, "k01500", ErrorCode.INVALID_REQUEST),
                (2000, "k00002", ErrorCode.KEY_EXISTS),
                (2100, "k02100", ErrorCode.INVALID_REQUEST),
            ],
        )
        self.assertTrue(all(isinstance(one, FailedEntry) and one.message for one in result.failures))
        self.assertIsInstance(result.failures[0].code, ErrorCode)
        self.assertEqual([error.field for error in result.failures[3].errors], ["expires_at"])
        again = self.data.import_entries(entries)
        self.assertEqual(again.failed, 2100)
        self.assertEqual([one.line for one in again.failures], [*range(1, 101)])

    def test_lines_of_text_are_sent_as_they_are(self):
        lines = '\r\n{"key":"a","value":"1","created_at":"2026-11-22T12:00:00.123Z"}\r\n\n{"key":"b"}\nnot JSON\n["\u2665"]'
        result = self.data.import_entries(lines, mode="replace").data
        self.assertEqual(result.created, 1)
        self.assertEqual([(one.line, one.code) for one in result.failures], [(4, "INVALID_VALUE"), *((line, "INVALID_REQUEST") for line in (5, 6))])
        self.assertEqual(self.data.get("a"), "1")


class LostAnswersTest(unittest.TestCase):
    """A response that gets lost makes neither a duplicate nor a conflict, and many writers lose nothing."""

    WRITERS = 50
    ROUNDS = int(os.environ.get("LATCHKEY_ROUNDS", "2"))

    def setUp(self):
        self.store = MemoryTokenStore()
        self.data = registered(self, token_store=self.store).data

    def client(self, url):
        latchkey = Latchkey(url, token_store=self.store, sleep=lambda seconds: None)
        self.addCleanup(latchkey.close)
        return latchkey.data

    def test_a_write_whose_response_is_lost_is_done_once(self):
        for unavailable in (False, True):
            with self.subTest(unavailable):
                proxy = CuttingProxy(self, URL, lambda number: number % 2 == 1, unavailable)
                lossy = self.client(proxy.url(0))
                created = lossy.create_entry(Entry(key="a", value="one")).etag
                self.assertEqual(self.data.read_entry("a").etag, created)
                updated = lossy.update_entry("a", NewValue(value="two"), if_match=created).etag
                etag = lossy.set("a", "three", if_match=updated)
                changed = lossy.change_expiry("a", ExpiryChange(expires_in=60), if_match=etag).etag
                self.assertEqual(self.data.read_entry("a").etag, changed)
                self.assertTrue(lossy.delete("a", if_match=changed))
                put = lossy.set("a", "four", if_none_match="*")
                results = lossy.batch(
                    [
                        BatchOperation(op="create", key="b", value="one"),
                        BatchOperation(op="delete", key="a", if_match=put),
                    ]
                )
                self.assertEqual([result.status for result in results], [201, 200])
                self.assertTrue(lossy.delete("b"))
                self.assertFalse(lossy.delete("b"))
                self.assertEqual(proxy.cuts, 9)

    def test_an_import_whose_responses_are_lost_has_stored_everything_once(self):
        for unavailable in (False, True):
            with self.subTest(unavailable):
                store = MemoryTokenStore()
                data = registered(self, token_store=store).data
                proxy = CuttingProxy(self, URL, lambda number: number % 2 == 1, unavailable)
                latchkey = Latchkey(proxy.url(0), token_store=store, sleep=lambda seconds: None)
                self.addCleanup(latchkey.close)
                # What is stored without a response is found there by the repetition.
                self.assertEqual(latchkey.data.import_entries(numbered(2500), mode="skip"), ImportSummary(skipped=2500))
                self.assertEqual(proxy.cuts, 3)
                self.assertEqual(plain(data.list()), plain(numbered(2500)))
                changed = [ImportedEntry(key=entry.key, value=entry.value + "!") for entry in numbered(1500)]
                self.assertEqual(latchkey.data.import_entries(changed, mode="replace").replaced, 1500)
                self.assertEqual(plain(itertools.islice(data.list(), 1500)), plain(changed))

    def test_many_writers_lose_nothing(self):
        self.count(lambda number: self.data)

    def test_many_writers_lose_nothing_where_responses_get_lost(self):
        proxy = CuttingProxy(self, URL, lambda number: number % 10 == 0)
        self.count(lambda number: self.client(proxy.url(number)))
        self.assertGreater(proxy.cuts, 0)

    def count(self, store_of):
        self.data.set("counter", "0")
        stores = [store_of(number) for number in range(self.WRITERS)]
        with ThreadPoolExecutor(self.WRITERS) as writers:
            for result in writers.map(self.increment, stores * self.ROUNDS):
                self.assertIsNone(result)
        self.assertEqual(self.data.get("counter"), str(self.WRITERS * self.ROUNDS))

    def increment(self, data):
        for attempt in itertools.count():
            read = data.read_entry("counter")
            try:
                data.set("counter", str(int(read.data.value) + 1), if_match=read.etag)
                return
            except LatchkeyError as error:
                if error.code != ErrorCode.PRECONDITION_FAILED:
                    raise
            # As a program should: all at once, fifty would mostly be in each other's way.
            time.sleep(random.uniform(0, 0.05 * 2 ** min(attempt, 5)))


if __name__ == "__main__":
    unittest.main()
