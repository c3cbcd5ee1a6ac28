"""How long one generation takes, step by step, and what thirty ideas end in: a proven plugin or a clear refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
IDEAS = json.loads((ROOT / "tests" / "data" / "ideas.json").read_text("utf-8"))


def dihya(folder: str, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in an installation of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DIHYA_")}
    environment["DIHYA_MODELS_CACHE"] = os.environ.get("DIHYA_MODELS_CACHE", str(ROOT / ".venv" / "models"))
    code = "from dihya_core.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment,
        input=input,
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> int:
    """Print one row an idea; exit code 1 when one ended in neither."""
    bad = 0
    print("| idea | ended in | template | by | s |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        dihya(folder, "setup")
        for number, idea in enumerate(IDEAS):
            text = idea["text"] * idea.get("times", 1)
            out = Path(folder) / f"out{number}"
            start = perf_counter()
            done = dihya(
                folder,
                "generate",
                "--idea",
                "-",
                "--json",
                "--yes",
                "--out",
                str(out),
                *idea.get("options", []),
                input=text,
            )
            seconds = perf_counter() - start
            told = json.loads(done.stdout) if done.stdout.strip() else {}
            left = [path for path in out.rglob("*") if path.is_file()] if out.exists() else []
            if done.returncode == 0 and told.get("proof") and all(check["passed"] for check in told["proof"]):
                end = f"a proven plugin, {len(told['files'])} files, {len(told['proof'])} checks"
            elif (
                done.returncode in (1, 2)
                and "error:" in done.stderr.lower()
                and "Traceback" not in done.stderr
                and not left
            ):
                said = next(line for line in done.stderr.splitlines() if "error:" in line.lower())
                end = f"a refusal: {said.removeprefix('error: ')[:70]}"
            else:
                bad += 1
                end = f"**neither**: exit {done.returncode}, {done.stderr.strip()[-200:]!r}"
            shown = text[:40].replace("|", "¦").replace("\n", " ")
            print(
                f"| {shown} | {end} | {told.get('template', '')} | {told.get('tier', '')} | {seconds:.0f} |", flush=True
            )
    print(f"\n{len(IDEAS) - bad} of {len(IDEAS)} ended in a proven plugin or a clear refusal")
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
