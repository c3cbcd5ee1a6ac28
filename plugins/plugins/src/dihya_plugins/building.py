"""From the folder of a plugin to a wheel, without running anything of the folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import mark

from .sentences import Sentence, refused


def check_links(folder: Path) -> None:
    """Raise Invalid for a folder that leads out of itself."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise refused(
                mark("%(file)r is a link; a plugin holds plain files only"), file=path.relative_to(folder).as_posix()
            )


def check_build(folder: Path, source: Path) -> None:
    """Raise Invalid unless building runs nothing of the folder."""
    path = folder / "pyproject.toml"
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise refused(
            mark("no pyproject.toml in %(folder)r; give the folder of a plugin, such as dihya-association"),
            folder=str(source),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refused(
            mark("%(file)r cannot be read: %(why)s"), file=str(source / "pyproject.toml"), why=str(error)
        ) from error
    project, system = content.get("project"), content.get("build-system")
    if not isinstance(project, dict) or not isinstance(project.get("name"), str):
        raise refused(mark("%(file)r has no [project] with a name"), file=str(source / "pyproject.toml"))
    if not isinstance(system, dict) or system.get("build-backend") != "uv_build" or "backend-path" in system:
        raise refused(
            mark(
                "%(name)r is not built by uv_build, so its own code would run while it is built; write "
                'build-backend = "uv_build" below [build-system], without backend-path, or give a wheel'
            ),
            name=project["name"],
        )


def built(folder: Path, out: Path) -> Path:
    """Return the wheel of a folder, built without a network by a backend that runs none of its code."""
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():  # builds uv_build projects inside its own process
        command = [str(uv), "build", "--quiet", "--wheel", "--offline", "--no-config", "--python", sys.executable]
        command += ["--out-dir", str(out), str(folder)]
    else:
        command = [sys.executable, "-P", "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
        command += ["--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", str(out), str(folder)]
    path = os.pathsep.join([str(uv.parent), os.environ.get("PATH", os.defpath)])  # uv_build looks for its program there
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder.parent, env=environment, capture_output=True, text=True, check=False)
    wheels = list(out.glob("*.whl")) if out.is_dir() else []
    if done.returncode or len(wheels) != 1:
        output, what = tail(done.stderr or done.stdout), mark("the plugin could not be built:\n%(output)s")
        if uv.exists():
            raise refused(what, DihyaError, output=output)
        advice = mark("%(failed)s\n  building needs uv, or pip and uv_build, in this environment: pip install uv")
        raise refused(advice, DihyaError, failed=Sentence(what, {"output": output}))
    return wheels[0]


def tail(text: str, lines: int = 12) -> str:
    """Return the last lines of what a process said, indented."""
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:])
