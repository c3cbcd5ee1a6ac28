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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "https://x.example/v1/chat/completions"}, "leave /chat/completions out"),
        ({"url": "https://x.example/v1 /a"}, "no blanks"),
        ({"api_key": "sk-é"}, "must be ASCII"),
        ({"api_key": "sk-a\nb"}, "must be ASCII"),
    ],
)
def test_what_is_pasted_wrongly_is_said(given, said):
    """A URL with its last part, a key with a line break or an accent: one sentence each, before anything is sent."""
    with pytest.raises(ValueError, match=said):
        Endpoint(**{"name": "xy", "url": "https://x.example/v1", "model": "m", **given})


def test_blanks_around_a_key_and_a_url_are_taken_off():
    """What a clipboard adds does no harm."""
    made = Endpoint(name="xy", url=" https://x.example/v1/ ", model="m", api_key="sk-a\n")
    assert (made.url, made.api_key.get_secret_value()) == ("https://x.example/v1", "sk-a")
