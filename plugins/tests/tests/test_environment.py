"""The fresh environment: the project is installed from its wheel, libraries are in reach, secrets are not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_tests import environment


@pytest.fixture
def create(petit, folder, tmp_path: Path):
    """Makes an environment for the small plugin, with more files."""

    def make(given: dict[str, str] | None = None, **files: str) -> environment.Environment:
        root = tmp_path / "root"
        root.mkdir()
        return environment.create(root, folder(petit | files), "petit", given or {})

    return make


def test_installs_the_project_and_nothing_of_its_secrets(create) -> None:
    """The package comes from the new site-packages, its metadata is found, and no variable of ours is passed on."""
    made = create({"DIHYA_SECRET": "x", "LANG": "C.UTF-8"})
    code = (
        "import dihya_petit, sqlalchemy, importlib.metadata as m; print(dihya_petit.__file__, m.version('dihya-petit'))"
    )
    done = subprocess.run([str(made.python), "-c", code], env=made.env, capture_output=True, text=True)
    assert done.stdout.split() == [str(made.packages / "dihya_petit" / "__init__.py"), "0.1.0"], done.stderr
    assert "DIHYA_SECRET" not in made.env and made.env["LANG"] == "C.UTF-8"


def test_guards_every_process(create) -> None:
    """Any Python started in the environment refuses the network."""
    made = create()
    code = "import socket; socket.getaddrinfo('example.org', 80)"
    done = subprocess.run([str(made.python), "-c", code], env=made.env, capture_output=True, text=True)
    assert "a proof runs without network" in done.stderr


def test_the_command_is_there_too(create) -> None:
    """Tests start servers with it; it runs the interpreter of the environment, guard and all."""
    made = create()
    done = subprocess.run([made.python.with_name("dihya"), "--version"], env=made.env, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.strip(), done.stderr
    assert str(made.python) in made.python.with_name("dihya").read_text("utf-8")


def test_another_user_may_read_it(create) -> None:
    """The user of the sandbox reads the environment although this process keeps its files to itself."""
    before = os.umask(0o077)
    try:
        made = create()
    finally:
        os.umask(before)
    assert (made.packages / "dihya_petit" / "__init__.py").stat().st_mode & 0o777 == 0o644
    assert made.packages.stat().st_mode & 0o777 == 0o755


def test_refuses_a_wheel_that_stands_before_the_kit(create, petit) -> None:
    """A wheel that brings a package of another name is not installed: it would replace what judges it."""
    backend = 'build-backend = "uv_build"'
    more = f'{backend}\n[tool.uv.build-backend]\nmodule-name = ["dihya_petit", "pytest"]'
    project = petit["pyproject.toml"].replace(backend, more)
    with pytest.raises(Invalid, match="brings pytest beside its package"):
        create(**{"src/pytest/__init__.py": "", "pyproject.toml": project})
