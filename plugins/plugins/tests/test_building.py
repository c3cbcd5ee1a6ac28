"""From the folder of a plugin to a wheel, without running anything of the folder."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_plugins.building import check_build, check_links, tail

GOOD = '[project]\nname = "dihya-notes"\n[build-system]\nbuild-backend = "uv_build"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no pyproject.toml in"),
        ("a = ", "cannot be read"),
        ("[project]\n", r"has no \[project\] with a name"),
        (GOOD.replace("uv_build", "setuptools.build_meta"), "is not built by uv_build"),
        (GOOD + 'backend-path = ["."]\n', "is not built by uv_build"),
    ],
)
def test_a_folder_that_would_run_code_of_its_own_is_refused(tmp_path, text, words):
    """The sentence says what is wrong, and with which file."""
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(Invalid, match=words):
        check_build(tmp_path, tmp_path)


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    """Editors on Windows write one."""
    (tmp_path / "pyproject.toml").write_text(GOOD, "utf-8-sig")
    check_build(tmp_path, tmp_path)


def test_a_link_is_refused_wherever_it_lies(tmp_path):
    """It could lead out of the folder."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "secret").symlink_to("/etc/passwd")
    with pytest.raises(Invalid, match="'src/secret' is a link"):
        check_links(tmp_path)


def test_only_the_last_lines_of_a_failure_are_told():
    """Twelve, indented."""
    assert tail("\n".join(map(str, range(20)))).splitlines() == [f"  {number}" for number in range(8, 20)]
