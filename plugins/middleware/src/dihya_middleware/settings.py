"""What can be set for the pass around every request: section ``[middleware]`` of ``dihya.toml``."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the middleware plugin."""

    model_config = ConfigDict(extra="forbid")

    max_body: int = Field(10 * 1024 * 1024, ge=1024, description="Largest request body, in bytes.")
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default_factory=list, description="Networks of the proxies whose X-Forwarded-* headers count."
    )
    hsts_seconds: int = Field(
        31_536_000, ge=0, description="How long browsers keep to https once they have seen it; 0 for not at all."
    )
    gzip_level: int = Field(6, ge=0, le=9, description="How hard text is compressed; 0 for not at all.")
