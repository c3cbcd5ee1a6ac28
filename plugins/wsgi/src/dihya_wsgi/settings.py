"""What an operator can choose about the server."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[wsgi]`` of ``dihya.toml``; the options of ``dihya serve`` stand above it."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every IPv4 address of the machine.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer; one more doubles the memory.")
    threads: int = Field(16, ge=1, le=1024, description="Requests that one worker works on at the same time.")
    waiting: int = Field(
        256, ge=1, description="Requests that may wait for a thread; beyond them the answer is 503 at once."
    )
    connections: int = Field(
        2048, ge=8, description="Connections of one worker; a newcomer takes the place of who has waited longest."
    )
    connections_per_address: int = Field(
        128, ge=1, description="Connections of one worker with one client address; beyond them the answer is 429."
    )
    unlimited_addresses: list[str] = Field(
        default_factory=lambda: ["127.0.0.1", "::1"],
        description="Addresses (of proxies) to which connections_per_address does not apply.",
    )
    header_seconds: float = Field(
        10, gt=0, le=600, description="How long a client may take to send its request headers, from the connection on."
    )
    header_bytes: int = Field(65536, ge=1024, description="Bytes of the request headers, at most.")
    body_seconds: float = Field(
        60, gt=0, le=86400, description="How long a request body may take, unless its route says something else."
    )
    body_rate: int = Field(
        500, ge=0, description="Bytes a second that a request body must come with on average, after five seconds."
    )
    buffered_bytes: int = Field(
        256 * 1024 * 1024, ge=1024 * 1024, description="Bytes of all request bodies that one worker holds, at most."
    )
    keep_alive_seconds: float = Field(15, gt=0, le=3600, description="How long an unused connection stays open.")
    write_rate: int = Field(
        500, ge=0, description="Bytes a second that a client must take of its answer on average, in any write_seconds."
    )
    write_seconds: float = Field(
        30,
        gt=0,
        le=3600,
        description="How long a client may take nothing of what waits for it, or less than write_rate.",
    )
    answer_seconds: float = Field(
        3600, gt=0, le=86400, description="How long a client may take for one answer, from its first byte on."
    )
    stream_seconds: float = Field(
        3600, gt=0, le=86400, description="How long a stream of events lasts; a browser then asks for the next one."
    )
    streams: int = Field(500, ge=1, description="Streams of events that one worker keeps open at the same time.")
    streams_per_person: int = Field(3, ge=1, description="Streams of events that one person has at the same time.")
    shutdown_seconds: int = Field(8, ge=1, le=600, description="How long open requests may take to end at a stop.")
