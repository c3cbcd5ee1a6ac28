"""What an operator can choose about the server."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[wsgi]`` of ``dihya.toml``; the options of ``dihya serve`` stand above it."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every IPv4 address of the machine.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer; one more doubles the memory.")
    threads: int = Field(
        16, ge=1, le=1024, description="Requests and streams that one worker answers at the same time."
    )
    backpressure: int = Field(
        256, ge=1, description="Connections that a worker accepts before others wait in the kernel."
    )
    header_seconds: int = Field(10, ge=1, le=600, description="How long a client may take to send its request headers.")
    shutdown_seconds: int = Field(8, ge=1, le=600, description="How long open requests may take to end at a stop.")
    probe_seconds: float = Field(2.0, gt=0, le=30, description="How long one health check may take.")
