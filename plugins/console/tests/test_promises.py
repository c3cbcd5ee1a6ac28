"""The front page says nothing that the plugins at hand do not keep."""

from __future__ import annotations

from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
BUILDS, TRACES, RESPECTS = (
    "Describe what you need in one sentence",
    "Each change leaves a trace",
    "Export and erasure follow",
)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ()), (("audit",), (TRACES,)), (("rgpd",), (RESPECTS,)), (("templates",), ()), (("templates", "tests"), (BUILDS,)),
        (("audit", "rgpd", "templates", "tests"), (BUILDS, TRACES, RESPECTS)),
    ],
    ids=["none", "audit", "rgpd", "templates", "proof", "all"],
)  # fmt: skip
def test_the_front_page_promises_what_is_kept(make_app: Any, names: tuple[str, ...], said: tuple[str, ...]) -> None:
    """Without an audit log nobody reads that changes leave a trace, and so for people's data and for generating."""
    page = make_app("console", *names).client().get("/", headers=HTML).text
    assert [sentence for sentence in (BUILDS, TRACES, RESPECTS) if sentence in page] == list(said)
    assert ("An application on your own machine" in page) == (BUILDS not in said)
