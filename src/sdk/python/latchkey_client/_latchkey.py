"""The client."""

from __future__ import annotations

import time
from dataclasses import replace
from types import TracebackType
from typing import Callable, Optional, Type

import latchkey_client
from latchkey_client._calls import Calls
from latchkey_client._data import DataStore
from latchkey_client._errors import LatchkeyError
from latchkey_client._feed_connector import Feeding
from latchkey_client._http import Http, Timeout
from latchkey_client._log_in import LogIn
from latchkey_client._mail import EmailLogIns, EmailVerifications, PasswordResets
from latchkey_client._repeats import Patience
from latchkey_client._tokens import MemoryTokenStore, Tokens, TokenStore
from latchkey_client.api.account_api import AccountApi
from latchkey_client.api.changes_api import ChangesApi
from latchkey_client.api.sessions_api import SessionsApi
from latchkey_client.api.health_api import HealthApi
from latchkey_client.api.signing_keys_api import SigningKeysApi
from latchkey_client.api.tokens_api import TokensApi
from latchkey_client.api.users_api import UsersApi
from latchkey_client.models.credentials import Credentials
from latchkey_client.models.error_code import ErrorCode
from latchkey_client.models.issued_tokens import IssuedTokens
from latchkey_client.models.new_user import NewUser
from latchkey_client.models.token_refresh import TokenRefresh
from latchkey_client.models.user import User


class Latchkey:
    """
    A client of a Latchkey server, for one user at a time. Any number of threads may share it; `with` closes its connections at the end.

    It keeps the user's tokens, refreshes them before they expire, and waits and retries if the server asks for it.
    Errors are `LatchkeyError`; without a response, they are also `ConnectionError` or `TimeoutError`.
    """

    account: AccountApi
    changes: ChangesApi
    data: DataStore
    email: EmailVerifications
    email_log_in: EmailLogIns
    health: HealthApi
    password_reset: PasswordResets
    sessions: SessionsApi
    signing_keys: SigningKeysApi
    tokens: TokensApi
    users: UsersApi

    def __init__(
        self,
        url: str,
        *,
        token_store: Optional[TokenStore] = None,
        timeout: Timeout = (5.0, 45.0),
        max_retries: int = 3,
        max_wait: float = 30.0,
        log: Optional[Callable[[str], None]] = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        :param url: such as http://localhost:3000
        :param token_store: keeps the tokens; by default in memory
        :param timeout: seconds to connect, and between two bytes: a pair, or one number for both
        :param max_retries: the max number of retries of a call after 429 or 503
        :param max_wait: the max seconds that a call waits for its retries, all together
        :param log: gets a line about each request and each wait, without keys, values and tokens; such as `logging.getLogger("latchkey").debug`
        :param sleep: waits so many seconds; for tests
        :param clock: the time in seconds since 1970; for tests
        """
        self._http = Http(url, timeout)
        self._clock = clock
        store = MemoryTokenStore() if token_store is None else token_store
        self._log_in = LogIn(store, clock, self._refresh)
        user_agent = f"latchkey-client/{latchkey_client.__version__} (Python)"
        calls = Calls(self._http, user_agent, Patience(max_retries, max_wait, sleep), self._log_in, log)
        self.account = AccountApi(calls)
        self.changes = ChangesApi(calls)
        self.data = DataStore(calls, Feeding(self._http, self._log_in, user_agent, log or (lambda line: None), sleep))
        self.email = EmailVerifications(calls)
        self.email_log_in = EmailLogIns(calls, self._begin)
        self.health = HealthApi(calls)
        self.password_reset = PasswordResets(calls)
        self.sessions = SessionsApi(calls)
        self.signing_keys = SigningKeysApi(calls)
        self.tokens = TokensApi(calls)
        self.users = UsersApi(calls)

    def register(self, new_user: NewUser) -> User:
        """
        Creates an account, and logs in to it.

        If the operator demands a verified address, the account exists, but the log-in raises EMAIL_NOT_VERIFIED until the user has followed the mail.
        """
        user = self.users.register_user(new_user).data
        self.log_in(new_user.username, new_user.password)
        return user

    def log_in(self, username: str, password: str) -> None:
        """Logs in; from now on, calls are made as this user."""
        credentials = Credentials(username=username, password=password, refresh=True)
        self._begin(username, lambda: self.tokens.create_token(credentials).data)

    def log_out(self) -> None:
        """Ends the session, and deletes the tokens, even if the server could not be told."""
        held = self._log_in.held()
        if held.tokens is None:
            return
        try:
            self.tokens.log_out()
        except LatchkeyError as error:
            if error.code not in (ErrorCode.INVALID_TOKEN, ErrorCode.INVALID_REFRESH_TOKEN):
                raise
        finally:
            self._log_in.end(held)

    @property
    def is_logged_in(self) -> bool:
        """Whether there are tokens; the server may refuse them."""
        return self._log_in.held().tokens is not None

    @property
    def username(self) -> Optional[str]:
        """The username of the log-in, if the client knows it; None if nobody is logged in."""
        tokens = self._log_in.held().tokens
        return None if tokens is None else tokens.username

    def on_change(self, listener: Callable[[Optional[str]], None]) -> Callable[[], None]:
        """
        Calls the listener after a log-in (with the username) or a log-out (with None), by a call or because the session has ended.

        It runs in the thread of that call, which does not fail if the listener does. Call the result to remove it.
        """
        return self._log_in.listen(listener)

    def close(self) -> None:
        """Closes the connections; the user stays logged in."""
        self._http.close()

    def __enter__(self) -> Latchkey:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def _begin(self, username: str, issue: Callable[[], IssuedTokens]) -> None:
        asked = self._clock()
        self._log_in.begin(replace(_tokens(issue(), asked), username=username))

    def _refresh(self, refresh_token: str) -> Tokens:
        asked = self._clock()
        return _tokens(self.tokens.refresh_token(TokenRefresh(refresh_token=refresh_token)).data, asked)


def _tokens(issued: IssuedTokens, asked: float) -> Tokens:
    return Tokens(issued.access_token, issued.refresh_token, asked + issued.expires_in)
