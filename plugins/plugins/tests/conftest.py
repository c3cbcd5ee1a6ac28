"""The folder of a plugin that comes in."""

from __future__ import annotations

import json
import sys

import pytest
from dihya_plugins import parts
from dihya_plugins.statics import Sources
from dihya_tests.packing import laid_out, packed

ARRIVING = """[project]
name = "dihya-{name}"
version = "1.2"
dependencies = ["dihya-hookspecs>=2,<3", {needs}"packaging"]
[project.entry-points."dihya.plugins"]
{name} = "dihya_{name}"
[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""


@pytest.fixture(autouse=True)
def writable(monkeypatch):
    """Whether packages can come into this environment is asked by one test; the others hold in any."""
    monkeypatch.setattr("dihya_plugins.standing.check_writable", lambda place: None)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes the folder of a plugin, which leaves a file ``ran`` if it is ever imported."""

    def write(name, needs=True):
        package = tmp_path / name / "src" / f"dihya_{name}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f'"""It runs."""\nopen({str(tmp_path / "ran")!r}, "w")\n')
        (package / "models.py").write_text('"""Tables."""\n')
        (tmp_path / name / "pyproject.toml").write_text(
            ARRIVING.format(name=name, needs='"nowhere-to-be-found>=4", ' if needs else "")
        )
        return tmp_path / name

    return write


@pytest.fixture
def editable():
    """Return a function that makes the plugin ``club`` of a folder one that runs from its author's folder."""

    def make(site):
        said = {"url": "file:///x", "dir_info": {"editable": True}}
        (site / "dihya_club-1.0.dist-info" / "direct_url.json").write_text(json.dumps(said))

    return make


@pytest.fixture
def placed(tmp_path, monkeypatch):
    """Return a function that installs a plugin from a wheel into a folder on the path, and returns that folder."""

    def place(name, files=None, **said):
        site = laid_out(packed(tmp_path / "wheels", name, files, **said), tmp_path / "site")
        monkeypatch.syspath_prepend(site)
        return site

    yield place
    for module in [
        module for module in sys.modules if str(getattr(sys.modules[module], "__file__", "")).startswith(str(tmp_path))
    ]:
        del sys.modules[module]


@pytest.fixture
def read():
    """Return a function that reads a plugin ``club`` from its files: kind → name → facts, and what is undecided."""

    def reading(**files):
        texts = {
            ("__init__.py" if name == "face" else f"{name}.py"): text for name, text in {"face": "", **files}.items()
        }
        found, undecided = parts.read(Sources("dihya_club", texts), "club")
        named = {}
        for part in found:
            named.setdefault(part.kind, {})[part.name] = dict(part.facts)
        return named, [(one.what, one.place) for one in undecided]

    return reading
