"""A brand becomes settings; what nobody could read, or should not be sent, is refused."""

import pytest
from dihya_distributions.brand import Brand
from dihya_hookspecs import Invalid

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>'
BOTH = {"colour": "#7a1f5c", "colour_dark": "#e9a6d0"}


def test_a_brand_is_settings_of_the_pages(tmp_path):
    """Names, colours, words and logo are the console's; which languages are offered is their plugin's."""
    (tmp_path / "Sign.SVG").write_text(SVG)
    brand = Brand(name="Tafsut", logo="Sign.SVG", slogan={"en": "Spring"}, languages=["en"], **BOTH)
    brand.check(tmp_path)
    assert brand.settings("1.2") == {
        "console": {
            "name": "Tafsut", **BOTH, "slogan": {"en": "Spring"}, "logo": "{distribution}/logo.svg", "edition": "1.2",
        },
        "i18n": {"offered": ["en"]},
    }  # fmt: skip


def test_without_a_brand_nothing_is_said():
    """Everything stays as it is everywhere."""
    assert Brand().settings("1.2") == {}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({**BOTH, "colour": "#ffdd00"}, r"\[brand\] colour: colour '#ffdd00' has a contrast of 1.2 to 1"),
        ({**BOTH, "colour_dark": "#222222"}, r"\[brand\] colour_dark: .*lighter"),
        ({"colour": "#7a1f5c"}, "belong together"),
        ({"logo": "none.svg"}, r"\[brand\] logo: .*cannot be read"),
        ({"logo": "text.txt"}, r"\[brand\] logo: .*neither a PNG nor an SVG"),
    ],
)
def test_a_brand_that_harms_is_refused(tmp_path, values, said):
    """With the key that is at fault."""
    (tmp_path / "text.txt").write_text("hello")
    with pytest.raises(Invalid, match=said):
        Brand(**values).check(tmp_path)
