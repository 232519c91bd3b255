"""What the client makes of answers that a healthy server does not give."""

import itertools
import json
import os
import pickle
import socket
import tempfile
import threading
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from latchkey_client import (
    AccountChanges,
    Batch,
    Credentials,
    Entry,
    ErrorCode,
    ErrorKind,
    ExpiryChange,
    FileTokenStore,
    ImportedEntry,
    ImportMode,
    Latchkey,
    LatchkeyError,
    MemoryTokenStore,
    NewUser,
    NewValue,
    PasswordChange,
    TokenRefresh,
    Tokens,
)
from stub import LOST, Fixture, Reply, error, in_turn, success, tokens

ENTRY = Entry(key="k", value="v")
READ = success(key="k", value="v")
BUSY = error(503, "UNAVAILABLE", 2)
TOO_MANY = error(429, "TOO_MANY_REQUESTS", 7)
NEW_USER = NewUser(username="example_user", email="user@example.com", password="p", full_name="John Doe", gender="male")


class ErrorsTest(unittest.TestCase):
    def failure(self, reply, **options):
        fixture = Fixture(self, in_turn(reply), max_retries=0, **options)
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.signing_keys.list_signing_keys()
        failure.exception.label = f"list_signing_keys (GET {fixture.stub.url}/.well-known/jwks.json)"
        return failure.exception

    def test_every_code_is_known(self):
        for code in ErrorCode:
            with self.subTest(code):
                failure = self.failure(error(400, code.value))
                self.assertIs(failure.code, code)
                self.assertEqual(failure.code, code.value)
                self.assertEqual(failure.message, f"This is {code.value}.")

    def test_has_everything_that_the_answer_says(self):
        fields = [{"field": "key", "message": "is required", "hint": "of a newer server"}]
        failure = self.failure(error(429, "TOO_MANY_REQUESTS", 7, errors=fields, documentation="of a newer server"))
        self.assertEqual((failure.status, failure.retry_after, failure.request_id), (429, 7, "r-1"))
        self.assertEqual([(field.field, field.message) for field in failure.errors], [("key", "is required")])
        self.assertEqual(
            str(failure), "429 TOO_MANY_REQUESTS: This is TOO_MANY_REQUESTS.; key is required (request r-1)"
        )
        copy = pickle.loads(pickle.dumps(failure))
        self.assertEqual((str(copy), copy.code, copy.errors), (str(failure), failure.code, failure.errors))

    def test_a_code_of_a_newer_server_is_a_plain_string(self):
        failure = self.failure(error(418, "TEAPOT"))
        self.assertEqual((failure.status, failure.code, failure.message), (418, "TEAPOT", "This is TEAPOT."))

    def test_whatever_answers_is_a_typed_error(self):
        strange = b'{"code":1,"message":[],"errors":{}}'
        for body in (b"", b"<html>Bad Gateway</html>", b"\xff\xfe", b"[]", b'"x"', strange):
            with self.subTest(body):
                failure = self.failure(Reply(502, body, (("X-Request-Id", "r-2"), ("Retry-After", "tomorrow"))))
                self.assertEqual((failure.status, failure.code, failure.errors), (502, None, []))
                self.assertEqual(failure.message, f"{failure.label}: the answer (status 502) is not one of a Latchkey server.")
                self.assertIs(failure.kind, ErrorKind.UNUSABLE_ANSWER)
                self.assertEqual((failure.request_id, failure.retry_after), ("r-2", None))
        for body in (b"<html>Welcome to this hotel</html>", b'{"keys":1}', b"[]"):
            with self.subTest(body):
                failure = self.failure(Reply(200, body))
                self.assertEqual((failure.status, failure.code, failure.kind), (200, None, ErrorKind.UNUSABLE_ANSWER))
                self.assertEqual(
                    failure.message,
                    f"{failure.label}: the answer (status 200) is not one of a Latchkey server. Is the address right?",
                )
        self.assertEqual(self.failure(Reply(302, b"", (("Location", "http://127.0.0.1:1/"),))).status, 302)

    def test_an_answer_made_to_break_the_client_is_a_typed_error(self):
        lone = b'{"code":"\\ud800","message":"\\ud800","errors":[{"field":"\\ud800","message":"\\ud800"}]}'
        for body in (b"[" * 100_000, b'{"errors":' * 100_000, b"1" * 10_000, lone):
            with self.subTest(body[:20]):
                self.assertEqual(self.failure(Reply(502, body)).status, 502)
        fixture = Fixture(self, in_turn(Reply(503, b"", (("Retry-After", "9" * 5000),)), Reply(429, b"", (("Retry-After", "9" * 400),)), READ))
        fixture.latchkey.data.read_entry("k")
        self.assertEqual(fixture.waits, [1, 1])

    def test_members_of_a_newer_server_are_ignored(self):
        fixture = Fixture(self, in_turn(success(key="k", value="v", version=7)))
        self.assertEqual(fixture.latchkey.data.read_entry("k").data, ENTRY)

    def unanswered(self, kind, also, call, *arguments, **options):
        with self.assertRaises(LatchkeyError) as failure:
            call(*arguments, **options)
        self.assertIsInstance(failure.exception, also)
        self.assertEqual((failure.exception.status, failure.exception.kind), (0, kind))
        copy = pickle.loads(pickle.dumps(failure.exception))
        self.assertEqual((type(copy), str(copy)), (type(failure.exception), str(failure.exception)))
        return str(failure.exception)

    def test_without_a_connection_the_error_says_with_whom(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            with Latchkey(url) as latchkey:
                message = self.unanswered(
                    ErrorKind.NO_ANSWER, ConnectionError, latchkey.log_in, "example_user", "secret"
                )
                self.assertRegex(message, f"^create_token \\(POST {url}/api/token\\): no answer \\(.*refused.*\\)\\.$")

    def test_a_timeout_says_of_what_and_that_a_write_may_have_been_done(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            store = MemoryTokenStore()
            store.save(Tokens("access", "refresh", 1e12))
            with Latchkey(url, timeout=0.05, token_store=store) as latchkey:
                timeout = (ErrorKind.TIMEOUT, TimeoutError)
                maybe = ": no answer within 0.05 seconds. It may have been done all the same."
                self.assertEqual(
                    self.unanswered(*timeout, latchkey.signing_keys.list_signing_keys),
                    f"list_signing_keys (GET {url}/.well-known/jwks.json): no answer within 0.05 seconds.",
                )
                self.assertEqual(
                    self.unanswered(*timeout, latchkey.signing_keys.list_signing_keys, timeout=(1.0, 0.25)),
                    f"list_signing_keys (GET {url}/.well-known/jwks.json): no answer within 0.25 seconds.",
                )
                for call, label in (
                    (lambda: latchkey.data.create_entry(ENTRY), "create_entry (POST {}/api/data)"),
                    (lambda: latchkey.data.update_entry("k", NewValue(value="")), "update_entry (PUT {}/api/data/{{key}})"),
                    (lambda: latchkey.data.delete_entry("k"), "delete_entry (DELETE {}/api/data/{{key}})"),
                    (lambda: latchkey.account.update_account(AccountChanges()), "update_account (PATCH {}/api/me)"),
                    (lambda: latchkey.users.register_user(NEW_USER), "register_user (POST {}/api/register)"),
                ):
                    self.assertEqual(self.unanswered(*timeout, call), label.format(url) + maybe)

    def test_a_lost_answer_to_a_write_says_that_it_may_have_been_done(self):
        fixture = Fixture(self, in_turn(LOST))
        message = self.unanswered(ErrorKind.NO_ANSWER, ConnectionError, fixture.latchkey.data.create_entry, ENTRY)
        self.assertRegex(message, r": no answer \(.*\)\. It may have been done all the same\.$")
        message = self.unanswered(ErrorKind.NO_ANSWER, ConnectionError, fixture.latchkey.data.read_entry, "secret key")
        self.assertRegex(message, r"^read_entry \(GET .*/api/data/\{key\}\): no answer \(.*\)\.$")

    def test_half_an_answer_is_none(self):
        fixture = Fixture(self, in_turn(Reply(200, b'{"status":', missing_bytes=90)))
        with self.assertRaises(ConnectionError):
            fixture.latchkey.account.export_account()
        self.assertEqual(len(fixture.stub.calls), 2)

    def test_no_url(self):
        for url in json.loads((Path(__file__).parents[2] / "addresses.json").read_text())["none"]:
            with self.subTest(url), self.assertRaisesRegex(ValueError, "is no address of a server. It has to be one such as"):
                Latchkey(url)

    def test_a_url(self):
        for url in json.loads((Path(__file__).parents[2] / "addresses.json").read_text())["good"]:
            with self.subTest(url):
                Latchkey(url).close()

    def test_nobody_is_logged_in(self):
        fixture = Fixture(self, in_turn(READ), token_store=MemoryTokenStore())
        for call in (
            lambda it: it.data.read_entry("k"),
            lambda it: it.data.create_entry(ENTRY),
            lambda it: it.account.read_account(),
            lambda it: it.sessions.list_sessions(),
            lambda it: it.tokens.log_out(),
        ):
            with self.assertRaises(LatchkeyError) as failure:
                call(fixture.latchkey)
            self.assertEqual(failure.exception.message, "You are not logged in: call log_in first.")
            self.assertEqual((failure.exception.status, failure.exception.code), (401, ErrorCode.INVALID_TOKEN))
            self.assertIs(failure.exception.kind, ErrorKind.NOT_LOGGED_IN)
        self.assertEqual(fixture.stub.calls, [])


class SecretsTest(unittest.TestCase):
    def test_are_not_shown(self):
        for shown in (
            repr(Credentials(username="u", password="geheim")),
            repr(PasswordChange(current_password="geheim", new_password="geheim")),
            repr(NEW_USER.model_copy(update={"password": "geheim"})),
            repr(Tokens("geheim", "geheim", 0)),
        ):
            self.assertNotIn("geheim", shown)
        with self.assertRaises(ValueError) as failure:
            Credentials(username=1, password="geheim", refresh="geheim")
        self.assertNotIn("geheim", str(failure.exception))


class BodiesTest(unittest.TestCase):
    def test_none_is_sent_only_where_it_means_something(self):
        self.assertEqual(AccountChanges(age=None).to_dict(), {"age": None})
        self.assertEqual(AccountChanges(email=None, gender="x").to_dict(), {"gender": "x"})
        self.assertEqual(AccountChanges().to_json(), "{}")
        self.assertEqual(AccountChanges.from_json('{"age":null}').to_dict(), {"age": None})
        self.assertNotIn("age", NEW_USER.to_dict())

    def test_a_change_goes_as_a_merge_patch(self):
        fixture = Fixture(self, in_turn(error(400, "INVALID_AGE")))
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.account.update_account(AccountChanges(age=None))
        self.assertEqual(fixture.stub.calls[0].body, {"age": None})

    def test_a_key_is_encoded_once(self):
        fixture = Fixture(self, in_turn(READ))
        for key in ("a/b", "a%2Fb", "a b+c", "?#;", ".", "..", "\u00e4\U0001f511", "..a"):
            fixture.latchkey.data.read_entry(key)
        self.assertEqual(
            [call.path.removeprefix("/api/data/") for call in fixture.stub.calls],
            ["a%2Fb", "a%252Fb", "a%20b%2Bc", "%3F%23%3B", "%2E", "%2E%2E", "%C3%A4%F0%9F%94%91", "..a"],
        )


class RepeatsTest(unittest.TestCase):
    def test_waits_as_long_as_it_is_told(self):
        fixture = Fixture(self, in_turn(TOO_MANY, BUSY, READ))
        fixture.latchkey.data.read_entry("k")
        self.assertEqual(fixture.waits, [7, 2])

    def test_gives_up_after_a_few(self):
        fixture = Fixture(self, in_turn(BUSY))
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.data.read_entry("k")
        self.assertEqual((failure.exception.status, failure.exception.retry_after), (503, 2))
        self.assertEqual(fixture.waits, [2, 2, 2])

    def test_waits_no_longer_than_allowed(self):
        fixture = Fixture(self, in_turn(error(429, "TOO_MANY_REQUESTS", 20)))
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.data.read_entry("k")
        self.assertEqual(fixture.waits, [20])
        fixture = Fixture(self, in_turn(error(429, "TOO_MANY_REQUESTS", 3600)))
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.log_in("u", "p")
        self.assertEqual((fixture.waits, len(fixture.stub.calls)), ([], 1))

    def test_can_be_told_not_to(self):
        fixture = Fixture(self, in_turn(BUSY), max_retries=0)
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.data.read_entry("k")
        self.assertEqual(len(fixture.stub.calls), 1)

    def test_waits_a_second_where_nobody_says_how_long(self):
        fixture = Fixture(self, in_turn(Reply(503, b"<html>"), Reply(503, b"", (("Retry-After", "soon"),)), READ))
        fixture.latchkey.data.read_entry("k")
        self.assertEqual(fixture.waits, [1, 1])

    def test_after_429_everything_is_sent_again(self):
        fixture = Fixture(self, in_turn(TOO_MANY, success()))
        fixture.latchkey.data.create_entry(ENTRY)
        self.assertEqual(fixture.stub.paths(), ["POST /api/data"] * 2)
        self.assertEqual([call.body for call in fixture.stub.calls], [{"key": "k", "value": "v"}] * 2)

    def test_after_503_only_what_can_be_done_twice(self):
        change = PasswordChange(current_password="a", new_password="b")
        for expected, call in (
            (4, lambda it: it.data.create_entry(ENTRY)),
            (4, lambda it: it.data.run_batch(Batch(operations=[]))),
            (4, lambda it: it.data.change_expiry("k", ExpiryChange(expires_in=1))),
            (4, lambda it: it.users.register_user(NEW_USER)),
            (1, lambda it: it.account.change_password(change)),
            (4, lambda it: it.data.update_entry("k", NewValue(value="v"))),
            (4, lambda it: it.data.delete_entry("k")),
            (4, lambda it: it.account.update_account(AccountChanges(age=1))),
            (1, lambda it: it.account.delete_account()),
            (4, lambda it: it.log_in("u", "p")),
            (4, lambda it: it.log_out()),
        ):
            fixture = Fixture(self, in_turn(BUSY))
            with self.assertRaises(LatchkeyError):
                call(fixture.latchkey)
            self.assertEqual(len(fixture.stub.calls), expected, fixture.stub.paths())

    def test_a_repeated_deletion_that_finds_nothing_is_done(self):
        gone = error(404, "NOT_FOUND")
        fixture = Fixture(self, in_turn(BUSY, gone))
        self.assertEqual(fixture.latchkey.sessions.end_session("s").status, "success")
        for replies in ((gone,), (TOO_MANY, gone)):
            with self.assertRaises(LatchkeyError):
                Fixture(self, in_turn(*replies)).latchkey.sessions.end_session("s")

    def test_a_page_that_is_not_found_has_deleted_nothing(self):
        fixture = Fixture(self, in_turn(BUSY, Reply(404, b"<html>No such page</html>")))
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.sessions.end_session("s")
        self.assertEqual(failure.exception.status, 404)

    def test_with_an_idempotency_key_the_server_knows_whether_there_was_anything(self):
        gone = error(404, "KEY_NOT_FOUND")
        for lost in (BUSY, LOST):
            with self.assertRaises(LatchkeyError) as failure:
                Fixture(self, in_turn(lost, gone)).latchkey.data.delete_entry("k")
            self.assertIs(failure.exception.code, ErrorCode.KEY_NOT_FOUND)
            self.assertFalse(Fixture(self, in_turn(lost, gone)).latchkey.data.delete("k"))
            self.assertTrue(Fixture(self, in_turn(lost, success())).latchkey.data.delete("k"))

    def test_a_write_that_the_server_does_once_is_repeated_with_its_key(self):
        for call in (
            lambda it: it.data.create_entry(ENTRY),
            lambda it: it.data.update_entry("k", NewValue(value="v")),
            lambda it: it.data.delete_entry("k"),
            lambda it: it.data.change_expiry("k", ExpiryChange(expires_in=1)),
            lambda it: it.data.run_batch(Batch(operations=[])),
            lambda it: it.data.batch([]),
            lambda it: it.data.set("k", "v"),
            lambda it: it.data.delete("k"),
        ):
            done = success(results=[])
            fixture = Fixture(self, in_turn(LOST, BUSY, error(401, "INVALID_TOKEN"), tokens(1), done))
            call(fixture.latchkey)
            call(fixture.latchkey)
            keys = [sent.idempotency_key for sent in fixture.stub.calls if sent.path.startswith("/api/data")]
            self.assertEqual(len(keys), 5)
            self.assertEqual(set(keys[:4]), {keys[0]})
            self.assertRegex(keys[0], "^[0-9a-f-]{36}$")
            self.assertNotIn(keys[4], keys[:4] + [None])

    def test_the_key_of_the_caller_stays(self):
        fixture = Fixture(self, in_turn(LOST, success()))
        fixture.latchkey.data.create_entry(ENTRY, idempotency_key="of-the-caller")
        self.assertEqual([call.idempotency_key for call in fixture.stub.calls], ["of-the-caller"] * 2)

    def test_a_lost_connection_repeats_a_reading_once_and_no_other_write(self):
        fixture = Fixture(self, in_turn(LOST, READ))
        fixture.latchkey.data.read_entry("k")
        fixture = Fixture(self, in_turn(LOST))
        with self.assertRaises(ConnectionError):
            fixture.latchkey.data.read_entry("k")
        self.assertEqual([call.idempotency_key for call in fixture.stub.calls], [None] * 2)
        fixture = Fixture(self, in_turn(LOST))
        with self.assertRaises(ConnectionError):
            fixture.latchkey.account.update_account(AccountChanges(age=1))
        self.assertEqual([call.idempotency_key for call in fixture.stub.calls], [None])

    def test_an_import_is_repeated_only_where_it_does_no_harm(self):
        entries = [ImportedEntry(key="k", value=value) for value in ("a", "\u2665\n")]
        done = success(created=2, replaced=0, skipped=0, failed=0, failures=[])
        modes = ((None, ""), ("create", "?mode=create"), ("replace", "?mode=replace"), (ImportMode.SKIP, "?mode=skip"))
        for lost, (mode, query) in itertools.product((LOST, BUSY, TOO_MANY), modes):
            with self.subTest(lost=lost, mode=mode):
                fixture = Fixture(self, in_turn(lost, done))
                again = lost is TOO_MANY or mode in ("replace", "skip")
                if again:
                    self.assertEqual(fixture.latchkey.data.import_entries(entries, mode=mode).created, 2)
                else:
                    with self.assertRaises(LatchkeyError) as failure:
                        fixture.latchkey.data.import_entries(entries, mode=mode)
                    self.assertEqual(failure.exception.status, 0 if lost is LOST else 503)
                self.assertEqual(fixture.stub.paths(), [f"POST /api/data/import{query}"] * (1 + again))
                lines = '{"key": "k", "value": "a"}\n{"key": "k", "value": "\u2665\\n"}\n'
                self.assertEqual({call.body for call in fixture.stub.calls}, {lines})
        fixture = Fixture(self, in_turn(LOST))
        with self.assertRaises(ConnectionError):
            fixture.latchkey.data.import_entries(lines, mode="skip")
        self.assertEqual([call.body for call in fixture.stub.calls], [lines])

    def test_an_import_is_sent_as_the_entries_come_in_requests_of_a_bounded_size(self):
        def answer(call):
            return success(created=call.body.count("\n"), replaced=0, skipped=0, failed=0, failures=[])

        fixture = Fixture(self, answer)
        data, calls = fixture.latchkey.data, fixture.stub.calls
        sizes = lambda: [call.body.count("\n") for call in calls]  # noqa: E731

        def entries(*lengths):
            for number, length in enumerate(lengths):
                if len(lengths) > 999:
                    self.assertEqual(len(calls), number // 1000)
                yield ImportedEntry(key="k", value="x" * length)

        expected = {0: [], 1: [1], 999: [999], 1000: [1000], 1001: [1000, 1], 2001: [1000, 1000, 1]}
        for count, requests in expected.items():
            self.assertEqual(data.import_entries(entries(*[1] * count)).created, count)
            self.assertEqual(sizes(), requests)
            calls.clear()
        data.import_entries(entries(100_000, 100_000, 100_000, 1_000_000, 1, 262_000, 300))
        self.assertEqual(sizes(), [2, 1, 1, 2, 1])
        calls.clear()

        class Own:
            key, value, expires_at = "k", "v", datetime(2030, 1, 2, 3, 4, 5, 678000, timezone.utc)

        data.import_entries([Own()])
        self.assertEqual(calls.pop().body, '{"key": "k", "value": "v", "expires_at": "2030-01-02T03:04:05.678000Z"}\n')
        for wrong in (None, "k", NewValue(value="v"), 7):
            with self.assertRaisesRegex(ValueError, "^entry 1001 cannot be imported: "):
                data.import_entries([*entries(*[1] * 1000), wrong])
            self.assertEqual(sizes(), [1000])
            calls.clear()
        Own.value = None
        with self.assertRaisesRegex(ValueError, "^entry 1 cannot be imported: "):
            data.import_entries([Own()])

    def test_a_code_of_a_newer_server_is_a_plain_string_in_an_import(self):
        why = {"line": 1, "code": "OUT_OF_INK", "message": "No ink."}
        answer = success(created=0, replaced=0, skipped=0, failed=1, failures=[why])
        result = Fixture(self, in_turn(answer)).latchkey.data.import_entries([ImportedEntry(key="k", value="")])
        self.assertEqual([(one.key, one.code, one.errors) for one in result.failures], [("k", "OUT_OF_INK", [])])

    def test_a_list_reads_no_page_before_it_is_used(self):
        def answer(call):
            keys = ("c", "d") if "cursor=next" in call.path else ("a", "b")
            times = {"created_at": "2026-11-22T12:00:00Z", "updated_at": "2026-11-22T12:00:00Z"}
            more = {} if "cursor=next" in call.path else {"next_cursor": "next"}
            return success(entries=[{"key": key, "etag": '"1"', **times} for key in keys], revision=1, **more)

        fixture = Fixture(self, answer)
        entries = fixture.latchkey.data.list("\u00e4/&", page_size=2, values=False)
        self.assertEqual(fixture.stub.calls, [])
        self.assertEqual([next(entries).key, next(entries).key], ["a", "b"])
        self.assertEqual(fixture.stub.paths(), ["GET /api/data?prefix=%C3%A4%2F%26&limit=2&values=false"])
        self.assertEqual([entry.key for entry in fixture.latchkey.data.list("x")], ["a", "b", "c", "d"])
        path = "GET /api/data?prefix=x&limit=1000"
        self.assertEqual(fixture.stub.paths()[1:], [path, f"{path}&cursor=next"])
        self.assertEqual(next(fixture.latchkey.data.list("x", limit=2)).key, "a")
        self.assertEqual(fixture.stub.paths()[3:], ["GET /api/data?prefix=x&limit=2"])
        self.assertEqual(list(fixture.latchkey.data.list("x", limit=0)), [])
        self.assertEqual(len(fixture.stub.calls), 4)

    def test_an_expiry_is_sent_in_whole_seconds_and_none_is_not(self):
        second, ms = timedelta(seconds=1), timedelta(milliseconds=1)
        for expires_in, sent in ((1, 1), (ms, 1), (second - ms, 1), (second, 1), (second + ms, 2), (-second, -1), (0, 0)):
            fixture = Fixture(self, in_turn(success()))
            fixture.latchkey.data.set("k", "v", expires_in=expires_in)
            self.assertEqual(fixture.stub.calls[0].body, {"value": "v", "expires_in": sent})
        fixture = Fixture(self, in_turn(success()))
        fixture.latchkey.data.set("k", "v")
        self.assertEqual(fixture.stub.calls[0].body, {"value": "v"})
        fixture.latchkey.data.change_expiry("k", ExpiryChange(expires_in=None))
        self.assertEqual(fixture.stub.calls[1].body, {"expires_in": None})

    def test_a_304_that_nobody_asked_for_is_no_answer_of_latchkey(self):
        for call in (lambda it: it.data.read_entry("k"), lambda it: it.account.read_account()):
            with self.assertRaises(LatchkeyError) as failure:
                call(Fixture(self, in_turn(Reply(304))).latchkey)
            self.assertIs(failure.exception.kind, ErrorKind.UNUSABLE_ANSWER)

    def test_the_etag_of_an_error_survives_pickling(self):
        refusal = Reply(412, error(412, "PRECONDITION_FAILED").body, (("ETag", '"7"'),))
        with self.assertRaises(LatchkeyError) as failure:
            Fixture(self, in_turn(refusal)).latchkey.data.set("k", "v", if_match='"6"')
        self.assertEqual(pickle.loads(pickle.dumps(failure.exception)).etag, '"7"')

    def test_a_lost_connection_repeats_a_refresh_once(self):
        for replies, calls in (((LOST, tokens(1)), 2), ((LOST,), 2)):
            fixture = Fixture(self, in_turn(*replies))
            refresh = TokenRefresh(refresh_token="refresh-0")
            if len(replies) == 2:
                self.assertEqual(fixture.latchkey.tokens.refresh_token(refresh).data.refresh_token, "refresh-1")
            else:
                with self.assertRaises(ConnectionError):
                    fixture.latchkey.tokens.refresh_token(refresh)
            self.assertEqual(len(fixture.stub.calls), calls)

    def test_a_wait_can_be_broken_off(self):
        def interrupted(seconds):
            raise KeyboardInterrupt

        fixture = Fixture(self, in_turn(BUSY), sleep=interrupted)
        with self.assertRaises(KeyboardInterrupt):
            fixture.latchkey.data.read_entry("k")
        self.assertEqual(len(fixture.stub.calls), 1)


class ParityTest(unittest.TestCase):
    """What the clients for other languages do as well."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "config" / "latchkey" / "login.json"

    def test_says_who_is_logged_in_and_tells_of_changes(self):
        def answer(call):
            if call.path == "/api/token/refresh":
                return error(401, "INVALID_REFRESH_TOKEN")
            return tokens(1) if call.path == "/api/token" and call.method == "POST" else success()

        fixture = Fixture(self, answer, token_store=MemoryTokenStore())
        told = []

        def broken(username):
            raise RuntimeError("of the listener")

        stop = fixture.latchkey.on_change(told.append)
        with self.assertLogs("latchkey_client", "ERROR"):
            fixture.latchkey.on_change(broken)()
            stop_broken = fixture.latchkey.on_change(broken)
            self.assertIsNone(fixture.latchkey.username)
            fixture.latchkey.log_in("alice", "secret")
        stop_broken()
        self.assertEqual((fixture.latchkey.username, told), ("alice", ["alice"]))
        fixture.latchkey.log_in("alice", "secret")
        fixture.latchkey.data.delete_entry("k")
        self.assertEqual(told, ["alice"])
        fixture.latchkey.log_in("bob", "secret")
        fixture.latchkey.account.delete_account()
        self.assertEqual(told, ["alice", "bob", None])
        fixture.latchkey.log_in("carol", "secret")
        fixture.now += 4000
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.data.read_entry("k")
        self.assertEqual((fixture.latchkey.username, told[3:]), (None, ["carol", None]))
        stop()
        fixture.latchkey.log_in("dave", "secret")
        self.assertEqual(told[5:], [])

    def test_a_listener_may_make_calls(self):
        fixture = Fixture(self, lambda call: tokens(1) if call.path == "/api/token" else READ, token_store=MemoryTokenStore())
        seen = []
        fixture.latchkey.on_change(lambda username: seen.append(fixture.latchkey.data.read_entry("k").data.value))
        fixture.latchkey.log_in("alice", "secret")
        self.assertEqual(seen, ["v"])

    def test_a_renewal_keeps_the_name(self):
        fixture = Fixture(self, lambda call: tokens(1) if call.path.startswith("/api/token") else READ)
        fixture.latchkey.log_in("alice", "secret")
        fixture.now += 4000
        fixture.latchkey.data.read_entry("k")
        self.assertEqual(fixture.latchkey.username, "alice")

    def test_a_file_keeps_the_log_in_for_nobody_else(self):
        for existing in (False, True):
            store = FileTokenStore(self.path)
            self.assertIsNone(store.load() if not existing else None)
            if existing:
                self.path.write_text("{}")
                self.path.chmod(0o644)
            old_mask = os.umask(0)
            try:
                store.save(Tokens("access", "refresh", 1234.5, "alice"))
            finally:
                os.umask(old_mask)
            self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
            self.assertEqual([file.name for file in self.path.parent.iterdir()], ["login.json"])
            self.assertEqual(FileTokenStore(str(self.path)).load(), Tokens("access", "refresh", 1234.5, "alice"))
            self.assertEqual(
                json.loads(self.path.read_text()),
                {"username": "alice", "access_token": "access", "refresh_token": "refresh", "expires_at": 1234.5},
            )
        store.clear()
        store.clear()
        self.assertIsNone(store.load())
        self.assertEqual(self.path.parent.stat().st_mode & 0o777, 0o700)

    def test_whatever_else_is_in_the_file_is_no_log_in(self):
        self.path.parent.mkdir(parents=True)
        for text in ("", "{", "null", "[]", "1", "{}", '{"access_token":1,"expires_at":1}', '{"access_token":"a","expires_at":"x"}', "\xff"):
            with self.subTest(text):
                self.path.write_text(text, encoding="latin-1")
                self.assertIsNone(FileTokenStore(self.path).load())

    def test_a_log_gets_a_line_a_request_and_no_secrets(self):
        lines = []
        fixture = Fixture(self, in_turn(tokens(7), Reply(429, b"", (("Retry-After", "2"), ("X-Request-Id", "r-9"))), READ, LOST), log=lines.append)
        fixture.latchkey.log_in("alice", "hunter2")
        fixture.latchkey.data.read_entry("my diary")
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.data.create_entry(Entry(key="my diary", value="dear"))
        url = fixture.stub.url
        read = f"read_entry \\(GET {url}/api/data/{{key}}\\)"
        for line, expected in zip(
            lines,
            (
                f"create_token \\(POST {url}/api/token\\): 200 in [0-9]+ ms, request without an id",
                f"{read}: 429 in [0-9]+ ms, request r-9",
                f"{read}: again in 2 s",
                f"{read}: 200 in [0-9]+ ms, request without an id",
                f"create_entry \\(POST {url}/api/data\\): no answer .*",
                f"create_entry \\(POST {url}/api/data\\): no answer .*",
            ),
            strict=True,
        ):
            self.assertRegex(line, f"^{expected}$")
        for secret in ("hunter2", "diary", "dear", "access-", "refresh-7"):
            self.assertNotIn(secret, "".join(lines))


class LogInTest(unittest.TestCase):
    def test_renews_before_the_end_and_sends_the_new_token(self):
        fixture = Fixture(self, lambda call: tokens(1) if call.path == "/api/token/refresh" else READ)
        fixture.now += 3589.75
        fixture.latchkey.data.read_entry("k")
        fixture.now += 0.25
        fixture.latchkey.data.read_entry("k")
        self.assertEqual([call.token for call in fixture.stub.calls], ["access-0", None, "access-1"])
        self.assertEqual(fixture.stub.calls[1].body, {"refresh_token": "refresh-0"})
        self.assertEqual(fixture.store.load(), Tokens("access-1", "refresh-1", fixture.now + 3600))

    def test_a_slow_answer_makes_no_token_live_longer(self):
        def answer(call):
            fixture.now += 20
            return tokens(1)

        fixture = Fixture(self, answer)
        asked = fixture.now
        fixture.latchkey.log_in("alice", "secret")
        self.assertEqual(fixture.store.load().expires_at, asked + 3600)
        fixture.now = renewed = asked + 3600
        fixture.latchkey.data.delete_entry("k")
        self.assertEqual(fixture.store.load().expires_at, renewed + 3600)

    def test_without_a_refresh_token_the_server_says_when_it_is_over(self):
        fixture = Fixture(self, in_turn(READ))
        fixture.store.save(Tokens("access-0", None, fixture.now - 1))
        self.assertEqual(fixture.latchkey.data.read_entry("k").data, ENTRY)
        self.assertEqual([call.token for call in fixture.stub.calls], ["access-0"])

    def test_renews_once_after_a_refusal(self):
        def answer(call):
            return tokens(1) if call.path == "/api/token/refresh" else error(401, "INVALID_TOKEN")

        fixture = Fixture(self, answer)
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.data.create_entry(ENTRY)
        self.assertIs(failure.exception.code, ErrorCode.INVALID_TOKEN)
        self.assertEqual(fixture.stub.paths(), ["POST /api/data", "POST /api/token/refresh", "POST /api/data"])
        self.assertEqual(fixture.stub.calls[2].token, "access-1")

    def test_a_wrong_password_is_no_refused_token(self):
        fixture = Fixture(self, in_turn(error(401, "INVALID_CREDENTIALS")))
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.account.change_password(PasswordChange(current_password="a", new_password="b"))
        self.assertEqual(len(fixture.stub.calls), 1)
        self.assertTrue(fixture.latchkey.is_logged_in)

    def test_a_refused_refresh_token_logs_out(self):
        def answer(call):
            return error(401, "INVALID_REFRESH_TOKEN" if call.path == "/api/token/refresh" else "INVALID_TOKEN")

        fixture = Fixture(self, answer)
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.data.read_entry("k")
        self.assertEqual((failure.exception.status, failure.exception.code), (401, ErrorCode.INVALID_REFRESH_TOKEN))
        self.assertFalse(fixture.latchkey.is_logged_in)
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.data.read_entry("k")
        self.assertIs(failure.exception.kind, ErrorKind.NOT_LOGGED_IN)
        self.assertEqual(len(fixture.stub.calls), 2)

    def test_a_refresh_that_fails_otherwise_does_not(self):
        fixture = Fixture(self, in_turn(error(500, "INTERNAL_ERROR")))
        fixture.now += 4000
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.data.read_entry("k")
        self.assertIs(failure.exception.code, ErrorCode.INTERNAL_ERROR)
        self.assertTrue(fixture.latchkey.is_logged_in)
        fixture = Fixture(self, in_turn(LOST))
        fixture.now += 4000
        with self.assertRaises(ConnectionError):
            fixture.latchkey.data.read_entry("k")
        self.assertTrue(fixture.latchkey.is_logged_in)

    def test_a_proxy_that_refuses_logs_nobody_out(self):
        for status in (400, 401):
            fixture = Fixture(self, in_turn(Reply(status, b"<html>Who are you?</html>")))
            fixture.now += 4000
            with self.assertRaises(LatchkeyError):
                fixture.latchkey.data.read_entry("k")
            self.assertTrue(fixture.latchkey.is_logged_in)
        fixture = Fixture(self, in_turn(Reply(401, b"<html>Who are you?</html>")))
        with self.assertRaises(LatchkeyError):
            fixture.latchkey.log_out()

    def test_without_a_refresh_token_the_end_is_the_end(self):
        fixture = Fixture(self, in_turn(error(401, "INVALID_TOKEN")))
        fixture.store.save(Tokens("access-0", None, fixture.now))
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.data.read_entry("k")
        self.assertIs(failure.exception.code, ErrorCode.INVALID_TOKEN)
        self.assertFalse(fixture.latchkey.is_logged_in)

    def test_ten_threads_renew_once(self):
        refused = threading.Barrier(10)

        def answer(call):
            if call.path == "/api/token/refresh":
                return tokens(1)
            if call.token == "access-0":
                # Nobody is refused before all ten have sent the old token.
                refused.wait(30)
                return error(401, "INVALID_TOKEN")
            return READ

        fixture = Fixture(self, answer)
        self.assertEqual(self.in_ten_threads(fixture), [None] * 10)
        self.assertEqual(fixture.stub.paths().count("POST /api/token/refresh"), 1)

    def test_ten_threads_at_the_end_of_a_token_renew_once(self):
        fixture = Fixture(self, lambda call: tokens(1) if call.path == "/api/token/refresh" else READ)
        fixture.now += 3590
        self.assertEqual(self.in_ten_threads(fixture, threading.Barrier(10)), [None] * 10)
        self.assertEqual(fixture.stub.paths().count("POST /api/token/refresh"), 1)
        self.assertNotIn("access-0", [call.token for call in fixture.stub.calls])

    def test_a_late_refusal_of_a_renewed_token_renews_nothing(self):
        arrived = threading.Event()
        renewed = threading.Event()

        def answer(call):
            if call.path == "/api/token/refresh":
                return tokens(1)
            if call.token == "access-0":
                if call.path == "/api/data/late":
                    arrived.set()
                    renewed.wait(30)
                return error(401, "INVALID_TOKEN")
            return READ

        fixture = Fixture(self, answer)
        late = threading.Thread(target=fixture.latchkey.data.read_entry, args=("late",))
        late.start()
        arrived.wait(30)
        fixture.latchkey.data.read_entry("early")
        renewed.set()
        late.join()
        self.assertEqual(fixture.stub.paths().count("POST /api/token/refresh"), 1)
        self.assertEqual((fixture.stub.calls[-1].path, fixture.stub.calls[-1].token), ("/api/data/late", "access-1"))

    def test_ten_threads_share_a_renewal_that_fails(self):
        asked = threading.Event()
        others = threading.Event()

        def answer(call):
            asked.set()
            others.wait(30)
            return error(401, "INVALID_REFRESH_TOKEN")

        fixture = Fixture(self, lambda call: answer(call) if call.token is None else READ)
        fixture.now += 4000
        started = threading.Barrier(11)
        threads = threading.Thread(target=lambda: results.extend(self.in_ten_threads(fixture, started)))
        results = []
        threads.start()
        started.wait(30)
        asked.wait(30)
        others.set()
        threads.join()
        self.assertEqual({failure.status for failure in results}, {401})
        self.assertEqual(fixture.stub.paths().count("POST /api/token/refresh"), 1)

    def in_ten_threads(self, fixture, started=None):
        results = []

        def read():
            if started:
                started.wait(30)
            try:
                fixture.latchkey.data.read_entry("k")
                results.append(None)
            except LatchkeyError as failure:
                results.append(failure)

        threads = [threading.Thread(target=read) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def test_who_logs_in_meanwhile_stays(self):
        def answer(call):
            if call.path == "/api/token/refresh":
                fixture.store.save(Tokens("access-9", "refresh-9", fixture.now + 3600))
                return tokens(1)
            return READ

        fixture = Fixture(self, answer)
        fixture.now += 4000
        fixture.latchkey.data.read_entry("k")
        self.assertEqual(fixture.stub.calls[-1].token, "access-9")
        self.assertEqual(fixture.store.load().access_token, "access-9")

    def test_a_call_never_goes_on_as_another_user(self):
        for age in (0, 4000):
            with self.subTest(age):

                def answer(call):
                    if call.path == "/api/token":
                        return tokens(9)
                    if call.path == "/api/token/refresh" or age == 0 and call.token == "access-0":
                        fixture.latchkey.log_in("another", "secret")
                    return tokens(1) if call.path == "/api/token/refresh" else error(401, "INVALID_TOKEN")

                fixture = Fixture(self, answer)
                fixture.now += age
                with self.assertRaises(LatchkeyError) as failure:
                    fixture.latchkey.data.create_entry(ENTRY)
                self.assertIs(failure.exception.code, ErrorCode.INVALID_TOKEN)
                self.assertNotIn("access-9", [call.token for call in fixture.stub.calls])
                self.assertEqual(fixture.store.load().access_token, "access-9")

    def test_a_log_out_ends_no_later_log_in(self):
        def answer(call):
            if call.path == "/api/token" and call.method == "POST":
                return tokens(9)
            fixture.latchkey.log_in("another", "secret")
            return success()

        for end in (
            lambda it: it.log_out(),
            lambda it: it.sessions.end_all_sessions(),
            lambda it: it.account.delete_account(),
        ):
            fixture = Fixture(self, answer)
            end(fixture.latchkey)
            self.assertEqual(fixture.store.load().access_token, "access-9")

    def test_who_is_interrupted_interrupts_nobody_else(self):
        asked = threading.Event()
        waiting = threading.Event()
        results = []

        class Store(MemoryTokenStore):
            """The fourth look is that of a thread that is about to wait for the other's renewal."""

            looks = 0

            def load(self):
                self.looks += 1
                if self.looks == 4:
                    waiting.set()
                return super().load()

        def sleep(seconds):
            waiting.wait(30)
            raise KeyboardInterrupt

        def answer(call):
            if call.path != "/api/token/refresh":
                return READ
            if asked.is_set():
                return tokens(1)
            asked.set()
            return BUSY

        def interrupted():
            try:
                fixture.latchkey.data.read_entry("k")
            except KeyboardInterrupt:
                results.append("interrupted")

        store = Store()
        fixture = Fixture(self, answer, sleep=sleep, token_store=store)
        store.save(Tokens("access-0", "refresh-0", fixture.now - 1))
        first = threading.Thread(target=interrupted)
        first.start()
        asked.wait(30)
        self.assertEqual(fixture.latchkey.data.read_entry("k").data, ENTRY)
        first.join()
        self.assertEqual(results, ["interrupted"])

    def test_logs_out_here_even_if_the_server_cannot_be_told(self):
        for reply in (error(500, "INTERNAL_ERROR"), LOST):
            fixture = Fixture(self, in_turn(reply))
            with self.assertRaises((LatchkeyError, ConnectionError)):
                fixture.latchkey.log_out()
            self.assertFalse(fixture.latchkey.is_logged_in)
        fixture = Fixture(self, in_turn(error(401, "INVALID_REFRESH_TOKEN")))
        fixture.now += 4000
        fixture.latchkey.log_out()
        self.assertFalse(fixture.latchkey.is_logged_in)


if __name__ == "__main__":
    unittest.main()
