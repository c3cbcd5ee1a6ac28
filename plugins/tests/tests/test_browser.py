"""A Chromium over a pipe: what is no browser, and what a sandbox has to show. ``tests/test_painting.py`` starts a real one."""

import pytest
from dihya_tests.suite.browser import Browser, BrowserError, shown


@pytest.mark.parametrize(
    ("path", "sentence"), [("/bin/true", "the browser ended"), ("/no/such/browser", "the browser ended")]
)
def test_a_program_that_is_no_browser_is_an_error(path, sentence):
    """It ends, and says nothing."""
    with pytest.raises(BrowserError, match=sentence), Browser(path):
        pass


def test_its_own_folder_is_shown_to_a_sandbox(tmp_path):
    """Also where the program is a link to another place."""
    (tmp_path / "opt").mkdir()
    (tmp_path / "opt" / "chrome").touch()
    (tmp_path / "chrome").symlink_to(tmp_path / "opt" / "chrome")
    assert shown(str(tmp_path / "chrome"))[0] == str(tmp_path / "opt")
