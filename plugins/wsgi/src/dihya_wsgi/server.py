"""The server process: it holds the port, keeps the workers alive, and says where it is once they answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from dataclasses import asdict

from dihya_hookspecs.app import framed

from . import address
from .launch import Plan

PAUSE, LONGEST_PAUSE = 0.5, 10.0
GRACE = 5.0


def main() -> int:
    """Serve according to the plan on the command line; return the exit code."""
    plan = Plan(**json.loads(sys.argv[1]))
    try:
        listener = listen(plan)
    except OSError as error:
        print(f"error: {address.taken(error, plan.host, plan.port)}", file=sys.stderr)  # noqa: T201
        return 1
    with listener:
        return asyncio.run(Server(plan, listener).run())


def listen(plan: Plan) -> socket.socket:
    """Return the socket that all workers accept from."""
    family = socket.AF_INET6 if ":" in plan.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((plan.address, plan.port))
    listener.listen(1024)
    listener.setblocking(False)
    return listener


class Worker:
    """One worker process, from its start on."""

    def __init__(self, process: asyncio.subprocess.Process, ready: int, life: int) -> None:
        self.process, self._ready, self._life = process, ready, life

    @classmethod
    async def start(cls, plan: Plan, listener: socket.socket) -> Worker:
        """Start a worker; it answers once ``is_ready`` says so."""
        ready, tells_ready = os.pipe()
        watched, life = os.pipe()
        numbers = [listener.fileno(), tells_ready, watched]
        words = [
            sys.executable,
            "-m",
            "dihya_wsgi.worker",
            json.dumps(asdict(plan)),
            *map(str, [*numbers, os.getpid()]),
        ]
        try:
            process = await asyncio.create_subprocess_exec(*words, pass_fds=numbers)
        finally:
            os.close(tells_ready)
            os.close(watched)
        return cls(process, ready, life)

    async def is_ready(self) -> bool:
        """Wait until the worker answers; False when it ends before."""
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._ready, told.set)
        try:
            await told.wait()
            return os.read(self._ready, 1) == b"1"
        finally:
            loop.remove_reader(self._ready)

    async def ended(self) -> None:
        """Wait for the end of the process, and forget it."""
        await self.process.wait()
        for handle in (self._ready, self._life):
            os.close(handle)

    async def stop(self, seconds: float) -> None:
        """Tell the worker to end, and end it when it has not after *seconds*."""
        if self.process.returncode is None:
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class Server:
    """Keeps as many workers as the plan says: replaces those that die, and all of them when told to (SIGHUP)."""

    def __init__(self, plan: Plan, listener: socket.socket) -> None:
        self.plan, self.listener = plan, listener
        self.workers: list[Worker | None] = [None] * plan.workers
        self._ending = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; return the exit code, 1 when no worker can start."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._ending.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._do(self.reload()))
        starting = asyncio.gather(*(self._fill(place) for place in range(self.plan.workers)))
        await _first(starting, self._ending.wait())
        if starting.done() and not all(starting.result()):
            await self.stop()
            return 1
        if not self._ending.is_set():
            print(framed(f"Dihya is at {address.url(self.plan.address, self.plan.port)}"), flush=True)  # noqa: T201
        await self._ending.wait()
        await self.stop()
        return 0

    async def _fill(self, place: int) -> bool:
        """Put a new worker in a place; the one that was there ends when the new one answers. False if it cannot start."""
        new = await Worker.start(self.plan, self.listener)
        first = self.workers[place] is None
        if first:
            self.workers[place] = new  # so that a stop finds it
        good = await new.is_ready()
        if not good:
            await new.ended()
            return False
        old, self.workers[place] = self.workers[place], new
        self._do(self._watch(place, new))
        if not first and old is not None:
            self._do(old.stop(self.plan.shutdown_seconds + GRACE))
        return True

    async def _watch(self, place: int, worker: Worker) -> None:
        """Replace a worker that ends although nobody asked for it."""
        await worker.ended()
        pause = PAUSE
        while self.workers[place] is worker and not self._ending.is_set():
            await asyncio.sleep(pause)
            if self._ending.is_set() or await self._replaced(place, worker):
                return
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _replaced(self, place: int, worker: Worker) -> bool:
        async with self._reloading:
            return self.workers[place] is not worker or await self._fill(place)

    async def reload(self) -> None:
        """Replace all workers, one after the other; while a new one cannot start, the old ones go on."""
        async with self._reloading:
            for place in range(self.plan.workers):
                if self._ending.is_set() or not await self._fill(place):
                    break
            else:
                return
        if not self._ending.is_set():
            print("error: the new worker does not start; the old ones go on", file=sys.stderr)  # noqa: T201

    async def stop(self) -> None:
        """End all workers."""
        self._ending.set()
        seconds = self.plan.shutdown_seconds + GRACE
        await asyncio.gather(*(worker.stop(seconds) for worker in self.workers if worker is not None))

    def _do(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _first(*awaitables: object) -> None:
    waiting = [asyncio.ensure_future(each) for each in awaitables]  # type: ignore[call-overload]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    waiting[-1].cancel()


if __name__ == "__main__":
    sys.exit(main())
