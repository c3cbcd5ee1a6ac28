"""What an operator can say about models."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dihya_hookspecs.ai import Capability, Residency
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class Endpoint(BaseModel):
    """One OpenAI-compatible endpoint: OpenAI, Mistral, OVHcloud, Scaleway, Ollama, vLLM, llama-server …"""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,40}$", description="The name by which logs and pages call it.")
    url: str = Field(description="The base URL, up to and including /v1.")
    model: str = Field(min_length=1, description="The model to ask for, as the endpoint names it.")
    api_key: SecretStr = Field(SecretStr(""), description="Sent as a bearer token; empty for none.")
    residency: Residency = Field("any", description="Where the text is processed: local, eu or any.")
    country: str = Field("??", description="ISO 3166 code of the country where the text is processed.")
    capabilities: tuple[Capability, ...] = Field(("classify", "structure", "chat"), description="What it may be asked.")
    context: int = Field(0, ge=0, description="Tokens that fit; 0 when unknown.")
    price: tuple[float, float] | None = Field(None, description="Euros for a million tokens, input and output.")
    licence: str = Field("", description="Licence of the model, as its publisher names it.")
    timeout: float = Field(20.0, gt=0, le=600, description="Seconds that one answer may take at most.")
    idle: float = Field(10.0, gt=0, le=600, description="Seconds without a byte after which an answer is given up.")
    ca_file: Path | None = Field(
        None, description="Certificates to believe, as PEM; without it those of SSL_CERT_FILE or of this machine."
    )
    proxy: str = Field(
        "", description="Proxy through which the endpoint is reached, such as http://proxy:3128; empty for none."
    )
    trains_on_input: bool = Field(False, description="True when the endpoint's owner may train on what it is sent.")

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        value = value.strip()
        parts = urlsplit(value)
        if parts.path.rstrip("/").endswith("/chat/completions"):
            raise ValueError("is the base URL; leave /chat/completions out")
        if any(sign.isspace() for sign in value):
            raise ValueError("must have no blanks")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ValueError("must be http(s)://host/path without user name and query")
        return value.rstrip("/")

    @field_validator("api_key")
    @classmethod
    def _header(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value().strip()
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise ValueError("must be ASCII without blanks, since it travels in a header; copy it again")
        return SecretStr(secret)

    @model_validator(mode="after")
    def _encrypted_when_far(self) -> Endpoint:
        if self.url.startswith("http://") and not _nearby(self.host):
            raise ValueError("plain http is for this machine and private networks; write https")
        return self

    @property
    def host(self) -> str:
        """The one host that may be called."""
        return urlsplit(self.url).hostname or ""


class Settings(BaseModel):
    """Settings of the plugin ``models``."""

    model_config = ConfigDict(extra="forbid")

    providers: list[Endpoint] = Field(default_factory=list, description="Endpoints, in the order of preference.")
    embedded: bool = Field(True, description="Offer the embedded model.")
    path: Path | None = Field(None, description="A GGUF file of your own for the embedded model.")
    digest: str = Field(
        "", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of the file at path; checked when given."
    )
    cache: Path | None = Field(None, description="A folder shared by several instances in which the model lies.")
    threads: int = Field(2, ge=1, le=64, description="Processor threads for the embedded model.")

    @model_validator(mode="after")
    def _names_differ(self) -> Settings:
        names = [endpoint.name for endpoint in self.providers]
        if double := {name for name in names if names.count(name) > 1 or name == "embedded"}:
            raise ValueError(f"provider names must differ and not be 'embedded': {', '.join(sorted(double))}")
        if self.digest and not self.path:
            raise ValueError("digest belongs to path; set both")
        return self


def _nearby(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal", ".lan"))
    return address.is_private or address.is_loopback
