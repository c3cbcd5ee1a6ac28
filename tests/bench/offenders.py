"""Clients that abuse the door: silent, slow, half-sent, again and again; each says whether the server ended it in time."""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from time import monotonic
from typing import Any

TOGETHER_DIALLED = 16
"""Offenders whose requests are sent at a time: they are to get their answers, not to fill the queue of requests."""
address = (f"127.{second}.{third}.{fourth}" for second in count(1) for third in range(256) for fourth in range(2, 255))


def dialled(port: int, data: bytes = b"", receive: int = 0, source: str = "") -> socket.socket:
    """Return a connection from *source*, or an address of its own, after *data* was sent."""
    client = socket.socket()
    if receive:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    client.bind((source or next(address), 0))
    client.connect(("127.0.0.1", port))
    client.sendall(data)
    return client


def is_over(client: socket.socket) -> bool:
    """Tell whether the server has ended the connection: after what the kernel still holds nothing comes."""
    client.settimeout(0.2)
    with suppress(ConnectionResetError):
        try:
            received = 0
            while received < 16 * 1024 * 1024:
                if not (data := client.recv(65536)):
                    return True
                received += len(data)
        except TimeoutError:
            pass
        return False
    return True


def is_served(client: socket.socket) -> bool:
    """Tell whether the answer has begun, and is the one that was asked for; otherwise nothing is measured."""
    client.settimeout(60)
    return client.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"


@contextmanager
def held(
    port: int, number: int, data: bytes, within: float | None, receive: int = 0, served: bool = False
) -> Iterator[Callable[[], str]]:
    """Hold *number* connections; the function that it gives says whether the server ended them in their time.

    Args:
        served: True where each of them gets an answer first.
    """
    clients: list[socket.socket] = []
    for count_ in range(number):
        clients.append(dialled(port, data, receive))
        if served and count_ % TOGETHER_DIALLED == 0 and not all(map(is_served, clients[-TOGETHER_DIALLED:])):
            raise RuntimeError("the offenders were not served what they were to abuse")
    began = monotonic()

    def ended() -> str:
        if within is None:
            return "open" if all(map(is_served, clients)) and not any(map(is_over, clients[:5])) else "**NOT OPEN**"
        threading.Event().wait(max(0.0, began + within + 3 - monotonic()))  # who reads is no slow reader any more
        return "closed in time" if all(map(is_over, clients)) else "**NOT CLOSED**"

    try:
        yield ended
    finally:
        for client in clients:
            client.close()


def sends(port: int, workers: int, request: bytes, source: str, stop: Any, told: Any) -> None:
    """Send *request* again and again until *stop*, in a process of its own; put how it was answered into *told*."""
    os.nice(19)
    answers: dict[str, int] = {}

    def send() -> None:
        while not stop.wait(0.02):
            try:
                with dialled(port, source=source) as client:
                    client.settimeout(20)
                    with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
                        client.sendall(request)
                    status = client.recv(100).split(b" ")[1].decode()
            except (OSError, IndexError) as error:
                status = type(error).__name__
            answers[status] = answers.get(status, 0) + 1

    threads = [threading.Thread(target=send) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(answers)


@contextmanager
def flooded(port: int, workers: int, request: bytes, source: str = "") -> Iterator[Callable[[], str]]:
    """Send *request* again and again; the function that it gives stops that, and says how it was answered."""
    context = multiprocessing.get_context("fork")
    stop, told = context.Event(), context.Queue()
    process = context.Process(target=sends, args=(port, workers, request, source, stop, told), daemon=True)
    process.start()

    def ended() -> str:
        stop.set()
        return ", ".join(f"{status} × {times}" for status, times in sorted(told.get(timeout=30).items()))

    try:
        yield ended
    finally:
        stop.set()
        process.join(30)


def posted(path: str, kind: str, body: bytes, size: int | None = None) -> bytes:
    """Return a request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {size or len(body)}\r\n\r\n"
    return head.encode() + body


def get(path: str) -> bytes:
    """Return a request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
