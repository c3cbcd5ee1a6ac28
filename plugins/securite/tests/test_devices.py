"""Browsers that are known again."""

from __future__ import annotations

import pytest
from dihya_keys.service import FileKeys
from dihya_securite import devices
from dihya_securite.secret import Secret


def test_a_browser_is_known_for_who_signed_in_with_it(tmp_path):
    """The cookie fits one address, in whatever letters, and one installation."""
    secret, other = Secret(FileKeys(tmp_path / "a")), Secret(FileKeys(tmp_path / "b"))
    cookie = devices.make(secret, "tin@example.org")
    assert devices.known(secret, cookie, " Tin@Example.org") == cookie.partition(".")[0]
    assert devices.known(secret, cookie, "other@example.org") == devices.known(other, cookie, "tin@example.org") == ""


@pytest.mark.parametrize("cookie", ["", ".", "x", "x.y", "é.é", "x" * 5000, "\ud800.\ud800"])
def test_what_is_no_cookie_of_ours_makes_nothing_known(tmp_path, cookie):
    """Anything else is an unknown browser."""
    assert devices.known(Secret(FileKeys(tmp_path)), cookie, "tin@example.org") == ""
