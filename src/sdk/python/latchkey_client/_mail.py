"""What a user does with a code or a link from a mail: proves an address, gets back in, logs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Callable, Dict, Optional

from latchkey_client._calls import Calls
from latchkey_client._http import Timeout
from latchkey_client.api.email_api import EmailApi
from latchkey_client.api.email_log_in_api import EmailLogInApi
from latchkey_client.api.password_reset_api import PasswordResetApi
from latchkey_client.models.email_confirmation import EmailConfirmation
from latchkey_client.models.email_log_in import EmailLogIn
from latchkey_client.models.issued_tokens import IssuedTokens
from latchkey_client.models.mail_request import MailRequest
from latchkey_client.models.password_reset import PasswordReset
from latchkey_client.models.requested_verification import RequestedVerification


class PasswordResets(PasswordResetApi):
    """Lets a user back in who has lost the password: all its operations, and short ways to use them. Where the server sends no mail, they raise NOT_FOUND."""

    def request(self, email: str, *, timeout: Timeout = None) -> None:
        """Asks for a mail with a code and a link. It succeeds whether any account has this address."""
        self.request_password_reset(MailRequest(email=email), timeout=timeout)

    def confirm(
        self,
        new_password: str,
        *,
        token: Optional[str] = None,
        email: Optional[str] = None,
        code: Optional[str] = None,
        timeout: Timeout = None,
    ) -> None:
        """
        Sets the new password, and raises INVALID_CODE if the code or the link is no longer good.

        All sessions of the user end, and nobody is logged in by it.

        :param token: the token in the fragment of the mail's link
        :param email: the address that the mail went to, with the code
        :param code: the code of the mail, as the user typed it
        """
        reset = PasswordReset(new_password=new_password, **_given(token=token, email=email, code=code))
        self.confirm_password_reset(reset, timeout=timeout)


class EmailVerifications(EmailApi):
    """
    Proves that a user reads the mail of an address: all its operations, and short ways to use them.

    Where the server sends no mail, they raise NOT_FOUND.
    """

    def request_verification(self, *, timeout: Timeout = None) -> RequestedVerification:
        """Asks for a mail with a code and a link to the address of the user that waits to be confirmed."""
        return self.request_email_verification(timeout=timeout).data

    def confirm(
        self,
        *,
        token: Optional[str] = None,
        email: Optional[str] = None,
        code: Optional[str] = None,
        timeout: Timeout = None,
    ) -> None:
        """
        Proves the address, and raises INVALID_CODE if the code or the link is no longer good. Nobody needs to be logged in.

        :param token: the token in the fragment of the mail's link
        :param email: the address that the mail went to, with the code
        :param code: the code of the mail, as the user typed it
        """
        proof = EmailConfirmation(**_given(token=token, email=email, code=code))
        self.confirm_email_verification(proof, timeout=timeout)


@dataclass(frozen=True)
class PendingLogIn:
    """A log-in that waits for the code of a mail. Protect it like a password."""

    email: str
    """Where the mail goes; the name of the log-in."""

    device_token: str = field(repr=False)
    """Lets this device, and no other, log in with the code."""

    expires_in: int
    """Seconds until the code expires."""


class EmailLogIns(EmailLogInApi):
    """
    Logs in without a password, by a code from a mail: all its operations, and short ways to use them.

    Where the operator has not allowed it, they raise NOT_FOUND.
    """

    def __init__(self, calls: Calls, begin: Callable[[str, Callable[[], IssuedTokens]], None]) -> None:
        super().__init__(calls)
        self._begin = begin
        self._lock = Lock()
        self._kept: Optional[PendingLogIn] = None

    def request(self, email: str, *, timeout: Timeout = None) -> PendingLogIn:
        """
        Asks for a mail to log in with. It succeeds whether any account has this address.

        The client keeps the result until it is used; a program that may be started anew before the user has the code keeps it itself.
        """
        requested = self.request_email_log_in(MailRequest(email=email), timeout=timeout).data
        pending = PendingLogIn(email, requested.device_token, requested.expires_in)
        with self._lock:
            self._kept = pending
        return pending

    def confirm(
        self,
        code: Optional[str] = None,
        *,
        token: Optional[str] = None,
        pending: Optional[PendingLogIn] = None,
        timeout: Timeout = None,
    ) -> None:
        """
        Logs in, and raises INVALID_CODE if the code or the link is no longer good.

        :param code: the code of the mail, as the user typed it
        :param token: the token in the fragment of the mail's link
        :param pending: what `request` gave; by default to this client
        """
        asked = pending or self._kept
        if asked is None:
            raise ValueError("no log-in by mail is pending: call request first, or give what it gave as pending")
        body = EmailLogIn(device_token=asked.device_token, refresh=True, **_given(token=token, code=code))
        self._begin(asked.email, lambda: self.create_token_by_email(body, timeout=timeout).data)
        with self._lock:
            # Another may have been given, or asked for in the meantime.
            if self._kept is asked:
                self._kept = None


def _given(**members: Optional[str]) -> Dict[str, str]:
    return {name: value for name, value in members.items() if value is not None}
