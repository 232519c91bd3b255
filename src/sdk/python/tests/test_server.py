"""The whole contract, with the real server."""

import inspect
import threading
import unittest
from datetime import datetime

import latchkey_client
from latchkey_client import (
    AccountChanges,
    Credentials,
    Entry,
    ErrorCode,
    Latchkey,
    LatchkeyError,
    MemoryTokenStore,
    NewValue,
    PasswordChange,
    TokenRefresh,
    Tokens,
)
from live import PASSWORD, URL, new_user, registered

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
                "create_entry": lambda: latchkey.data.create_entry(Entry(key="k", value="1")).message
                == "Data stored successfully.",
                "read_entry": lambda: latchkey.data.read_entry("k").data == Entry(key="k", value="1"),
                "update_entry": lambda: latchkey.data.update_entry("k", NewValue(value="")).status == "success",
                "export_account": lambda: latchkey.account.export_account().data.entries[0].value == "",
                "delete_entry": lambda: latchkey.data.delete_entry("k").status == "success",
                "read_account": lambda: isinstance(latchkey.account.read_account().data.created_at, datetime),
                "update_account": lambda: latchkey.account.update_account(
                    AccountChanges(full_name="Jane Doe")
                ).data.full_name
                == "Jane Doe",
                "change_password": lambda: latchkey.account.change_password(
                    PasswordChange(current_password=PASSWORD, new_password="another_password456")
                ).message
                == "Password changed successfully.",
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
            groups = [member for member in members if type(member).__module__.startswith("latchkey_client.api.")]
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


if __name__ == "__main__":
    unittest.main()
