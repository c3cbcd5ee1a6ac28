"""Kill -9 at random: the server, a worker, or all of it, while people write and plugins are generated.

``tox run -e bench -- kills`` kills 20 times on SQLite; ``python -m tests.bench.kills N [URL]`` N times, on a PostgreSQL database;
with ``postgresql`` in place of the URL on a server of its own.
SIGTERM ends the killing early; what was reached is counted all the same.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from dihya_tests.postgresql import Server

IDEA = "gérer les adhérents et les cotisations d'une association"
PASSWORD = "une phrase assez longue"
DIHYA = [sys.executable, "-c", "from dihya_core.cli.main import main; main()"]
KILLS = 20
AT_ONCE = 3
PAUSE, LULL = (0.3, 4.0), (10.0, 40.0)
"""Seconds from one kill to the next, and before every tenth: time in which a generation may come to its end, or nearly."""
GRACE = 30
"""Seconds after which bytes that no row names go; an hour outside of this drill."""


@dataclass
class Tally:
    """What was acknowledged, and what became of it.

    Attributes:
        busy: kills before which something was acknowledged since the one before; the others hit a server at rest.
        refused: writes that were answered with a refusal; nobody gave a reason for one.
        shut_out: sign-ins that failed; the drill asks again.
    """

    kills: dict[str, int] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    generations: list[str] = field(default_factory=list)
    busy: int = 0
    refused: list[str] = field(default_factory=list)
    shut_out: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    verified: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing was lost or refused, nothing failed falsely, and nothing was left behind."""
        return not (self.lost or self.refused or self.failed or self.left) and self.verified.startswith("verified")


class Site:
    """An installation that is served, killed and served again."""

    def __init__(self, folder: Path, url: str = "", **own: str) -> None:
        self.folder = folder
        own |= {"DIHYA_MODELS_EMBEDDED": "false", "DIHYA_STORAGE_GRACE": str(GRACE)}
        environment = {**os.environ, **own, **({"DIHYA_DB_URL": url} if url else {})}
        self.place: dict[str, Any] = {"cwd": folder, "env": environment}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run("setup")
        self.run(
            "people", "add", "tin@example.org", "--name", "Tin", "--role", "admin", "--password-stdin", input=PASSWORD
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.shut_out: list[str] = []
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def run(self, *words: str, input: str = "") -> str:
        """Run a command that must go well."""
        done = subprocess.run([*DIHYA, *words], **self.place, input=input, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"dihya {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Serve, and return as soon as it answers."""
        self.process = subprocess.Popen(
            [*DIHYA, "serve", "--port", str(self.port)], **self.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self.ready()

    def ready(self, seconds: float = 60) -> None:
        """Wait until a worker answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:  # the port was still held by a worker of the one that was killed
                time.sleep(0.2)
                self.start()
                return
            try:
                if self.client.get("/health/live").status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def sign_in(self) -> None:
        """Get a token; it outlives every kill, and ends after some minutes. The one that has ended is not sent along."""
        with httpx2.Client(base_url=self.client.base_url, timeout=30) as stranger:
            said = stranger.post("/api/v1/securite/tokens", json={"email": "tin@example.org", "password": PASSWORD})
        if said.status_code == 201:
            self.client.headers["Authorization"] = f"Bearer {said.json()['access_token']}"
        else:
            self.shut_out.append(f"{said.status_code} {said.json().get('code')}")

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """Send a request; sign in again where the token has ended, or the password was given too long ago."""
        answer = self.client.request(method, path, **given)
        if answer.status_code in (401, 403):
            self.sign_in()
            answer = self.client.request(method, path, **given)
        return answer

    def workers(self) -> list[int]:
        """Return the processes that the server forked."""
        assert self.process is not None
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def kill(self, whom: str) -> None:
        """Kill one of them, or all, and start again at once what does not start by itself."""
        assert self.process is not None
        try:
            if whom == "worker" and (workers := self.workers()):
                os.kill(random.choice(workers), signal.SIGKILL)
                return
            if whom == "all":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        except ProcessLookupError:
            pass
        self.process.wait(30)
        self.start()

    def stop(self) -> None:
        """Stop in good order."""
        assert self.process is not None
        self.client.close()
        self.process.terminate()
        try:
            self.process.wait(60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def drill(
    folder: Path, kills: int, url: str = "", seed: int = 0, leave: threading.Event | None = None, short: bool = False
) -> Tally:
    """Kill so many times under load, or until *leave* is set, then count.

    Args:
        short: one generation at a time, and nothing checked after its offer; that takes minutes of a processor.
    """
    chance, tally, leave = random.Random(seed), Tally(), leave or threading.Event()
    site = Site(folder, url, **({"DIHYA_SERVICES_FURTHER_CHECKS": "false"} if short else {}))
    site.start()
    site.sign_in()
    writer = threading.Thread(target=_write, args=(site, tally, leave))
    writer.start()
    try:
        for number in range(kills):
            before = len(tally.people)
            _generate(site, tally, 1 if short else AT_ONCE)
            if leave.wait(chance.uniform(*(LULL if number % 10 == 9 else PAUSE))):
                break
            tally.busy += len(tally.people) > before
            whom = chance.choice(["main", "worker", "all"])
            site.kill(whom)
            tally.kills[whom] = tally.kills.get(whom, 0) + 1
            if number % 10 == 9:
                print(
                    f"{number + 1} kills, {len(tally.people)} people, {len(tally.generations)} generations", flush=True
                )
        site.ready()
        leave.set()
        writer.join()
        _count(site, tally)
        threading.Event().wait(GRACE)
        site.kill("all")  # whoever starts cleans up first
        _leftovers(site, tally)
    finally:
        leave.set()
        site.stop()
    tally.verified = site.run("audit", "verify").strip().splitlines()[-1]
    return tally


def _write(site: Site, tally: Tally, leave: threading.Event) -> None:
    number = 0
    while not leave.is_set():
        number += 1
        address = f"p{number}@example.org"
        try:
            person = {"email": address, "name": "P", "roles": ["user"]}
            said = site.ask("POST", "/api/v1/securite/people", json=person)
            if said.status_code == 201:
                tally.people.add(address)
            elif said.status_code < 500:
                tally.refused.append(f"{said.status_code} {said.json().get('code')}")
        except httpx2.HTTPError:
            leave.wait(0.2)


def _generate(site: Site, tally: Tally, at_once: int) -> None:
    """Begin a generation unless enough are on their way."""
    try:
        open_ones = [
            one for one in tally.generations[-at_once:] if site.ask("GET", one).json().get("finished_at") is None
        ]
        if len(open_ones) < at_once:
            said = site.ask("POST", "/api/v1/generations", json={"idea": IDEA, "language": "fr"})
            if said.status_code == 202:
                tally.generations.append(said.headers["Location"])
    except (httpx2.HTTPError, ValueError):
        pass


def _count(site: Site, tally: Tally, seconds: float = 1200) -> None:
    end = time.monotonic() + seconds
    for location in tally.generations:
        while (answer := site.ask("GET", location)).json()["status"] not in ("ready", "failed", "archived"):
            if time.monotonic() > end:
                break
            time.sleep(0.5)
        found = answer.json()
        if found["status"] != "ready":
            tally.failed.append(f"{location}: {found['status']} {found.get('error')}")
    listed = json.loads(site.run("people", "list", "--json"))
    known = {person["email"] for person in listed}
    tally.lost = sorted(tally.people - known)
    tally.shut_out = site.shut_out


def _leftovers(site: Site, tally: Tally, seconds: float = 900) -> None:
    """Look until nothing is left, since the server cleans up by itself, or until it had its time."""
    end, work = time.monotonic() + seconds, site.folder / "instance" / "work"
    while True:
        tally.left = [str(path) for path in work.glob("task-*")] if work.exists() else []
        try:
            site.run("storage", "check")
        except RuntimeError as error:
            tally.left.append(str(error))
        if not tally.left or time.monotonic() > end:
            return
        time.sleep(5)  # each look is a process of its own, which takes its time from what still runs


def main(kills: int = KILLS, url: str = "") -> int:
    """Print what was tried and found; 1 when anything was lost, failed falsely or left."""
    leave = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: leave.set())
    with tempfile.TemporaryDirectory() as folder:
        tally = drill(Path(folder), kills, url, 20261126, leave)
    print(f"engine       {'PostgreSQL' if url else 'SQLite'}")
    print(f"kills        {sum(tally.kills.values())}: {tally.kills}")
    print(f"under load   {tally.busy}")
    print(f"acknowledged {len(tally.people)} people, {len(tally.generations)} generations")
    print(f"lost         {len(tally.lost)} {tally.lost[:3]}")
    print(f"refused      {len(tally.refused)} {tally.refused[:3]}")
    print(f"shut out     {len(tally.shut_out)} {tally.shut_out[:3]}")
    print(f"failed       {len(tally.failed)} {tally.failed[:3]}")
    print(f"left         {len(tally.left)} {tally.left[:3]}")
    print(f"audit        {tally.verified}")
    return 0 if tally.clean else 1


def _main(kills: str = str(KILLS), url: str = "") -> int:
    if url != "postgresql":
        return main(int(kills), url)
    server = Server()
    try:
        return main(int(kills), server.url)
    finally:
        server.stop()


if __name__ == "__main__":
    raise SystemExit(_main(*sys.argv[1:]))
