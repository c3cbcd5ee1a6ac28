"""Assets are found by name and by fingerprint, and nothing else is."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import dihya_static
import pytest
from dihya_static.service import Assets
from hypothesis import given, strategies


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plugin's package folder with a few assets and a secret beside them."""
    static = tmp_path / "static"
    (static / "deep").mkdir(parents=True)
    (static / "x.js").write_text("export const x = 1;\n" * 50)
    (static / "deep" / "y.css").write_text('a { background: url("../pic.svg#part") } b { src: url(data:abc) }')
    (static / "pic.svg").write_text("<svg/>")
    (static / ".hidden.js").write_text("no")
    (static / "NOTES.md").write_text("no")
    (tmp_path / "secret.js").write_text("no")
    (static / "link.js").symlink_to(tmp_path / "secret.js")
    return tmp_path


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets(lambda: {"demo": folder})


def test_a_fingerprint_is_the_beginning_of_the_digest(assets: Assets, folder: Path) -> None:
    """The name that is good for ever contains eight digits of the SHA-256 of the content."""
    digest = hashlib.sha256((folder / "static" / "x.js").read_bytes()).hexdigest()
    assert assets.demand("demo/x.js").fingerprinted == f"demo/x.{digest[:8]}.js"


def test_both_names_lead_to_the_file(assets: Assets) -> None:
    """A plain name and a fingerprinted name find the same asset, and only the second is for ever."""
    asset = assets.demand("demo/deep/y.css")
    assert assets.match("demo", "deep/y.css") == (asset, False)
    assert assets.match("demo", asset.fingerprinted.removeprefix("demo/")) == (asset, True)
    assert assets.match("demo", "deep/y.00000000.css") is None


@pytest.mark.parametrize(
    "name",
    ["../secret.js", "deep/../../secret.js", "/etc/passwd", "link.js", ".hidden.js", "NOTES.md", "deep", "", "deep//y.css",
     "..\\secret.js", "x.js\0", "a" * 5000 + ".js", "./x.js"],
)  # fmt: skip
def test_what_is_not_an_asset_is_not_found(assets: Assets, name: str) -> None:
    """Traversal, links out of the folder, hidden files and unknown endings find nothing."""
    assert assets.match("demo", name) is None


@given(name=strategies.text(max_size=40))
def test_no_name_is_an_error(name: str) -> None:
    """Whatever is asked for, the answer is an asset of the plugin or nothing."""
    package = Path(dihya_static.__file__).parent
    found = Assets(lambda: {"static": package}).match("static", name)
    assert found is None or found[0].name.startswith("static/")


def test_a_changed_file_has_another_name(assets: Assets, folder: Path) -> None:
    """After an edit the fingerprint changes without a restart."""
    before = assets.demand("demo/x.js").fingerprinted
    (folder / "static" / "x.js").write_text("export const x = 2;")
    assert assets.demand("demo/x.js").fingerprinted != before


def test_a_style_sheet_points_to_fingerprinted_files(assets: Assets) -> None:
    """A relative url() becomes immutable too, fragments and data: addresses stay."""
    picture = assets.demand("demo/pic.svg").fingerprinted.removeprefix("demo/")
    sheet = assets.demand("demo/deep/y.css").body.decode()
    assert f'url("../{picture}#part")' in sheet
    assert "url(data:abc)" in sheet


def test_a_missing_asset_is_named_with_a_suggestion(assets: Assets) -> None:
    """A misspelt name in a template says what was meant."""
    with pytest.raises(LookupError, match="no asset 'demo/xx.js'; did you mean 'demo/x.js'"):
        assets.demand("demo/xx.js")


def test_text_is_compressed_and_fonts_are_not() -> None:
    """Gzip is kept only where it helps, and gives the same bytes back."""
    package = Path(dihya_static.__file__).parent
    own = Assets(lambda: {"static": package})
    sheet = own.demand("static/dihya.css")
    assert sheet.zipped and len(sheet.zipped) < len(sheet.body) / 2
    assert gzip.decompress(sheet.zipped) == sheet.body
    assert own.demand("static/montserrat.woff2").zipped is None
