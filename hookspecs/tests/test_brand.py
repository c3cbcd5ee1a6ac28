"""A colour that cannot be read and a logo that does something are refused, each in one sentence."""

import re
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.brand import GROUNDS, INKS, READABLE, Logo, check_colour, contrast, palette

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


def test_contrast_is_what_the_standard_says():
    """Black on white is 21 to 1, a colour on itself 1, and #767676 on white is the grey that just can be read."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#7a1f5c", "#7a1f5c") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("colour", "scheme"), [("#7a1f5c", "light"), ("#04724d", "light"), ("#e9a6d0", "dark"), ("#3ccf9c", "dark")])  # fmt: skip
def test_all_that_follows_from_a_colour_can_be_read(colour, scheme):
    """Links stand on each ground and on their own soft ground, words stand on buttons, with the contrast that text needs."""
    found = palette(colour.upper(), scheme)
    pairs = [("accent", ground) for ground in (*GROUNDS[scheme], found["accent-soft"])]
    pairs += [("accent-strong", found["accent-soft"]), ("on-fill", found["fill"]), ("on-fill", found["fill-hover"])]
    assert {
        pair: contrast(found[pair[0]], pair[1]) for pair in pairs if contrast(found[pair[0]], pair[1]) < READABLE
    } == {}
    assert found["on-fill"] in INKS


@pytest.mark.parametrize(
    ("colour", "scheme", "said"),
    [
        ("#ffdd00", "light", "contrast of 1.2 to 1 with the light pages .* take a darker one"),
        ("#222222", "dark", "with the dark pages .* take a lighter one"),
        ("green", "light", "'green' is no colour; write red, green and blue in hex"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused(colour, scheme, said):
    """With the contrast that it has, the one that it needs, and what to take."""
    with pytest.raises(Invalid, match=said):
        check_colour(colour, scheme)


def test_the_grounds_are_those_of_the_pages():
    """What is checked against is what the design system paints."""
    css = Path(__file__).parents[2] / "plugins/static/src/dihya_static/static/dihya.css"
    painted = dict(re.findall(r"--(ground|surface|sunken): light-dark\((#\w+, #\w+)\)", css.read_text("utf-8")))
    pairs = [painted[name].split(", ") for name in ("ground", "surface", "sunken")]
    assert tuple(zip(*pairs, strict=True)) == (GROUNDS["light"], GROUNDS["dark"])


@pytest.mark.parametrize(
    ("body", "media_type"), [(SVG.encode(), "image/svg+xml"), (b"\x89PNG\r\n\x1a\n rest", "image/png")]
)
def test_a_logo_is_a_picture(tmp_path, body, media_type):
    """An SVG of shapes and a PNG are taken as they are."""
    (tmp_path / "logo").write_bytes(body)
    assert Logo.read(tmp_path / "logo") == Logo(body, media_type)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SVG.replace("<path", "<script>1</script><path"), "holds '<script'"),
        (SVG.replace("<path", '<path onclick="x()"'), "holds 'onclick='"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "holds '<!DOCTYPE'"),
        (SVG.replace("<path", '<image href="https://example.org/a.png"/><path'), "outside of itself"),
        (SVG.replace('viewBox="0 0 8 8"', ""), "viewBox"),
        (SVG.replace("</svg>", ""), "neither a PNG nor an SVG"),
        ("GIF89a", "neither a PNG nor an SVG"),
        (SVG + " " * 100_000, "100000 at most"),
    ],
)
def test_a_logo_that_does_something_is_refused(tmp_path, text, said):
    """Scripts, entities, addresses of others, other formats and large files."""
    (tmp_path / "logo.svg").write_text(text)
    with pytest.raises(Invalid, match=said):
        Logo.read(tmp_path / "logo.svg")


def test_a_logo_that_is_not_there_is_named(tmp_path):
    """The sentence says which file, and why it cannot be read."""
    with pytest.raises(Invalid, match="none.svg' cannot be read: No such file"):
        Logo.read(tmp_path / "none.svg")
