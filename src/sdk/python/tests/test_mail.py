"""What a user does with a code or a link from a mail."""

import dataclasses
import unittest

from latchkey_client import ErrorCode, Latchkey, LatchkeyError, PendingLogIn, RequestedVerification
from stub import Fixture, Stub, error, in_turn, success, tokens

EMAIL = "alice@example.com"


def device(token):
    return success(device_token=token, expires_in=900)


DEVICE = device("device-1")


class MailTest(unittest.TestCase):
    def client(self, url: str) -> Latchkey:
        latchkey = Latchkey(url)
        self.addCleanup(latchkey.close)
        return latchkey

    def fails(self, code, call):
        with self.assertRaises(LatchkeyError) as failure:
            call()
        self.assertIs(failure.exception.code, code)

    def test_a_lost_password_is_reset_by_a_link_or_a_code(self):
        fixture = Fixture(self, in_turn(success(), success(), success(), error(400, "INVALID_CODE")))
        reset = fixture.latchkey.password_reset
        reset.request(EMAIL)
        reset.confirm("new", token="token-1")
        reset.confirm("new", email=EMAIL, code="7kmp3wxr")
        self.fails(ErrorCode.INVALID_CODE, lambda: reset.confirm("new", token="old"))
        path = "/api/password-reset"
        self.assertEqual(
            [(call.path, call.token, call.body) for call in fixture.stub.calls[:3]],
            [
                (path, None, {"email": EMAIL}),
                (f"{path}/confirm", None, {"token": "token-1", "new_password": "new"}),
                (f"{path}/confirm", None, {"email": EMAIL, "code": "7kmp3wxr", "new_password": "new"}),
            ],
        )
        self.assertTrue(fixture.latchkey.is_logged_in)

    def test_who_asks_for_a_proof_of_the_address_is_logged_in_and_who_has_it_need_not_be(self):
        fixture = Fixture(self, in_turn(success(email=EMAIL, sent=True), success()))
        self.assertEqual(fixture.latchkey.email.request_verification(), RequestedVerification(email=EMAIL, sent=True))
        self.client(fixture.stub.url).email.confirm(token="token-1")
        fixture.latchkey.email.confirm(email=EMAIL, code="7KMP-3WXR")
        path = "/api/email/verification"
        self.assertEqual(
            [(call.path, call.token, call.body) for call in fixture.stub.calls],
            [
                (path, "access-0", None),
                (f"{path}/confirm", None, {"token": "token-1"}),
                (f"{path}/confirm", None, {"email": EMAIL, "code": "7KMP-3WXR"}),
            ],
        )

    def test_a_code_logs_in_the_device_that_has_asked_for_it(self):
        stub = Stub(self, in_turn(DEVICE, error(400, "INVALID_CODE"), tokens(7), success()))
        latchkey = self.client(stub.url)
        told = []
        latchkey.on_change(told.append)
        with self.assertRaises(ValueError):
            latchkey.email_log_in.confirm("A")
        self.assertEqual(latchkey.email_log_in.request(EMAIL), PendingLogIn(EMAIL, "device-1", 900))
        self.fails(ErrorCode.INVALID_CODE, lambda: latchkey.email_log_in.confirm("WRONG"))
        self.assertFalse(latchkey.is_logged_in)
        latchkey.email_log_in.confirm("7kmp-3wxr")
        self.assertEqual((latchkey.username, told), (EMAIL, [EMAIL]))
        self.assertEqual(stub.calls[-1].body, {"device_token": "device-1", "code": "7kmp-3wxr", "refresh": True})
        latchkey.data.delete_entry("k")
        self.assertEqual(stub.calls[-1].token, "access-7")
        with self.assertRaises(ValueError):
            latchkey.email_log_in.confirm("7kmp-3wxr")

    def test_a_program_that_was_started_anew_goes_on_with_what_it_has_kept(self):
        stub = Stub(self, in_turn(DEVICE, tokens(7)))
        pending = self.client(stub.url).email_log_in.request(EMAIL)
        self.assertNotIn("device-1", repr(pending))
        latchkey = self.client(stub.url)
        latchkey.email_log_in.confirm(token="token-1", pending=PendingLogIn(**dataclasses.asdict(pending)))
        self.assertEqual(latchkey.username, EMAIL)
        self.assertEqual(stub.calls[-1].body, {"device_token": "device-1", "token": "token-1", "refresh": True})

    def test_a_log_in_that_was_given_leaves_the_one_that_the_client_keeps(self):
        stub = Stub(self, in_turn(device("first"), device("second"), tokens(7), tokens(8)))
        log_in = self.client(stub.url).email_log_in
        first = log_in.request(EMAIL)
        log_in.request(EMAIL)
        log_in.confirm("A", pending=first)
        log_in.confirm("B")
        self.assertEqual(
            [(call.body["device_token"], call.body["code"]) for call in stub.calls[2:]], [("first", "A"), ("second", "B")]
        )
        with self.assertRaises(ValueError):
            log_in.confirm("B")

    def test_a_log_in_that_is_asked_for_while_another_is_confirmed_is_kept(self):
        devices = in_turn(device("first"), device("second"))

        def answer(call):
            if call.path == "/api/token/email":
                return devices(call)
            if call.body["device_token"] == "first":
                log_in.request(EMAIL)
            return tokens(7)

        stub = Stub(self, answer)
        log_in = self.client(stub.url).email_log_in
        log_in.request(EMAIL)
        log_in.confirm("A")
        log_in.confirm("B")
        self.assertEqual(stub.calls[-1].body, {"device_token": "second", "code": "B", "refresh": True})
        with self.assertRaises(ValueError):
            log_in.confirm("B")


if __name__ == "__main__":
    unittest.main()
