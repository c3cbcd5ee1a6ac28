"""A plugin from the operator's index."""

from __future__ import annotations

from contextlib import nullcontext
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dihya_console import plugin_index
from dihya_hookspecs import DihyaError, Invalid, NotFound, hookimpl
from dihya_hookspecs.installing import Arrival, Installing, Sources
from dihya_hookspecs.net import Outgoing

INDEX = "https://packages.example.org/ours"
WHEEL = b"a wheel"


def file(version: str, **more: Any) -> dict[str, Any]:
    """One line of an index."""
    name = f"dihya_notes-{version}-py3-none-any.whl"
    return {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": sha256(WHEEL).hexdigest()}} | more


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ([file("1.9"), file("1.10"), file("1.2")], "1.10"),
        ([file("1.0"), file("2.0rc1")], "1.0"),
        ([file("2.0rc1")], "2.0rc1"),
        ([file("1.0"), file("2.0", yanked="broken")], "1.0"),
        ([file("1.0"), file("2.0", hashes={})], "1.0"),
        ([{"filename": "dihya_notes-3.0.tar.gz"}, {"filename": "x"}, file("1.0")], "1.0"),
        ([{"filename": "dihya_notes-3.0-cp311-cp311-linux_x86_64.whl", "hashes": {"sha256": "0"}}], None),
        ([], None),
    ],
)
def test_the_newest_release_is_taken(files: list[dict[str, Any]], chosen: str | None) -> None:
    """Versions are compared as versions; what was withdrawn, has no digest or is not Python alone is passed over."""
    found = plugin_index.newest(files)
    assert (found or {}).get("filename") == (file(chosen)["filename"] if chosen else None)


def test_only_the_operators_index_is_called() -> None:
    """The operator's index and where its files lie are called, and without an index nobody is."""
    assert plugin_index.hosts("") == []
    assert [one.host for one in plugin_index.hosts(INDEX)] == ["packages.example.org"]
    assert [one.host for one in plugin_index.hosts("https://pypi.org/")] == ["pypi.org", "files.pythonhosted.org"]


class Brought:
    """Takes what is fetched."""

    def __init__(self, index: str = INDEX) -> None:
        self.index, self.forgotten, self.name = index, "", ""

    def sources(self) -> Sources:
        """The index of the operator."""
        return Sources(index=self.index)

    def receive(self, name: str, content: Any, *, fetched: bool) -> Arrival:
        """Look through nothing."""
        assert fetched
        self.name = name
        return Arrival(sha256(b"".join(content)).hexdigest(), "notes", "1.0")

    def discard(self, id: str) -> None:
        """Take note."""
        self.forgotten = id


class Answer:
    """What the index answers, as an HTTP client would say it."""

    def __init__(self, status: int, said: Any = None, content: bytes = b"") -> None:
        self.status_code, self._said, self._content = status, said, content

    def raise_for_status(self) -> Answer:
        """It was found."""
        assert self.status_code == 200
        return self

    def json(self) -> Any:
        """The list of files."""
        return self._said

    def iter_bytes(self) -> Any:
        """The wheel, in pieces."""
        return iter([self._content[:3], self._content[3:]])


class Network:
    """The outgoing client, in front of an index with these files and this wheel."""

    def __init__(self, said: Any, content: bytes) -> None:
        self._said, self._content = said, content

    def client(self, plugin: str, **options: Any) -> Any:
        """A client that reaches nothing else."""
        assert plugin == "console"
        return nullcontext(self)

    def get(self, url: str, headers: dict[str, str]) -> Answer:
        """The page of a plugin."""
        assert headers == {"Accept": "application/vnd.pypi.simple.v1+json"}
        return Answer(200, self._said) if url == f"{INDEX}/dihya-notes/" else Answer(404)

    def stream(self, method: str, url: str) -> Any:
        """A file."""
        assert url == "https://packages.example.org/files/dihya_notes-1.0-py3-none-any.whl"
        return nullcontext(Answer(200, content=self._content))


@pytest.fixture
def fetch(make_app: Any) -> Any:
    """Return a function that fetches from an index which answers with these files and this wheel."""

    def run(name: str = "notes", *, content: bytes = WHEEL, brought: Brought | None = None, said: Any = None) -> Any:
        @hookimpl
        def register_services(registry: Any) -> None:
            registry.register_value(Outgoing, Network({"files": [file("1.0")]} if said is None else said, content))

        network = SimpleNamespace(__name__="dihya_network", register_services=register_services)
        app = make_app("console", "i18n", plugins={"network": network})
        with app.act():
            return plugin_index.fetch(cast("Installing", brought or Brought()), name)

    return run


@pytest.mark.parametrize("name", ["notes", "dihya-notes"])
def test_the_wheel_of_a_name_is_fetched(fetch: Any, name: str) -> None:
    """The wheel of a name is fetched and is what the index said."""
    brought = Brought()
    assert fetch(name, brought=brought).id == sha256(WHEEL).hexdigest()
    assert brought.name == "dihya_notes-1.0-py3-none-any.whl" and not brought.forgotten


def test_another_wheel_than_the_index_said_is_not_kept(fetch: Any) -> None:
    """The message says so."""
    brought = Brought()
    with pytest.raises(Invalid, match="not what the index said"):
        fetch(content=b"another", brought=brought)
    assert brought.forgotten == sha256(b"another").hexdigest()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"name": "../evil"}, Invalid, "name is a word"),
        ({"name": "unknown"}, NotFound, "has no plugin unknown"),
        ({"said": {"files": []}}, NotFound, "no wheel of notes"),
        ({"said": {}}, DihyaError, "does not answer as PEP 691 says"),
        ({"brought": Brought("")}, Invalid, "names no index"),
    ],
)
def test_what_cannot_be_fetched_is_one_sentence(fetch: Any, given: dict[str, Any], error: Any, words: str) -> None:
    """Nothing is received."""
    with pytest.raises(error, match=words):
        fetch(**given)


def test_the_hosts_are_declared(make_app: Any) -> None:
    """By ``register_egress``, so that the outgoing client lets them through."""
    app = make_app("console", "plugins", config={"plugins": {"index": INDEX}})
    with app.act():
        declared = [host.host for plugin, host in app.hooks.collected("register_egress") if plugin == "console"]
    assert declared == ["packages.example.org"]
