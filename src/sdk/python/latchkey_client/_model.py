"""The base class of bodies."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Dict, List, Type, TypeVar

from pydantic import BaseModel, ConfigDict, Field

M = TypeVar("M", bound="Model")


class Model(BaseModel):
    """A body of the contract. It is validated by the server, not here; unknown members are ignored."""

    model_config = ConfigDict(populate_by_name=True, protected_namespaces=(), hide_input_in_errors=True)

    _nullable: ClassVar[List[str]] = []

    def to_dict(self) -> Dict[str, Any]:
        """The members to send: without those that were not given, and with `None` only where it was set and has a meaning."""
        members = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        for name in self._nullable:
            if name in self.model_fields_set and getattr(self, name) is None:
                members[type(self).model_fields[name].alias or name] = None
        return members

    def to_json(self) -> str:
        """The JSON to send."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls: Type[M], members: Dict[str, Any]) -> M:
        """The opposite of `to_dict`."""
        return cls.model_validate(members)

    @classmethod
    def from_json(cls: Type[M], text: str) -> M:
        """The opposite of `to_json`."""
        return cls.model_validate_json(text)


class ModelWithEtag(Model):
    """The body of a response about one entry."""

    etag: str = Field(default="", exclude=True)
    """
    The ETag that the entry has now, with its quotes, as `if_match` and `if_none_match` take it. No two states of a key ever have the same one.

    It is no part of the JSON. If the server did not say, it is empty, which is no condition that a server accepts.
    """
