"""A proxy that nobody told us of."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_middleware import strangers


def test_nothing_was_seen(web):
    """The check says so."""
    with web().act("test"):
        assert strangers.probe() == "no untrusted proxy was seen"


def test_it_is_forgotten_once_it_is_trusted(web):
    """The operator added it to the settings."""
    app = web(trusted_proxies=["10.0.0.0/8"])
    strangers.remembering(app.data)("10.0.0.7")
    with app.act("test"):
        assert strangers.probe() == "the proxy at 10.0.0.7 is trusted"
        assert strangers.probe() == "no untrusted proxy was seen"


def test_a_folder_that_cannot_be_written_fails_nothing(tmp_path):
    """The log has said it already."""
    (tmp_path / "file").write_text("")
    strangers.remembering(tmp_path / "file")("10.0.0.7")


def test_a_proxy_that_is_not_trusted_fails_the_check(web):
    """With its address and what to set."""
    app = web()
    strangers.remembering(app.data)("10.0.0.7")
    with app.act("test"), pytest.raises(DihyaError, match=r"middleware\.trusted_proxies"):
        strangers.probe()
