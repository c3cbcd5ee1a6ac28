"""What a library does not find, it does without."""

from __future__ import annotations

import subprocess
import sys

import pytest
from dihya_logs.alone import without


def test_what_is_hidden_is_not_found_and_then_is(monkeypatch):
    """Only for what is imported meanwhile, and never for who has it already."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with without("colorsys", "json"):
        import json

        with pytest.raises(ImportError):
            import colorsys
    import colorsys

    assert colorsys.rgb_to_hsv and json.loads


def test_the_logs_bring_neither_rich_nor_pygments():
    """An application starts without what colours tracebacks, and who wants it later finds it."""
    code = (
        "import dihya_logs.pipeline, sys; print(*{'rich', 'pygments'} & sys.modules.keys()); import rich; "
        "import structlog; structlog.dev.ConsoleRenderer()"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""
