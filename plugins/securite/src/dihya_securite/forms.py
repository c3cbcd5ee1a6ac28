"""What people and programs send us: shapes and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from dihya_hookspecs import Flaw, Invalid
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError

if TYPE_CHECKING:
    from flask import Request

_B = TypeVar("_B", bound=BaseModel)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Credentials(_Form):
    """E-mail address and password."""

    email: str = Field(max_length=254)
    password: SecretStr = Field(max_length=1024)


class NewPerson(_Form):
    """Somebody to add; without a password they get a one-time one."""

    email: str = Field(max_length=254)
    name: str = Field("", max_length=120)
    roles: list[str] = Field(default_factory=list, max_length=50)
    password: SecretStr | None = Field(None, max_length=1024)


class PersonChange(_Form):
    """What an administrator changes of somebody; roles have a place of their own."""

    name: str | None = Field(None, max_length=120)
    active: bool | None = None


class Roles(_Form):
    """Exactly these roles."""

    roles: list[str] = Field(max_length=50)


class OwnName(_Form):
    """One's own name."""

    name: str = Field(max_length=120)


class NewPassword(_Form):
    """One's own password: the current one and the next."""

    old_password: SecretStr = Field(max_length=1024)
    password: SecretStr = Field(max_length=1024)


class Confirmation(_Form):
    """One's own password, given again."""

    password: SecretStr = Field(max_length=1024)


class Refresh(_Form):
    """A refresh token."""

    refresh_token: str = Field(max_length=4096)


class NewKey(_Form):
    """An API key to create."""

    title: str = Field(max_length=120)
    scopes: list[str] = Field(max_length=500)
    expires_at: AwareDatetime | None = None


def sent_json(form: type[_B], request: Request) -> _B:
    """Return what was sent as JSON. Raises Invalid, naming each flaw, without quoting what was sent."""
    if not request.is_json:
        raise Invalid("send a JSON object with Content-Type: application/json", code="not-json", status=415)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("the body is not a JSON object", code="not-json", status=400)
    return parsed(form, body)


def parsed(form: type[_B], values: dict[str, Any]) -> _B:
    """Return *values* as a *form*. Raises Invalid."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        flaws = [
            Flaw("/" + "/".join(str(part) for part in one["loc"]), one["msg"], one["type"]) for one in error.errors()
        ]
        raise Invalid("some fields are not as they should be", flaws=flaws) from None
