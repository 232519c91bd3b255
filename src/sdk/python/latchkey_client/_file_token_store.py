"""A token store for command-line programs."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Optional, Union

from latchkey_client._tokens import Tokens


class FileTokenStore:
    """
    Keeps the tokens in a file that only the user of the operating system can read (mode 0600): for command-line programs.

    The clients for Node.js and Java read the same file. The folder is created if it does not exist.
    """

    def __init__(self, path: Union[str, os.PathLike[str]]) -> None:
        self._path = Path(path)

    def load(self) -> Optional[Tokens]:
        """The tokens that were saved last, or None; any other content counts as logged out."""
        try:
            members = json.loads(self._path.read_bytes())
            username, refresh_token = members.get("username"), members.get("refresh_token")
            access_token, expires_at = members["access_token"], float(members["expires_at"])
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        texts = (access_token, username or "", refresh_token or "")
        if not all(isinstance(text, str) for text in texts):
            return None
        return Tokens(access_token, refresh_token, expires_at, username)

    def save(self, tokens: Tokens) -> None:
        """Replaces the tokens."""
        members = {
            "username": tokens.username,
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": tokens.expires_at,
        }
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Writes a new file and renames it, so that nobody reads half of it, and an old file with another mode is replaced. mkstemp gives mode 0600.
        handle, written = tempfile.mkstemp(prefix=self._path.name + ".", dir=self._path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(members, file)
            os.replace(written, self._path)
        except BaseException:
            os.unlink(written)
            raise

    def clear(self) -> None:
        """Deletes the tokens."""
        self._path.unlink(missing_ok=True)
