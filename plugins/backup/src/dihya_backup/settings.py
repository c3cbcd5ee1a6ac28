"""Who can open a backup."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Settings(BaseModel):
    """Settings of backups; the variable ``DIHYA_BACKUP_KEY_FILE`` names a file with the key."""

    model_config = ConfigDict(extra="forbid")

    key: SecretStr = Field(
        SecretStr(""),
        description="Key that seals and opens backups, as 'dihya backup key' makes it; keep it away from the data.",
    )
    recipients: list[str] = Field(
        [],
        description="Public keys (age1…) that can open backups too, or alone when there is no key on this machine.",
    )
