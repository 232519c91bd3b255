"""Who follows the changes of a real server has exactly the data."""

import os
import random
import threading
import unittest
from datetime import datetime

from latchkey_client import (
    BatchOperation,
    Deletion,
    ErrorCode,
    Gone,
    Latchkey,
    LatchkeyError,
    MemoryTokenStore,
    Position,
    Put,
    Tokens,
)
from live import URL, registered
from proxy import BreakingProxy

ROUNDS = int(os.environ.get("LATCHKEY_ROUNDS", "2"))


class FollowerTest(unittest.TestCase):
    def setUp(self):
        self.store = MemoryTokenStore()
        self.latchkey = registered(self, token_store=self.store)
        self.data = self.latchkey.data

    def write(self, rounds):
        numbers = random.Random(91)
        for number in range(75 * rounds):
            key, value = f"k{numbers.randrange(30)}", f"\u00e4\U0001f511\r\n {number}"
            change = numbers.randrange(4)
            if change == 0:
                self.data.delete(key)
            elif change == 1:
                keys = {key, f"b{numbers.randrange(5)}"}
                self.data.batch([BatchOperation(op="put", key=key, value=value) for key in keys])
            else:
                self.data.set(key, value)
        self.data.set("last", "")

    def test_has_the_data_whatever_breaks(self):
        numbers = random.Random(19)
        proxy = BreakingProxy(self, URL, lambda: numbers.randrange(800, 6000))
        follower = Latchkey(proxy.url, token_store=self.store, sleep=lambda seconds: None)
        self.addCleanup(follower.close)
        writer = threading.Thread(target=self.write, args=(ROUNDS,))
        writer.start()
        copy = {}
        with follower.data.changes(positions=True) as feed:
            for event in feed:
                if isinstance(event, Put):
                    copy[event.key] = event.value
                elif isinstance(event, Deletion):
                    copy.pop(event.key, None)
                elif "last" in copy:
                    break
        writer.join()
        self.assertEqual(copy, {entry.key: entry.value for entry in self.data.list()})
        self.assertGreater(proxy.breaks, 3)

    def test_hears_of_what_expires(self):
        self.data.set("a", "1", expires_in=1)
        with self.data.changes() as feed:
            put, deletion = next(feed), next(feed)
        self.assertIsInstance(put.expires_at, datetime)
        self.assertEqual((type(deletion), deletion.key), (Deletion, "a"))

    def test_ends_with_the_session(self):
        self.data.set("a", "1")
        feed = self.data.changes(values=False)
        self.assertEqual(next(feed), Put(1, "a", None, '"1"'))
        tokens = self.store.load()
        other = MemoryTokenStore()
        other.save(Tokens(tokens.access_token, None, tokens.expires_at))
        with Latchkey(URL, token_store=other) as elsewhere:
            elsewhere.sessions.end_all_sessions()
        with self.assertRaises(LatchkeyError) as failure:
            next(feed)
        self.assertIs(failure.exception.code, ErrorCode.INVALID_REFRESH_TOKEN)
        self.assertFalse(self.latchkey.is_logged_in)

    def test_a_revision_that_there_is_not_yet_is_gone(self):
        self.data.set("a", "1")
        self.data.delete("a")
        self.assertEqual(list(self.data.changes(3)), [Gone(2)])
        page = self.latchkey.changes.read_changes(last_event_id=1, wait=1).data
        self.assertEqual([(change.type, page.revision, page.more) for change in page.changes], [("delete", 2, False)])
        with self.data.changes(2, positions=True) as feed:
            self.assertEqual(next(feed), Position(2))

    def test_its_connection_is_gone_when_it_is_closed(self):
        """20 of a user are allowed at once."""
        for number in range(25):
            self.data.set("a", str(number))
            with self.data.changes() as feed:
                self.assertEqual(next(feed).value, str(number))


if __name__ == "__main__":
    unittest.main()
