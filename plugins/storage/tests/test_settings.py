"""Settings of the blob store."""

from __future__ import annotations

import pytest
from dihya_storage.settings import Settings
from pydantic import ValidationError


@pytest.mark.parametrize("url", ["file:///srv/my%20blobs", "/srv/my blobs"])
def test_a_folder_can_be_written_as_path_or_url(url):
    """Both ways to write a folder lead to the same path."""
    assert Settings(url=url).url == "/srv/my blobs"


@pytest.mark.parametrize("url", ["s3://bucket/x", "https://example.org", "relative/folder"])
def test_what_is_no_folder_of_this_machine_is_refused(url):
    """Other schemes and relative paths are refused."""
    with pytest.raises(ValidationError):
        Settings(url=url)


def test_the_configured_folder_is_used(make_app, tmp_path):
    """Files go where storage.url says."""
    from dihya_hookspecs.storage import Blobs

    app = make_app("storage", config={"storage": {"url": str(tmp_path / "elsewhere")}})
    with app.act() as act:
        blob = act.get(Blobs).put(b"x", media_type="text/plain", filename="a", purpose="test")
    assert (tmp_path / "elsewhere" / blob.digest[:2] / blob.digest).read_bytes() == b"x"
