"""``dihya config``, as an operator reads it."""

import json

import pytest


def test_config_show_masks_secrets(app_with_toy):
    """And says where each value comes from."""
    out = app_with_toy(config={"toy": {"key": "s3cret"}}).cli("config", "show").stdout
    assert 'colour = "green"  # default' in out
    assert "key = ••••••  # given in memory" in out
    assert "s3cret" not in out


def test_config_explain_says_all_about_one_key(app_with_toy):
    """Meaning, value, source, default, type, variable."""
    out = app_with_toy().cli("config", "explain", "toy.colour").stdout
    for word in ("The colour of the door.", '"green"', "default", "DIHYA_TOY_COLOUR"):
        assert word in out


@pytest.mark.parametrize(
    ("key", "words"), [("toi.colour", "did you mean 'toy'?"), ("toy.color", "did you mean 'colour'?")]
)
def test_config_explain_suggests(app_with_toy, key, words):
    """For section and key."""
    assert words in app_with_toy().cli("config", "explain", key).stderr


def test_config_schema_describes_every_section(app_with_toy):
    """As JSON Schema 2020-12 that refuses unknown sections."""
    from jsonschema import Draft202012Validator

    document = json.loads(app_with_toy().cli("config", "schema").stdout)
    Draft202012Validator.check_schema(document)
    assert {"dihya", "plugins", "toy", "db"} <= document["properties"].keys()
    assert not Draft202012Validator(document).is_valid({"tov": {}})
