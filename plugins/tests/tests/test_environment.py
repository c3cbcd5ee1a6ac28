"""The fresh environment: the project is installed from its wheel, libraries are in reach, secrets are not."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dihya_tests import environment


def test_installs_the_project_and_nothing_of_its_secrets(petit, folder, tmp_path: Path) -> None:
    """The package comes from the new site-packages, its metadata is found, and no variable of ours is passed on."""
    root = tmp_path / "root"
    root.mkdir()
    made = environment.create(root, folder(petit), {"DIHYA_SECRET": "x", "LANG": "C.UTF-8"})
    code = (
        "import dihya_petit, sqlalchemy, importlib.metadata as m; print(dihya_petit.__file__, m.version('dihya-petit'))"
    )
    done = subprocess.run([str(made.python), "-c", code], env=made.env, capture_output=True, text=True)
    assert done.stdout.split() == [str(made.packages / "dihya_petit" / "__init__.py"), "0.1.0"], done.stderr
    assert "DIHYA_SECRET" not in made.env and made.env["LANG"] == "C.UTF-8"
    assert made.env["HOME"].startswith(str(root))


def test_guards_every_process(petit, folder, tmp_path: Path) -> None:
    """Any Python started in the environment refuses the network."""
    root = tmp_path / "root"
    root.mkdir()
    made = environment.create(root, folder(petit), {})
    code = "import socket; socket.getaddrinfo('example.org', 80)"
    done = subprocess.run([str(made.python), "-c", code], env=made.env, capture_output=True, text=True)
    assert "a proof runs without network" in done.stderr
