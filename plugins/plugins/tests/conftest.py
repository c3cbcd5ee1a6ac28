"""The folder of a plugin that comes in."""

from __future__ import annotations

import pytest

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
