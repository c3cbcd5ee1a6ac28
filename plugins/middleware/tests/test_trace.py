"""W3C Trace Context."""

from __future__ import annotations

import re

import pytest
from dihya_middleware.trace import child_of

ID, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ACT = "01a219ae5d349454dee683140b0d3978"


def test_a_valid_trace_is_continued_under_a_place_of_its_own(web):
    """Same trace, same sampling, another span; it is told in the answer."""
    answer = web().client().get("/answers/short", headers={"traceparent": f"00-{ID}-{SPAN}-01"})
    trace, span, flags = answer.headers["traceparent"].split("-")[1:]
    assert trace == ID and span != SPAN and flags == "01"


@pytest.mark.parametrize(
    "parent",
    [
        "", "x", f"00-{ID}-{SPAN}", f"ff-{ID}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01", f"00-{ID}-{'0' * 16}-01",
        f"00-{ID.upper()}-{SPAN}-01", f"00-{ID}-{SPAN}-01-more", f"00-{ID}-{SPAN}-1", f"00-{ID}-{SPAN}-01\n", "é" * 55,
    ],
)  # fmt: skip
def test_what_is_not_valid_begins_a_new_trace(parent):
    """The rules of the recommendation, section 3.2."""
    assert child_of(parent, ACT) == f"00-{ACT}-{ACT[16:]}-00"


def test_a_new_trace_is_called_like_the_request(web):
    """One word finds the answer, the lines of the log and the trace, and the form is that of the recommendation."""
    answer = web().client().get("/answers/short")
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", answer.headers["traceparent"])
    assert answer.headers["X-Request-ID"] == answer.headers["traceparent"][3:35]


def test_a_later_version_is_read_as_far_as_it_is_known():
    """A future version may carry more fields; we answer in ours, with the flag that we know."""
    assert child_of(f"cc-{ID}-{SPAN}-09-what-the-future-brings", ACT).startswith(f"00-{ID}-")
    assert child_of(f"cc-{ID}-{SPAN}-09-x", ACT).endswith("-01")
