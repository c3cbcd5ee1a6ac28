"""What people call the browser in which they are signed in."""

from __future__ import annotations

import pytest
from dihya_securite.browsers import family

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox, Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge, Windows",
    "Mozilla/5.0 (Linux; Android 15; Pixel) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36": "Chrome, Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15": "Safari, macOS",
    "curl/8.5.0": "curl",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("agent", AGENTS)
def test_a_browser_is_told_by_its_family_and_system_alone(agent):
    """No version and no model of a telephone, which would single somebody out."""
    assert family(agent) == AGENTS[agent]
