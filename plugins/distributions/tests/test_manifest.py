"""A manifest that cannot be built says so in one sentence, before anything is fetched."""

import pytest
from dihya_distributions.manifest import Manifest
from dihya_hookspecs import Invalid

HEAD = '[distribution]\nname = "suite"\nversion = "1.2"\n'


def read(tmp_path, text):
    (tmp_path / "distribution.toml").write_text(text)
    return Manifest.read(tmp_path / "distribution.toml")


def test_a_range_a_star_and_a_path_are_sources(tmp_path):
    """A plugin comes from an index, in any version or a range of them, or from where it lies."""
    (tmp_path / "here").mkdir()
    found = read(tmp_path, HEAD + '[plugins]\none = "*"\ntwo = ">=1,<2"\nthree = { path = "here" }\n')
    assert [(one.version, one.path) for one in found.plugins.values()] == [("", ""), (">=1,<2", ""), ("", "here")]
    assert found.label == "suite-1.2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "distribution.toml cannot be read: "),
        (HEAD, r"distribution.toml: \[plugins\] is missing; write it"),
        (HEAD + "[plugins]\n", r"\[plugins\]: Dictionary should have at least 1 item"),
        (HEAD.replace("suite", "dihya-suite") + '[plugins]\na1 = "*"', r"\[distribution\] name: 'dihya-suite' is the name of a package of plugins"),
        (HEAD.replace("1.2", "one") + '[plugins]\na1 = "*"', "'one' is no version; write one like '1.2'"),
        (HEAD + 'colour = "red"\n[plugins]\na1 = "*"', r"\[distribution\] colour is no key of a distribution; take it out"),
        (HEAD + '[plugins]\na1 = "newest"', "'newest' is no range of versions; write one like"),
        (HEAD + '[plugins]\na1 = { path = "x", version = "1" }', "is no range|a path has the version that lies there"),
        (HEAD + '[plugins]\na1 = { path = "nowhere" }', "plugin 'a1' shall come from 'nowhere', which is not there"),
        (HEAD + 'constraints = "pins.txt"\n[plugins]\na1 = "*"', "there is no 'pins.txt' beside it"),
        (HEAD + 'locked = ["a1.nme"]\n[plugins]\na1 = "*"\n[settings.a1]\nname = 1', r"locked names 'a1.nme', about which \[settings\] says nothing; did you mean 'a1.name'\?"),
        (HEAD + '[plugins]\na1 = "*"\n[brand]\nname = "A"\n[settings.console]\nname = "B"', r"\[settings.console\] name is said by \[brand\] already"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_in_one_sentence(tmp_path, text, said):
    """The sentence names the file and the key, and says what to write."""
    with pytest.raises(Invalid, match=said) as caught:
        read(tmp_path, text)
    assert "\n" not in caught.value.message


def test_what_the_brand_says_can_be_locked(tmp_path):
    """The brand is made of settings, which may be nobody else's."""
    text = HEAD + 'locked = ["console.name"]\n[plugins]\na1 = "*"\n[brand]\nname = "Tafsut"\n'
    assert read(tmp_path, text).all_settings() == {"console": {"name": "Tafsut", "edition": "1.2"}}
