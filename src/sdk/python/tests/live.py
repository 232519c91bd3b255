"""The server that the tests run against, and users of it."""

import itertools
import os

from latchkey_client import Latchkey, NewUser

URL = os.environ["LATCHKEY_URL"]
PASSWORD = "secure_password123"

_numbers = itertools.count(1)


def new_user(**changes) -> NewUser:
    """A registration in which nothing is wrong, of a name that nobody has."""
    name = f"python_{os.getpid()}_{next(_numbers)}"
    members = dict(username=name, email=f"{name}@example.com", password=PASSWORD, full_name="John Doe", gender="male")
    return NewUser(**{**members, **changes})


def registered(test, **options) -> Latchkey:
    """A client of a new user, closed when the test ends."""
    latchkey = Latchkey(URL, **options)
    test.addCleanup(latchkey.close)
    latchkey.register(new_user())
    return latchkey
