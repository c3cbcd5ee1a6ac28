"""Every command line that the documents print does what they say, as it stands there, in the folder that they name."""

import html
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx2
import pytest

from tests.conftest import free_port

pytestmark = pytest.mark.journey
ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(?:console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PASSWORD = "une phrase assez longue"
IN_FRENCH = {
    "README.md": "README.fr.md",
    "docs/first-steps.md": "docs/first-steps.fr.md",
    "docs/deploy.md": "docs/deploy.fr.md",
}
# Lines that are run here in another way, each with the reason.
ELSEWHERE = {
    "make serve": "the reader's checkout is made by it",
    "make test": "it would run these tests again",
}


def lines_of(text: str) -> list[str]:
    """Return the commands of a page, in its order; a line that ends with a backslash goes on in the next."""
    joined = "\n".join(BLOCK.findall(text)).replace("\\\n", " ")
    return [line.removeprefix("$ ") for line in joined.splitlines() if line.startswith("$ ")]


def page(name: str) -> list[str]:
    """Return the commands of a document of the repository."""
    return lines_of((ROOT / name).read_text("utf-8"))


class Reader:
    """Somebody with a fresh checkout who types what they read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.token, self.server = folder, free_port(), "", None
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DIHYA_", "PYTEST", "VIRTUAL_ENV"))
        }
        # The port of the page may be taken on this machine; the model is not what is tried here, and slow.
        brief = {"DIHYA_MODELS_EMBEDDED": "false", "DIHYA_SERVICES_FURTHER_CHECKS": "false"}
        own = {"DIHYA_WSGI_PORT": str(self.port), "LANG": "C.UTF-8", **brief}
        self.variables = {**kept, **own}

    def type(self, *lines: str, folder: str = ".", code: int = 0) -> str:
        """Type lines into one shell and return what they print; fail unless they end with *code*."""
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join(lines).replace(":8000", f":{self.port}")],
            cwd=self.folder / folder, env={**self.variables, "TOKEN": self.token}, capture_output=True, text=True, timeout=600, input="y\n" * 9,
        )  # fmt: skip
        said = f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        assert done.returncode == code, f"{lines} ended with {done.returncode}\n{said}"
        return done.stdout

    def serve(self) -> str:
        """Type ``make serve``, wait for the frame with the address, and return what was printed until then."""
        self.server = subprocess.Popen(
            ["bash", "-c", "exec make serve"], cwd=self.folder, env=self.variables, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        said: list[str] = []
        for line in self.server.stdout:
            said.append(line)
            if "Dihya is at" in line:
                return "".join([*said, self.server.stdout.readline()])
        raise AssertionError(f"make serve ended with {self.server.wait()}\n{''.join(said)[-4000:]}")

    def sign_in(self) -> httpx2.Client:
        """Become an administrator and return a client that carries the token."""
        add = "people add tin@example.org --name Tin --role admin --password-stdin"
        self.type(f"echo '{PASSWORD}' | .venv/bin/dihya {add}")
        client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        answer = client.post("/api/v1/securite/tokens", json={"email": "tin@example.org", "password": PASSWORD})
        self.token = answer.raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {self.token}"
        return client

    def answers(self, path: str, status: int = 200) -> httpx2.Response:
        """Wait until the server, which starts its workers anew, answers with *status*; return the answer."""
        end = time.monotonic() + 60
        while (answer := self.client.get(path)).status_code != status:
            assert time.monotonic() < end, f"{path} answers {answer.status_code} and not {status}"
            threading.Event().wait(0.3)
        return answer

    def stop(self) -> None:
        """Press Ctrl-C."""
        if self.server and self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGINT)
            self.server.wait(60)
            self.server.stdout.close()


def copied(folder: Path) -> Path:
    """Copy what git knows, or would take, of the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A reader in whose checkout ``make serve`` has run, and runs."""
    one = Reader(copied(tmp_path_factory.mktemp("dihya")))
    one.said = one.serve()
    one.client = one.sign_in()
    yield one
    one.client.close()
    one.stop()


@pytest.mark.parametrize(("english", "french"), IN_FRENCH.items())
def test_the_french_page_prints_no_line_of_its_own(english, french):
    """The French page has the lines of the English one, but for words said to Dihya, so that running one runs both."""

    def bare(name):
        return [re.sub(r'"[^"]*"|\s+# .*', "…", line).replace("--lang fr", "--lang en") for line in page(name)]

    assert bare(french) == [line for line in bare(english) if line in bare(french)]


def test_address_and_password_stand_last_in_frames(reader):
    """Nothing comes between, and nothing after; no alarm is raised at the first start."""
    last = reader.said.splitlines()[-6:]
    assert [line[:2] for line in last] == ["+-", "| ", "+-"] * 2, reader.said
    assert re.search(r"admin@dihya\.local with the one-time password [a-z0-9-]{20,}; it is shown only now", last[1])
    assert last[4] == f"| Dihya is at http://127.0.0.1:{reader.port} |"
    assert "WARNING" not in reader.said


def test_the_printed_example_is_what_is_printed(reader):
    """The page shows as many steps, and the same words in the frames."""
    shown = (ROOT / "docs/first-steps.md").read_text("utf-8")
    step = re.search(r"^\[(\d)/\1\] template choice", shown, re.MULTILINE)
    printed = re.search(r"^\[(\d)/\1\] template choice", reader.said, re.MULTILINE)
    # without the embedded model, as here, its step is absent
    assert int(step[1]) == int(printed[1]) + 1
    for frame in (
        "sign in as admin@dihya.local with the one-time password",
        "; it is shown only now, and ends in 7 days |",
        "| Dihya is at http://127.0.0.1:",
    ):
        assert frame in shown and frame in reader.said


def test_a_port_of_ones_own(reader):
    """``make serve PORT=…`` is heard, whatever else names one: on a port that is taken, what to type is said."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        variables = {**reader.variables, "DIHYA_WSGI_PORT": str(other.getsockname()[1])}
        line = ["make", "serve", f"PORT={reader.port}"]
        done = subprocess.run(line, cwd=reader.folder, env=variables, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"port {reader.port} on 127.0.0.1 is already in use" in done.stderr and "make serve PORT=" in done.stderr


def test_the_lines_of_the_readme(reader):
    """One sentence in, a plugin out: the folder that ``generate`` wrote is the one that is installed."""
    lines = [line for line in page("README.md") if line not in ELSEWHERE]
    assert any("plugins install" in line for line in lines)
    for line in lines:
        reader.type(line)
    reader.answers("/api/v1/association/members")
    reader.type(".venv/bin/dihya plugins uninstall association")
    reader.answers("/api/v1/association/members", 404)
    shutil.rmtree(reader.folder / "dihya-association")


def test_the_lines_of_publishing(reader):
    """A plugin is begun, proven, built twice to the same bytes, installed from its wheel, and taken out."""
    lines = page("docs/publish.md")
    assert any("uv build" in line for line in lines)
    reader.type('PATH="$PWD/.venv/bin:$PATH"', *lines)
    reader.answers("/api/v1/loans/members", 404)
    shutil.rmtree(reader.folder / "dihya-loans")


@pytest.fixture(scope="module")
def archive(reader):
    """A generation that is proven, begun as the page says; gives its id."""
    (line,) = [line for line in page("docs/first-steps.md") if line.startswith("curl")]
    wanted = {"title": "first steps", "scopes": ["services:generate", "services:read", "ai_fallback:use"]}
    reader.token = reader.client.post("/api/v1/securite/keys", json=wanted).raise_for_status().json()["key"]
    assert "/api/v1/generations" in reader.type(f"{line} --silent --include --fail-with-body")
    end = time.monotonic() + 300
    while time.monotonic() < end:
        (newest, *_) = reader.client.get("/api/v1/generations").json()["items"]
        if newest["status"] in ("ready", "failed"):
            break
        threading.Event().wait(0.5)
    assert newest["status"] == "ready", newest
    return newest["id"]


def download(reader, id):
    """Save the ZIP where the reader stands, as the browser's button does."""
    answer = reader.client.get(f"/api/v1/generations/{id}/archive").raise_for_status()
    name = re.search(r'filename="?([^";]+)', answer.headers["content-disposition"])[1]
    shutil.rmtree(reader.folder / Path(name).stem, ignore_errors=True)
    (reader.folder / name).write_bytes(answer.content)
    return Path(name).stem


def test_the_lines_of_the_first_steps(reader, archive):
    """Install it, look around, read its story, and generate without a browser."""
    assert download(reader, archive) == "dihya-association"
    for line in page("docs/first-steps.md"):
        if line in ELSEWHERE or line.startswith("curl"):
            continue
        reader.type(line)
    assert (reader.folder / "dihya-club" / "pyproject.toml").exists()
    assert reader.answers("/api/v1/association/members?total=true").json()["total"] > 0


def test_the_lines_of_the_card(reader, archive):
    """ "Your plugin is proven" says what to type, with the command that this Dihya is run by."""
    (card,) = re.findall(
        r'<code id="install-lines">(.*?)</code>',
        reader.client.get(f"/services/{archive}", headers={"Accept": "text/html"}).text,
        re.DOTALL,
    )
    lines = html.unescape(card).splitlines()
    assert lines[1].split()[0] == str(reader.folder / ".venv/bin/dihya")
    download(reader, archive)
    assert "is installed" in reader.type(*lines)


@pytest.mark.parametrize("uv", ["with uv", "without uv"])
def test_the_lines_of_a_generated_readme(reader, archive, uv):
    """The first block from the folder that holds the plugin, the second from the plugin's own."""
    name = download(reader, archive)
    reader.type(f"unzip -q {name}.zip")
    lines = lines_of((reader.folder / name / "README.md").read_text("utf-8"))
    path = f'PATH="{reader.folder}/.venv/bin:$PATH"'
    tool = reader.folder / ".venv/bin/uv"
    if uv == "without uv":
        tool.rename(tool.with_name("uv-away"))
    try:
        reader.type(path, *[line for line in lines if not line.startswith("python")])
    finally:
        if uv == "without uv":
            tool.with_name("uv-away").rename(tool)
    if uv == "with uv":
        reader.type(path, *[line for line in lines if line.startswith("python")], folder=name)


def test_the_lines_of_the_tutorial(reader):
    """In one shell, from the checkout, with the files that the page has one write."""
    text = (ROOT / "docs/tutorial.md").read_text("utf-8")
    for name, content in FILE.findall(text):
        path = reader.folder / "dihya-notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    assert "notes 0.1.0 is installed" in reader.type(*lines_of(text))
    reader.answers("/api/v1/notes/notes")


@pytest.mark.exhaustive
def test_the_lines_of_checking(reader):
    """The plugin of the tutorial has not earned every mark, and each line says so by its exit code.

    A list, a build and the statement that came with a generated plugin end well.
    """
    for name, content in FILE.findall((ROOT / "docs/tutorial.md").read_text("utf-8")):
        path = reader.folder / "dihya-notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    lines = [line for line in page("docs/check.md") if "marks" not in line and "--mutants" not in line]
    assert any("--verify" in line for line in lines)
    reader.type(".venv/bin/dihya generate --idea 'members and fees of a club' --name club --out . --yes")
    for line in lines:
        well = line.startswith("uv build") or "--list" in line or "dihya-club" in line
        reader.type('PATH="$PWD/.venv/bin:$PATH"', line, code=0 if well else 1)
