"""The smoke test: the archive is unpacked, installs itself without an index, starts, and answers as it should."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

from dihya_hookspecs import DihyaError

from .manifest import Manifest
from .providers import BRAND, SERVER, section

NOWHERE = "http://127.0.0.1:9/"
"""Where the environment of the test is told to look for packages, so that whoever looks finds nobody."""
SECONDS, PATIENCE = 900, 60
"""What a command may take, and after which time a server that has started must be ready: the first probes of a process load libraries."""


def check(archive: Path, manifest: Manifest, work: Path) -> list[str]:
    """Return what was seen, a sentence each. Raises DihyaError with the first thing that is not as it should be."""
    with tarfile.open(archive) as packed:
        packed.extractall(work, filter="data")
    folder = work / manifest.label
    launcher, port = folder / manifest.distribution.name, _port(manifest)
    variables = _variables(work, port)
    _said(launcher, variables, "install")
    _said(launcher, variables, "config", "check")
    plugins = json.loads(_said(launcher, variables, "plugins", "list", "--json"))
    for plugin in plugins:
        if plugin["state"] != "active":
            raise _failed(f"plugin {plugin['name']!r} is {plugin['state']}: {plugin['reason']}")
    seen = [f"installed without an index; {len(plugins)} plugins are active"]
    with _served(launcher, variables):
        seen += list(_answers(manifest, port, {plugin["name"] for plugin in plugins}))
    return seen


def _answers(manifest: Manifest, port: int, names: set[str]) -> Iterator[str]:
    """Ask what anybody would, and yield what was right."""
    end = monotonic() + PATIENCE
    while (answer := _get(port, "/health/ready"))[0] != 200:
        if monotonic() > end:
            raise _failed(f"/health/ready answers {answer[0]} after {PATIENCE} seconds: {_troubles(answer[1])}")
        Event().wait(1)
    yield "started and is ready"
    if section(BRAND) not in names:
        return
    languages = manifest.brand.languages or [""]
    for code in languages:
        status, text, spoken = _get(port, f"/?lang={code}" if code else "/")
        if status != 200 or (manifest.brand.name and f"<title>{manifest.brand.name}</title>" not in text):
            raise _failed(f"the front page answers {status}, and does not bear the name {manifest.brand.name!r}")
        if code and spoken != code:
            raise _failed(
                f"the front page was asked for in {code!r} and comes in {spoken!r}; no plugin brings that language"
            )
    yield f"the front page bears the name{f' in {len(languages)} languages' if languages[0] else ''}"


@contextmanager
def _served(launcher: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Run the launcher as a person does, until the server has said its address."""
    server = subprocess.Popen(
        [launcher], env=dict(variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True,
    )  # fmt: skip
    assert server.stdout is not None  # noqa: S101 - it was asked for
    said: list[str] = []
    try:
        for line in server.stdout:
            said.append(line)
            if "Dihya is at" in line:
                break
        else:
            raise _failed(f"it ended before it served: {' '.join(''.join(said[-3:]).split())}")
        yield
    finally:
        _ended(server)


def _ended(server: subprocess.Popen[str]) -> None:
    """Stop a server as Ctrl-C does, and by force where that is not heard."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGINT)
    try:
        server.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def _get(port: int, path: str) -> tuple[int, str, str]:
    wanted = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "text/html, */*;q=0.5"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(wanted, timeout=120) as answer:
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers.get("Content-Language", "")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace"), ""
    except OSError as error:
        raise _failed(f"{path} was not answered: {error}") from error


def _troubles(text: str) -> str:
    """Return which checks fail, from the answer of the server."""
    try:
        checks = json.loads(text)["checks"]
    except (ValueError, KeyError, TypeError):
        return " ".join(text.split())[:200]
    return ", ".join(f"{name} is {check['status']}" for name, check in checks.items() if check["status"] != "ok")


def _said(launcher: Path, variables: Mapping[str, str], *arguments: str) -> str:
    try:
        done = subprocess.run(
            [launcher, *arguments], env=dict(variables), capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(f"'{' '.join(arguments)}' has not ended after {SECONDS} seconds") from error
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        told = [line for line in lines if line.startswith("error: ")]
        why = " ".join([*(told or lines)[:1], *lines[lines.index(told[0]) + 1 :][:1]] if told else lines[-1:])
        raise _failed(f"'{' '.join(arguments)}' ends with {done.returncode}: {why.removeprefix('error: ')}")
    return done.stdout


def _variables(work: Path, port: int) -> dict[str, str]:
    """Return an environment in which nothing is known of this machine but its programs."""
    home = work / "home"
    home.mkdir()
    return {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8", "PYTHON": sys.executable,
        "PIP_NO_INDEX": "1", "PIP_INDEX_URL": NOWHERE, "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "1",
        f"DIHYA_{section(SERVER).upper()}_PORT": str(port),
    }  # fmt: skip


def _port(manifest: Manifest) -> int:
    """Return the port that the manifest locks, or one that is free."""
    if f"{section(SERVER)}.port" in manifest.distribution.locked:
        return int(manifest.settings[section(SERVER)]["port"])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _failed(why: str) -> DihyaError:
    return DihyaError(f"the distribution does not pass its smoke test, and is not built: {why}", code="smoke")
