"""Where the data lives, and how hard it is written."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "sqlite", "sqlite+pysqlite")


class Settings(BaseModel):
    """Settings of the database; ``DIHYA_DB_URL`` is enough to move to PostgreSQL."""

    model_config = ConfigDict(extra="forbid")

    url: SecretStr = Field(
        SecretStr(""),
        description="URL of the database (postgresql://user:password@host/name or sqlite:////path); empty for dihya.db "
        "in the data folder.",
    )
    pool_size: int = Field(5, ge=1, le=200, description="Connections that are kept open in each process.")
    max_overflow: int = Field(
        10,
        ge=0,
        le=200,
        description="Further connections under load; at least what the server's threads and the background need.",
    )
    pool_timeout: float = Field(10, gt=0, le=120, description="Seconds to wait for a free connection.")
    connect_timeout: int = Field(5, ge=1, le=120, description="Seconds to wait for PostgreSQL to answer.")
    busy_timeout: float = Field(10, ge=0, le=120, description="Seconds for which a SQLite writer waits for another.")
    synchronous: Literal["FULL", "EXTRA", "NORMAL"] = Field(
        "FULL", description="SQLite: FULL survives a power cut; NORMAL is faster and may lose the last commits to one."
    )
    bin_days: int = Field(
        30,
        ge=0,
        le=365,
        description="Days for which what was removed or changed lies in the bin; 0 keeps nothing. What lies there already goes "
        "on the day that was said when it came.",
    )
    echo: bool = Field(False, description="Log every SQL statement (without its values).")

    @field_validator("url")
    @classmethod
    def _supported(cls, value: SecretStr) -> SecretStr:
        scheme, separator, _ = value.get_secret_value().partition("://")
        if value.get_secret_value() and not (separator and scheme in SCHEMES):
            raise ValueError("a URL of PostgreSQL or SQLite, such as postgresql://user:password@host/name")
        return value
