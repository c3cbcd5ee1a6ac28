"""The order of the pass."""

from __future__ import annotations

from dihya_middleware.settings import Settings
from dihya_middleware.steps import steps


def test_the_edge_comes_first_and_compression_stands_around_the_view(tmp_path):
    """Headers first, so that refusals have them; who calls too often leaves before the body is looked at."""
    assert [(one.name, one.stage) for one in steps(Settings(), tmp_path)] == [
        ("headers", "edge"), ("nonce", "edge"), ("trace", "edge"), ("proxies", "edge"), ("hosts", "edge"), ("rates", "edge"),
        ("limits", "edge"), ("rates of people", "content"), ("compression", "content"),
    ]  # fmt: skip
    assert "compression" not in [one.name for one in steps(Settings(gzip_level=0), tmp_path)]
