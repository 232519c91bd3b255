"""A feed goes on where it was, whatever becomes of its connections, and ends when it cannot."""

import itertools
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from latchkey_client import (
    Deletion,
    ErrorCode,
    ErrorKind,
    Gone,
    Latchkey,
    LatchkeyError,
    MemoryTokenStore,
    Position,
    Put,
    Tokens,
)
from stub import LOST, Events, Fixture, Reply, end, error, in_turn, position, put, success, tokens

PAGE = b"<html>Bad Gateway</html>"


def stream(*pieces):
    return Events(*pieces).end()


def broken(*pieces):
    return Events(*pieces).cut()


def gone(revision):
    return error(410, "CHANGES_GONE", revision=revision)


def a_put(revision, key, value=""):
    return Put(revision, key, value, f'"{revision}"')


def by_path(answer):
    """Answers a refresh with new tokens, and everything else as given."""
    numbers = itertools.count(1)
    return lambda call: tokens(next(numbers)) if call.path.startswith("/api/token") else answer(call)


class ChangesTest(unittest.TestCase):
    def fixture(self, *replies, **options):
        return Fixture(self, in_turn(*replies), **options)

    def feed(self, fixture, *arguments, **options):
        feed = fixture.latchkey.data.changes(*arguments, **options)
        self.addCleanup(feed.close)
        return feed

    def asked(self, fixture):
        """What was asked, as `access-0 since=0`."""
        return [
            f"{call.token} {call.path.partition('?')[2]}" if call.path.startswith("/api/changes") else call.path
            for call in fixture.stub.calls
        ]

    def failure(self, feed):
        with self.assertRaises(LatchkeyError) as failure:
            next(feed)
        self.assertEqual(list(feed), [])
        return failure.exception

    def test_tells_what_the_stream_does(self):
        expiring = (
            'id: 4\nevent: change\ndata: {"revision":4,"type":"put","key":"b","value":"","etag":"\\"4\\"",'
            '"expires_at":"2026-11-22T12:00:00.123Z","of":"a newer server"}\n\n'
        )
        deletion = 'id: 5\nevent: change\ndata: {"revision":5,"type":"delete","key":"a","etag":"\\"5\\""}\n\n'
        fixture = self.fixture(stream("retry: 2000\n\n", put(1, "a", "1"), expiring, deletion, position(7)), gone(9))
        with fixture.latchkey.data.changes(positions=True) as feed:
            self.assertEqual(
                list(feed),
                [
                    a_put(1, "a", "1"),
                    Put(4, "b", "", '"4"', datetime(2026, 11, 22, 12, 0, 0, 123000, timezone.utc)),
                    Deletion(5, "a", '"5"'),
                    Position(7),
                    Gone(9),
                ],
            )
        self.assertEqual(self.asked(fixture), ["access-0 since=0", "access-0 since=7"])
        self.assertEqual({call.accept for call in fixture.stub.calls}, {"text/event-stream"})

    def test_tells_only_what_is_asked_for(self):
        change = 'id: 6\nevent: change\ndata: {"revision":6,"type":"put","key":"a","etag":"\\"6\\""}\n\n'
        fixture = self.fixture(stream(position(4), change))
        feed = self.feed(fixture, 3, values=False)
        self.assertEqual(next(feed), a_put(6, "a", None))
        self.assertEqual(self.asked(fixture), ["access-0 since=3&values=false"])
        feed.close()
        self.assertEqual(list(feed), [])

    def test_a_piece_may_end_anywhere(self):
        value = "\u00e4\u20ac\U0001f511"
        for line_end in ("\n", "\r", "\r\n"):
            first = put(1, "a", value).replace("\n", line_end).encode()
            second = put(2, "b", value).replace("\n", line_end).encode()
            events = Events()
            feed = self.feed(self.fixture(events))
            for cut in range(1, len(second) - 1):
                with self.subTest(line_end=line_end, cut=cut):
                    # The client has read the first event, and so the beginning of the second, before the rest is there.
                    events.send(first + second[:cut])
                    self.assertEqual(next(feed), a_put(1, "a", value))
                    events.send(second[cut:])
                    self.assertEqual(next(feed), a_put(2, "b", value))
            feed.close()

    def test_what_it_does_not_know_is_ignored(self):
        fixture = self.fixture(
            stream(
                '\ufeffevent: position\ndata: {"revision":1}\n\n: a comment\n\nevent: of a newer server\nid: 8\ndata: {}\n\nnovelty: 1\nevent\ndata\n\n',
                'id: x\nretry: soon\nevent:position\ndata:{\ndata: "revision":9}\n\n',
                put(11, "lost", "for want of its end")[:-1],
            ),
            stream("id: 10\nevent: of a newer server\ndata: {}\n\n"),
            gone(1),
        )
        self.assertEqual(list(self.feed(fixture, positions=True)), [Position(1), Position(9), Gone(1)])
        self.assertEqual(self.asked(fixture), ["access-0 since=0", "access-0 since=9", "access-0 since=10"])

    def test_waits_longer_after_each_failure_until_something_arrives(self):
        fixture = self.fixture(
            LOST,
            error(500, "INTERNAL_ERROR"),
            Reply(502, PAGE),
            broken(),
            stream(),
            LOST,
            broken(": nothing\n"),
            LOST,
            broken(put(3, "a")),
            gone(1),
        )
        self.assertEqual(list(self.feed(fixture)), [a_put(3, "a"), Gone(1)])
        most = [0.5, 1, 2, 4, 8, 16, 30, 30, 0.5]
        self.assertEqual(len(fixture.waits), len(most))
        for wait, limit in zip(fixture.waits, most):
            self.assertTrue(limit / 2 <= wait <= limit, fixture.waits)
        self.assertEqual(self.asked(fixture)[-2:], ["access-0 since=0", "access-0 since=3"])

    def test_waits_as_long_as_the_server_asks(self):
        fixture = self.fixture(
            error(429, "TOO_MANY_REQUESTS", 40),
            error(503, "UNAVAILABLE", 50),
            stream("retry: 60000\n\n", position(1)),
            stream("retry: 70000\n\n", end("SERVER_STOPPING", 1)),
            gone(1),
        )
        self.assertEqual(list(self.feed(fixture)), [Gone(1)])
        asked = [40, 50, 60, 70]
        self.assertEqual(len(fixture.waits), len(asked))
        for wait, limit in zip(fixture.waits, asked):
            self.assertTrue(limit <= wait <= limit * 1.25, fixture.waits)

    def test_a_silent_connection_is_dead(self):
        silent = Events(put(2, "a"))
        fixture = self.fixture(silent, stream(put(3, "b")), gone(4))
        feed = self.feed(fixture, timeout=(5.0, 0.2))
        self.assertEqual(next(feed), a_put(2, "a"))
        self.assertEqual(next(feed), a_put(3, "b"))
        self.assertTrue(silent.is_closed())
        self.assertEqual(len(fixture.waits), 1)

    def test_a_connection_without_a_head_is_dead(self):
        over = threading.Event()
        replies = iter((lambda: over.wait(30) and LOST, lambda: stream(put(3, "b"))))
        fixture = Fixture(self, lambda call: next(replies)())
        self.assertEqual(next(self.feed(fixture, timeout=(5.0, 0.2))), a_put(3, "b"))
        over.set()
        self.assertEqual(len(fixture.waits), 1)

    def test_when_the_token_expires_it_goes_on_at_once(self):
        refused = error(401, "INVALID_TOKEN")
        fixture = self.fixture(
            stream(put(2, "a"), end("TOKEN_EXPIRED", 2)),
            tokens(1),
            stream(end("TOKEN_EXPIRED", 2)),
            tokens(2),
            refused,
            tokens(3),
            gone(3),
        )
        self.assertEqual(list(self.feed(fixture)), [a_put(2, "a"), Gone(3)])
        refresh = "/api/token/refresh"
        self.assertEqual(
            self.asked(fixture),
            ["access-0 since=0", refresh, "access-1 since=2", refresh, "access-2 since=2", refresh, "access-3 since=2"],
        )
        # Not for ever at once, if that is all that the stream says.
        self.assertEqual(len(fixture.waits), 1)

    def test_leaves_before_the_token_expires(self):
        first = Events(put(2, "a"))
        fixture = Fixture(self, by_path(lambda call: first if call.token == "access-0" else gone(3)))
        fixture.now += 3600 - 10.1
        feed = self.feed(fixture)
        self.assertEqual(next(feed), a_put(2, "a"))
        fixture.now += 0.1
        self.assertEqual(next(feed), Gone(3))
        self.assertTrue(first.is_closed())
        self.assertEqual(self.asked(fixture), ["access-0 since=0", "/api/token/refresh", "access-1 since=2"])
        self.assertEqual(fixture.waits, [])

    def test_a_token_that_lives_for_seconds_only_is_used_to_its_end(self):
        issued = success(access_token="access-1", expires_in=5, refresh_token="r")
        events = stream(put(2, "a"), end("CHANGES_GONE", 3))
        fixture = Fixture(self, lambda call: events if call.path.startswith("/api/changes") else issued)
        fixture.now += 3600 - 5
        self.assertEqual(list(self.feed(fixture)), [a_put(2, "a"), Gone(3)])
        self.assertEqual(self.asked(fixture), ["/api/token/refresh", "access-1 since=0"])

    def test_while_the_token_cannot_be_refreshed_it_waits(self):
        fixture = self.fixture(
            stream(put(2, "a"), end("TOKEN_EXPIRED", 2)), Reply(502, PAGE), LOST, LOST, tokens(1), gone(3)
        )
        self.assertEqual(list(self.feed(fixture)), [a_put(2, "a"), Gone(3)])
        self.assertEqual(len(fixture.waits), 2)

    def test_when_the_session_has_ended_so_has_the_feed(self):
        for first in (stream(end("SESSION_ENDED", 2)), stream(end("TOKEN_EXPIRED", 2)), error(401, "INVALID_TOKEN")):
            fixture = self.fixture(first, error(401, "INVALID_REFRESH_TOKEN"))
            self.assertIs(self.failure(self.feed(fixture)).code, ErrorCode.INVALID_REFRESH_TOKEN)
            self.assertFalse(fixture.latchkey.is_logged_in)
            self.assertIs(self.failure(self.feed(fixture)).kind, ErrorKind.NOT_LOGGED_IN)

    def test_a_token_that_is_refused_as_soon_as_it_is_new_is_an_error(self):
        fixture = Fixture(self, by_path(lambda call: error(401, "INVALID_TOKEN")))
        self.assertIs(self.failure(self.feed(fixture)).code, ErrorCode.INVALID_TOKEN)
        self.assertEqual(self.asked(fixture), ["access-0 since=0", "/api/token/refresh", "access-1 since=0"])

    def test_without_a_refresh_token_it_is_over_when_the_token_is(self):
        for first in (stream(end("TOKEN_EXPIRED", 2)), error(401, "INVALID_TOKEN")):
            fixture = self.fixture(first)
            fixture.store.save(Tokens("access-0", None, fixture.now))
            self.assertIs(self.failure(self.feed(fixture)).code, ErrorCode.INVALID_TOKEN)

    def test_what_does_not_go_away_is_an_error(self):
        for status, code in ((400, "INVALID_REQUEST"), (403, "OF_A_NEWER_SERVER"), (404, "NOT_FOUND"), (406, "NOT_ACCEPTABLE")):
            with self.subTest(code):
                fixture = self.fixture(error(status, code))
                failure = self.failure(self.feed(fixture))
                self.assertEqual((failure.status, failure.code, failure.kind), (status, code, ErrorKind.REFUSED))
                self.assertEqual(fixture.waits, [])

    def test_what_is_no_stream_of_latchkey_is_an_error(self):
        for reply in (
            success(),
            Reply(200, PAGE),
            Reply(302, b"", (("Location", "http://127.0.0.1:1/"),)),
            Reply(404, PAGE),
            stream('event: change\ndata: {"revision":1}\n\n'),
            stream('event: change\ndata: {"revision":1,"type":"rename","key":"a","etag":""}\n\n'),
            stream("event: position\ndata: 1\n\n"),
            stream("event: end\ndata: {}\n\n"),
        ):
            with self.subTest(reply):
                fixture = self.fixture(reply)
                self.assertIs(self.failure(self.feed(fixture)).kind, ErrorKind.UNUSABLE_ANSWER)
                self.assertEqual(fixture.waits, [])

    def test_a_reason_of_a_newer_server_is_like_any_end(self):
        fixture = self.fixture(stream(put(2, "a"), end("NOVELTY", 2)), gone(3))
        self.assertEqual(list(self.feed(fixture)), [a_put(2, "a"), Gone(3)])
        self.assertEqual(len(fixture.waits), 1)

    def test_nobody_gets_the_changes_of_another(self):
        events = Events(put(2, "a"))
        fixture = Fixture(self, by_path(lambda call: events))
        fixture.latchkey.log_in("alice", "secret")
        feed = self.feed(fixture)
        self.assertEqual(next(feed), a_put(2, "a"))
        fixture.latchkey.log_in("alice", "secret")
        events.send(put(3, "b"))
        self.assertEqual(next(feed), a_put(3, "b"))
        fixture.latchkey.log_in("bob", "secret")
        events.send(put(4, "c"))
        self.assertIs(self.failure(feed).kind, ErrorKind.NOT_LOGGED_IN)

    def test_does_not_follow_another_of_the_same_store(self):
        fixture = self.fixture(broken(put(2, "a")))
        feed = self.feed(fixture)
        next(feed)
        fixture.store.save(Tokens("access-9", "refresh-9", fixture.now + 3600, "bob"))
        self.assertIs(self.failure(feed).kind, ErrorKind.NOT_LOGGED_IN)
        self.assertEqual(self.asked(fixture), ["access-0 since=0"])

    def test_another_thread_closes_it_while_it_reads(self):
        events = Events(put(1, "a"))
        feed = self.feed(self.fixture(events))
        next(feed)
        with ThreadPoolExecutor() as threads:
            rest = threads.submit(list, feed)
            feed.close()
            self.assertEqual(rest.result(20), [])
        self.assertTrue(events.is_closed())

    def test_another_thread_closes_it_while_it_waits_for_the_head(self):
        asked, never = threading.Event(), threading.Event()

        def answer(call):
            asked.set()
            never.wait(30)
            return LOST

        feed = self.feed(Fixture(self, answer))
        with ThreadPoolExecutor() as threads:
            rest = threads.submit(list, feed)
            self.assertTrue(asked.wait(20))
            feed.close()
            self.assertEqual(rest.result(20), [])
        never.set()

    def test_another_thread_closes_it_while_it_waits_for_the_next_attempt(self):
        waiting = threading.Event()
        fixture = self.fixture(
            error(503, "UNAVAILABLE", 600), sleep=time.sleep, log=lambda line: waiting.set() if "again in" in line else None
        )
        feed = self.feed(fixture)
        with ThreadPoolExecutor() as threads:
            rest = threads.submit(list, feed)
            self.assertTrue(waiting.wait(20))
            feed.close()
            self.assertEqual(rest.result(20), [])

    def test_who_leaves_the_loop_ends_the_request(self):
        events = Events(put(1, "a"), put(2, "b"))
        fixture = self.fixture(events)
        for event in fixture.latchkey.data.changes():
            self.assertEqual(event, a_put(1, "a"))
            break
        self.assertTrue(events.is_closed())

    def test_a_page_is_read_as_json(self):
        fixture = self.fixture(success(changes=[], revision=7, more=False), gone(9))
        self.assertEqual(fixture.latchkey.changes.read_changes().data.revision, 7)
        with self.assertRaises(LatchkeyError) as failure:
            fixture.latchkey.changes.read_changes(since=8, last_event_id=8)
        self.assertIs(failure.exception.code, ErrorCode.CHANGES_GONE)
        self.assertEqual(failure.exception.revision, 9)
        self.assertEqual({call.accept for call in fixture.stub.calls}, {"application/json"})

    def test_says_in_the_log_what_happens(self):
        lines = []
        fixture = self.fixture(
            broken(put(2, "diary", "dear")), stream(end("SERVER_STOPPING", 2)), gone(3), log=lines.append
        )
        self.assertEqual(len(list(self.feed(fixture))), 2)
        label = f"read_changes (GET {fixture.stub.url}/api/changes): "
        said = [line.removeprefix(label).partition(" in ")[0] for line in lines]
        self.assertEqual(
            said, ["200", "the stream broke off", "again", "200", "the server ended the stream", "again", "410"]
        )
        self.assertNotIn("dear", "".join(lines))

    def test_nobody_is_logged_in(self):
        fixture = self.fixture(LOST, token_store=MemoryTokenStore())
        self.assertIs(self.failure(self.feed(fixture)).kind, ErrorKind.NOT_LOGGED_IN)
        self.assertEqual(fixture.stub.calls, [])


if __name__ == "__main__":
    unittest.main()
