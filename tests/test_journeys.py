"""The main job, as a user does it: one sentence in, a proven plugin out, installed, used, and accounted for."""

import json
import random
import subprocess
import threading
import time
import zipfile
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.journey

IDEA = "gérer les adhérents et les cotisations d'une association"


@pytest.fixture
def connect():
    """Return a function that opens a client on a server, with a token if there is one."""
    opened = []

    def start(url, token=""):
        opened.append(httpx2.Client(base_url=url, timeout=30, headers={"Authorization": token} if token else {}))
        return opened[-1]

    yield start
    for client in opened:
        client.close()


def signed_in(place, client):
    """Add an administrator, sign in over the API, return the client, which carries the token from now on."""
    password = "une phrase assez longue"
    place.run(
        "people",
        "add",
        "tin@example.org",
        "--name",
        "Tin",
        "--role",
        "admin",
        "--password-stdin",
        input=password.encode(),
    )
    answer = client.post("/api/v1/securite/tokens", json={"email": "tin@example.org", "password": password})
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def killed(place, server, times, seed):
    """Kill a server so often, at moments drawn by lot, and start it again each time; return the last one."""
    chance = random.Random(seed)
    for _ in range(times):
        try:
            server.process.wait(chance.uniform(0.2, 3.0))
        except subprocess.TimeoutExpired:
            server.kill()
        server = place.start()
    return server


def finished(client, location, seconds=180):
    """Wait until a generation has ended; return it."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        generation = client.get(location).json()
        if generation["status"] in ("ready", "failed", "archived"):
            return generation
        pause.wait(0.3)
    raise AssertionError(f"{location} did not end within {seconds} s: {generation}")


def answered(client, path, seconds=30):
    """Ask until the path is there: for a moment, nobody answers while the server changes its workers."""
    end = time.monotonic() + seconds
    pause, status = threading.Event(), None
    while status != 200 and time.monotonic() < end:
        try:
            status = client.get(path).status_code
        except httpx2.HTTPError as error:
            status = type(error).__name__
        pause.wait(0.3)
    return status


@pytest.mark.parametrize("offline", [False, True], ids=["connected", "network unplugged"])
def test_from_a_sentence_to_an_installed_plugin_on_the_command_line(installation, offline):
    """Generated, proven, installed, used; the audit log verifies with nothing but its bundle."""
    place = installation()
    told = place.generate(IDEA, "--lang", "fr", "--out", str(place.folder), offline=offline)
    assert told["template"] == "association"
    assert told["proof"]
    left = [check for check in told["proof"] if not check["passed"]]
    assert len(left) == 3 and all("“Checks after the offer”" in check["detail"] for check in left)
    folder = Path(told["directory"])
    assert sorted(told["files"]) == sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )
    place.run("plugins", "install", folder.name, offline=offline)  # as README.md says it
    name = folder.name.removeprefix("dihya-")
    states = {item["name"]: item["state"] for item in json.loads(place.run("plugins", "--json").stdout)}
    assert states[name] == "active"
    place.run(name, "sample")
    place.run("audit", "export", "--out", str(place.folder / "bundle.zip"))
    place.run("audit", "verify", str(place.folder / "bundle.zip"), offline=offline)


def test_over_rest_with_progress_archive_and_a_running_house(installation, connect):
    """202, an event stream that can be resumed, files, archive; the running server takes the plugin up."""
    place = installation()
    with place.serving() as server:
        client = signed_in(place, connect(server.url))
        answer = client.post("/api/v1/generations", json={"idea": IDEA, "language": "fr"})
        assert answer.status_code == 202, answer.text
        location = answer.headers["Location"]
        with client.stream("GET", f"{location}/events") as stream:
            lines = [line for line in stream.iter_lines() if line]
        assert lines[-2:][0].startswith("event: end") or "event: end" in lines
        numbers = [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]
        assert numbers == sorted(numbers)
        with client.stream("GET", f"{location}/events", headers={"Last-Event-ID": str(numbers[2])}) as stream:
            later = [int(line.removeprefix("id: ")) for line in stream.iter_lines() if line.startswith("id: ")]
        assert later[0] == numbers[2] + 1
        generation = finished(client, location)
        assert generation["status"] == "ready", generation
        archive = place.folder / "plugin.zip"
        archive.write_bytes(client.get(f"{location}/archive").content)
        with zipfile.ZipFile(archive) as content:
            content.extractall(place.folder / "out")
        (folder,) = (place.folder / "out").iterdir()
        place.run("plugins", "install", str(folder))
        name = folder.name.removeprefix("dihya-")
        assert answered(client, f"/api/v1/{name}/members") == 200
        actions = {entry["event"]["action"] for entry in client.get("/api/v1/audit/entries?limit=500").json()["items"]}
        assert "services.generated" in actions


@pytest.mark.exhaustive
def test_a_server_killed_at_random_moments_resumes_or_fails_cleanly(installation, connect):
    """Ten times kill -9 within one generation; then it ends well, and the audit log verifies."""
    place = installation()
    server = place.start()
    client = signed_in(place, connect(server.url))
    location = client.post("/api/v1/generations", json={"idea": IDEA, "language": "fr"}).headers["Location"]
    token = client.headers["Authorization"]
    server = killed(place, server, 10, 20261123)
    try:
        client = connect(server.url, token)
        generation = finished(client, location, 240)
        assert generation["status"] == "ready", generation
    finally:
        server.stop()
    place.run("audit", "verify")


@pytest.mark.exhaustive
def test_an_application_is_changed_while_the_server_dies_and_keeps_its_records(installation, connect):
    """Five times kill -9 within the building of its next version; installed, that has every record, and the log verifies."""
    place = installation()
    first = place.generate(IDEA)
    place.run("plugins", "install", str(next(place.folder.glob("dihya-*"))))
    place.run(first["name"], "sample")
    server = place.start()
    client = signed_in(place, connect(server.url))
    records = f"/api/v1/{first['name']}/members"
    before = client.get(records).json()["items"]
    structure = client.get(f"/api/v1/generations/applications/{first['name']}").json()["structure"]
    member = next(table for table in structure["entities"] if table["name"] == "member")
    label = {"en": "Shirt size", "fr": "Taille du maillot"}
    member["fields"].append({"name": "shirt_size", "type": "text", "label": label, "personal": "content"})
    answer = client.post("/api/v1/generations", json={"changes": first["name"], "structure": structure})
    assert answer.status_code == 202, answer.text
    location, token = answer.headers["Location"], client.headers["Authorization"]
    server = killed(place, server, 5, 20261127)
    try:
        client = connect(server.url, token)
        generation = finished(client, location, 300)
        assert generation["status"] == "ready", generation
        archive = place.folder / "next.zip"
        archive.write_bytes(client.get(f"{location}/archive").content)
    finally:
        server.stop()
    with zipfile.ZipFile(archive) as content:
        content.extractall(place.folder / "next")
    place.run("plugins", "install", str(next((place.folder / "next").iterdir())))
    with place.serving() as server:
        after = connect(server.url, token).get(records).json()["items"]
    known = [{key: each[key] for key in before[0] if key in each} for each in after]
    assert len(before) > 3 and [each["id"] for each in known] == [each["id"] for each in before]
    assert all("shirt_size" in each for each in after)
    place.run("audit", "verify")
