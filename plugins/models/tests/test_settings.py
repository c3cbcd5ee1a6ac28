"""What an operator may write."""

import pytest
from dihya_models.settings import Endpoint, Settings
from pydantic import ValidationError


def test_plain_http_only_nearby():
    """Plain http is for this machine and private networks."""
    for url in ("http://127.0.0.1:11434/v1", "http://localhost/v1", "http://ollama:11434/v1", "http://192.168.1.4/v1"):
        assert Endpoint(name="local", url=url, model="m").host
    with pytest.raises(ValidationError, match="write https"):
        Endpoint(name="far", url="http://api.example.com/v1", model="m")


@pytest.mark.parametrize("url", ["ftp://x/v1", "https://user:secret@x/v1", "https:///v1", "https://x/v1?key=1"])
def test_addresses(url):
    """An address that is no base URL is refused."""
    with pytest.raises(ValidationError):
        Endpoint(name="x1", url=url, model="m")


def test_names_differ():
    """Two providers of one name, or one called embedded, are refused."""
    one = {"name": "one", "url": "https://x/v1", "model": "m"}
    for given in ([one, one], [{**one, "name": "embedded"}]):
        with pytest.raises(ValidationError, match="names must differ"):
            Settings(providers=given)


def test_digest_needs_path():
    """A digest without a file is refused."""
    with pytest.raises(ValidationError, match="set both"):
        Settings(digest="0" * 64)
