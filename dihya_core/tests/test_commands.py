"""The core's shortest commands, as an operator reads them."""

import re
from types import SimpleNamespace

from dihya_hookspecs import hookimpl


def test_plan_prints_the_order_and_why(make_app):
    """Each plugin has one line, which names those that it stands behind."""
    out = make_app("migrations").cli("plan").stdout
    assert out.index(" db\n") < out.index("migrations  after db")


def test_plan_names_the_hooks_that_are_called_in_another_order(make_app):
    """Who asked to be the first in a hook is seen before all who stand before it in the plan."""

    @hookimpl(tryfirst=True)
    def find_actor(request):
        """Nobody is known here."""

    late = SimpleNamespace(find_actor=find_actor)
    out = make_app("securite", plugins={"zz_late": late}).cli("plan").stdout
    (line,) = [line for line in out.splitlines() if line.startswith("find_actor: ")]
    assert line.index("zz_late") < line.index("securite") and line.endswith("(asked for by tryfirst or trylast)")


def test_setup_runs_each_step_and_says_what_it_did(app_with_toy):
    """Each step says what it did and how long that took."""
    assert re.search(r"door … painted \(\d+\.\d s\)", app_with_toy().cli("setup").stdout)
