"""What people and programs send us: shapes and limits."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Credentials(_Form):
    """E-mail address and password."""

    email: str = Field(max_length=254)
    password: SecretStr = Field(max_length=1024)
    code: SecretStr = Field(
        SecretStr(""), max_length=64, description="Of the second factor, where the account has one."
    )


class NewAuthenticator(_Form):
    """An app that makes codes: what was offered, the code that it shows now, and a name to tell it apart."""

    offer: str = Field(max_length=4096)
    code: SecretStr = Field(max_length=64)
    title: str = Field("", max_length=120)


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
