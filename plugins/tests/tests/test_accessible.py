"""The column *accessible*, as far as it reads."""

import pytest
from dihya_tests.suite.columns import accessible


@pytest.mark.parametrize(
    ("sheet", "state"),
    [
        (".a { color: var(--ink); }", "passed"),
        ("/* color: #fff */ .a { gap: 1px; }", "passed"),
        (".a:focus { outline: none; }", "failed"),
        (".a { background: rgb(1 2 3); }", "failed"),
        (".a { color: #999; }", "failed"),
        (".a { transition: width 2s; }", "failed"),
        ("@media (prefers-reduced-motion: no-preference) { .a { transition: width 2s; } }", "passed"),
    ],
)
def test_sheets_leave_colours_and_motion_to_the_reader(sheet, state, written):
    """The tokens of the layout hold their contrast in light and dark."""
    assert accessible.styles(written(**{"static__a.css": sheet})).state == state
