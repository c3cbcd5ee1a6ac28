"""What can be set for the pass around every request: section ``[middleware]`` of ``dihya.toml``."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the middleware plugin."""

    model_config = ConfigDict(extra="forbid")

    max_body: int = Field(
        10 * 1024 * 1024, ge=1024, description="Largest request body in bytes, whatever a route declares."
    )
    max_json: int = Field(
        1024 * 1024, ge=1024, description="Largest body in bytes that is no form, where the route declares nothing."
    )
    max_form: int = Field(256 * 1024, ge=1024, description="Largest form in bytes, where the route declares nothing.")
    max_fields: int = Field(1000, ge=1, description="Fields of a form, where the route declares nothing.")
    max_values: int = Field(5000, ge=1, description="Values of a JSON body, where the route declares nothing.")
    max_depth: int = Field(32, ge=1, le=200, description="Levels of a JSON body.")
    rate_factor: float = Field(
        1.0, ge=0, description="How many times the calls a minute that sign-in and others declare; 0 for no limit."
    )
    allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Names that this server answers to (.example.org for all below, * for every one); empty for its "
        "addresses, localhost, its own name, and what a trusted proxy says.",
    )
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default_factory=list, description="Networks of the proxies whose X-Forwarded-* headers count."
    )
    hsts_seconds: int = Field(
        31_536_000, ge=0, description="How long browsers keep to https once they have seen it; 0 for not at all."
    )
    hsts_subdomains: bool = Field(
        False,
        description="Whether they keep to https for every name below this one too; all of these must then answer over https.",
    )
    gzip_level: int = Field(6, ge=0, le=9, description="How hard text is compressed; 0 for not at all.")
