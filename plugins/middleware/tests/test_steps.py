"""The order of the pass."""

from __future__ import annotations

from dihya_middleware.settings import Settings
from dihya_middleware.steps import steps


def test_the_edge_comes_first_and_compression_stands_around_the_view():
    """Headers first, so that refusals have them; compression only where it is switched on."""
    assert [(one.name, one.stage) for one in steps(Settings())] == [
        ("headers", "edge"), ("trace", "edge"), ("proxies", "edge"), ("limits", "edge"), ("compression", "content"),
    ]  # fmt: skip
    assert "compression" not in [one.name for one in steps(Settings(gzip_level=0))]
