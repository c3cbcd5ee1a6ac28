"""Two data folders on one PostgreSQL, each with servers of its own, are one installation; either may be killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic

import httpx2
import pyrage
import pytest

pytestmark = [pytest.mark.journey, pytest.mark.exhaustive]
MAIN = "from dihya_core.cli.main import main; main()"
PASSWORD = "quatre mots sans rapport"
HEARTBEAT = 5.0
PATIENCE = 60.0  # of a machine that does something else besides


class Machine:
    """A data folder, its configuration and its server."""

    def __init__(self, folder: Path, url: str, blobs: Path, plugins: Path, port: int) -> None:
        folder.mkdir()
        (folder / "dihya.toml").write_text(
            f'[dihya]\ndata = "instance"\n[db]\nurl = "{url}"\n[storage]\nurl = "{blobs}"\n[models]\nembedded = false\n'
            "[securite]\nargon2_time = 1\nargon2_memory = 64\n"
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIHYA_", "PYTEST"))}
        self.folder, self.environment = folder, {**kept, "PYTHONPATH": str(plugins), "LANG": "C.UTF-8"}
        self.port, self.process = port, None
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def run(self, *words: str, input: str = "", code: int = 0) -> str:
        """Run a command that ends with *code*; return what it said."""
        command = [sys.executable, "-c", MAIN, *words]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, input=input, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"dihya {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def start(self) -> None:
        """Serve, and return as soon as it is ready."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", MAIN, "serve", "--port", str(self.port)],
                cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until(self.answers, lambda: (self.folder / "log").read_text()[-3000:])

    def answers(self) -> bool:
        """Whether the server is ready."""
        with suppress(httpx2.HTTPError):
            return self.client.get("/health/live").status_code == 200
        return False

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)

    def token(self, email: str) -> dict[str, str]:
        """Sign a program in."""
        answer = self.client.post("/api/v1/securite/tokens", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def until(true, said=lambda: ""):
    """Ask again and again until something is true; return what was answered."""
    end = monotonic() + PATIENCE
    while not (found := true()):
        assert monotonic() < end, said()
        threading.Event().wait(0.05)
    return found


@pytest.fixture
def pair(tmp_path, postgresql, request):
    """Two machines on one database and one folder for files; the second has no keys yet, and the first is served."""
    packages = tmp_path / "packages"
    info = packages / "dihya_relay-1.0.dist-info"
    info.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "data" / "relay.py", packages / "dihya_relay.py")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: dihya-relay\nVersion: 1.0\nRequires-Dist: dihya-hookspecs>=2,<3\n"
    )
    (info / "entry_points.txt").write_text("[dihya.plugins]\nrelay = dihya_relay\n")
    ports = [free_port(), free_port()]
    machines = [
        Machine(tmp_path / name, postgresql, tmp_path / "blobs", packages, port)
        for name, port in zip("ab", ports, strict=True)
    ]
    first = machines[0]
    first.run("setup")
    for email, role in (("admin@example.org", "admin"), ("tin@example.org", "user")):
        first.run("people", "add", email, "--role", role, "--password-stdin", input=PASSWORD)
    try:
        first.start()
        yield machines
    finally:
        for machine in machines:
            machine.kill()
            machine.client.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_two_machines_are_one_installation(pair, tmp_path):
    """Without keys the second refuses; with them sign-ins, rights, log, streams and tasks go across, and a kill of either loses nothing."""
    here, there = pair
    bring_the_keys(here, there, tmp_path)
    there.start()
    admin, tin = here.token("admin@example.org"), here.token("tin@example.org")
    signed_in_everywhere(here, there, tin)
    heard_everywhere(here, there, admin)
    revoked_everywhere(here, there, admin, tin)
    done = outlived(here, there, admin, tmp_path / "one")
    here.start()
    done += outlived(there, here, admin, tmp_path / "two")
    one_log(here, admin, done)


def bring_the_keys(here, there, folder):
    """The second machine says what to copy, at the set-up and at the start; after the import it agrees."""
    lock, file = folder / "lock", folder / "handover"
    lock.write_text(str(pyrage.x25519.Identity.generate()))
    for command in (["setup"], ["serve", "--port", str(there.port)]):
        said = there.run(*command, code=1)
        assert "run 'dihya keys export FILE' on the machine that has them, and 'dihya keys import FILE' here" in said, (
            said
        )
    assert "PRIVATE" not in here.run("keys", "export", str(file), "--key-file", str(lock))
    there.run("keys", "import", str(file), "--key-file", str(lock))
    assert "keys" in there.run("setup")


def signed_in_everywhere(here, there, tin):
    """A token and a browser's session of one machine open the other."""
    assert there.client.get("/api/v1/securite/me", headers=tin).json()["email"] == "tin@example.org"
    page = here.client.get("/securite/sign-in", headers={"Accept": "text/html"})
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    form = {"csrf_token": token, "email": "tin@example.org", "password": PASSWORD, "next": "/"}
    there.client.cookies.update(here.client.cookies)  # the form of the one is sent to the other
    answer = there.client.post("/securite/sign-in", data=form)
    assert answer.status_code == 303, answer.text[-500:]
    here.client.cookies.update(there.client.cookies)
    assert here.client.get("/api/v1/securite/me").json()["email"] == "tin@example.org"
    for machine in (here, there):
        machine.client.cookies.clear()


def heard_everywhere(here, there, admin):
    """Who follows a stream of one machine hears what is said on the other."""
    with there.client.stream("GET", "/api/v1/relay/words", headers=admin) as stream:
        assert stream.status_code == 200
        assert here.client.post("/api/v1/relay/words", json={"word": "azul"}, headers=admin).status_code == 204
        end = monotonic() + PATIENCE
        for line in stream.iter_lines():
            if line == "data: azul":
                break
            assert monotonic() < end, line
    assert there.client.post("/api/v1/relay/words", json={"word": "ayyuz"}, headers=admin).status_code == 204


def revoked_everywhere(here, there, admin, tin):
    """What is taken away on one machine is refused on the other to whoever asks two seconds later."""
    assert there.client.get("/api/v1/relay/tasks/0", headers=tin).status_code == 404
    id = here.client.get("/api/v1/securite/me", headers=tin).json()["id"]
    answer = here.client.put(f"/api/v1/securite/people/{id}/roles", json={"roles": ["dpo"]}, headers=admin)
    assert answer.status_code == 200, answer.text
    revoked = monotonic()
    while True:
        asked = monotonic()
        status = there.client.get("/api/v1/relay/tasks/0", headers=tin).status_code
        if status in (401, 403):
            return
        assert asked - revoked < 2, status


def outlived(dying, living, admin, folder):
    """A task that runs where its machine is killed goes on at the other within two heartbeats; return all that were done."""
    folder.mkdir()
    gates = []
    while True:  # until the machine that is to die has taken one: both look for work
        gates.append(gate := folder / f"{folder.name}{len(gates)}")
        answer = dying.client.post("/api/v1/relay/tasks", json={"gate": str(gate)}, headers=admin)
        assert answer.status_code == 202, answer.text
        until(gate.with_suffix(".1").exists)
        if gate.with_suffix(".1").read_text() == str(dying.folder / "instance"):
            break
        gate.touch()
    dying.kill()
    killed = monotonic()
    id = answer.json()["id"]

    def state() -> str:
        return living.client.get(f"/api/v1/relay/tasks/{id}", headers=admin).json()["state"]

    until(gate.with_suffix(".2").exists, state)
    took = monotonic() - killed
    assert gate.with_suffix(".2").read_text() == str(living.folder / "instance")
    gate.touch()
    until(lambda: state() == "done", state)
    assert took < 2 * HEARTBEAT + 5, took  # and some seconds for a machine that is busy
    return [each.name for each in gates]


def one_log(here, admin, done):
    """Each step left one trace, both machines wrote, and the log verifies."""

    def facts(action, fact):
        entries = here.client.get("/api/v1/audit/entries", params={"query": action, "limit": 100}, headers=admin).json()
        return sorted(item["event"]["facts"][fact] for item in entries["items"] if item["event"]["action"] == action)

    steps = sorted(f"{step} of {name}" for step in ("first", "last") for name in done)
    until(lambda: facts("relay.stepped", "step") == steps, lambda: facts("relay.stepped", "step"))
    assert facts("relay.said", "place") == ["ayyuz", "azul"]
    assert "verified" in here.run("audit", "verify")
