"""docs/access.md is run: its plugin, and what it says of it; the French page has the same code."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = BLOCK.findall((DOCS / "access.md").read_text("utf-8"))


def test_members_see_their_own_loans_as_the_page_says(tmp_path):
    """The tests on the page pass with the plugin on the page."""
    for name, content in PAGE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    paths = os.pathsep.join(filter(None, ("src", os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "3 passed" in done.stdout, done.stdout[-3000:] + done.stderr[-1000:]


def test_the_page_in_french_has_the_same_plugin():
    """Whoever reads French builds the same."""
    assert BLOCK.findall((DOCS / "access.fr.md").read_text("utf-8")) == PAGE
