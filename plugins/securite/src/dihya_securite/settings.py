"""What can be set for people, sign-in and tokens: section ``[securite]`` of ``dihya.toml``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the securite plugin; the defaults fit a small server on the open network."""

    model_config = ConfigDict(extra="forbid")

    argon2_time: int = Field(2, ge=1, le=20, description="Passes of Argon2id over its memory.")
    argon2_memory: int = Field(47104, ge=64, le=1048576, description="Memory of one Argon2id hash, in KiB.")
    argon2_slots: int = Field(2, ge=1, le=64, description="Passwords that one process hashes at the same time.")
    lockout: int = Field(5, ge=1, le=100, description="Failed sign-ins from one network before delays begin.")
    lockout_max: int = Field(900, ge=1, le=86400, description="Longest delay after failed sign-ins, in seconds.")
    one_time_days: int = Field(7, ge=1, le=90, description="Days after which an unused one-time password ends.")
    key_days: int = Field(365, ge=1, le=3650, description="Days after which an API key ends at the latest.")
    confirm_minutes: int = Field(
        10, ge=1, le=1440, description="Minutes after which a dangerous act asks for the password again."
    )
    session_idle: int = Field(480, ge=5, le=43200, description="Minutes after which an unused session ends.")
    session_max: int = Field(168, ge=1, le=2160, description="Hours after which a session ends in any case.")
    access_minutes: int = Field(15, ge=1, le=60, description="Minutes for which an access token is valid.")
    refresh_days: int = Field(30, ge=1, le=365, description="Days after which a refresh token ends, used or not.")
    signing_key_days: int = Field(90, ge=1, le=3650, description="Days after which a new token signing key is made.")
    issuer: str = Field("dihya", min_length=1, max_length=200, description="Issuer (iss) of the tokens.")
    audience: str = Field("dihya-api", min_length=1, max_length=200, description="Audience (aud) of the tokens.")
