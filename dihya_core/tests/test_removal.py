"""What may be taken out, and what not; tests/test_installing.py takes plugins out in earnest."""

import pytest
from dihya_core.install.removal import purge, uninstall
from dihya_hookspecs import DihyaError


@pytest.mark.parametrize("take_out", [uninstall, purge])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "no plugin 'nothing' is installed"),
        ("db", "cannot be switched off here: without it there is no database"),
    ],
)
def test_what_everything_stands_on_is_not_taken_out(make_app, take_out, name, words):
    """Nor what is not there."""
    with pytest.raises(DihyaError, match=words):
        app = make_app("migrations", "audit")
        take_out(name, app.hooks, app.flask.acts)
