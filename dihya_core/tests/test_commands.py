"""The core's shortest commands, as an operator reads them."""

import re


def test_plan_prints_the_order_and_why(make_app):
    """One line a plugin."""
    out = make_app("migrations").cli("plan").stdout
    assert out.index(" db\n") < out.index("migrations  after db")


def test_setup_runs_each_step_and_says_what_it_did(app_with_toy):
    """With a time."""
    assert re.search(r"door … painted \(\d+\.\d s\)", app_with_toy().cli("setup").stdout)
