"""Which files a run sees."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from dihya_tests import view
from dihya_tests.view import View


def test_shows_python_and_its_packages_and_no_more_of_the_installation() -> None:
    """The library and the programs of the installation are shown, not the folder around them."""
    shown = View().everything_shown()
    assert f"{sys.prefix}/lib" in shown and f"{sys.prefix}/bin" in shown
    assert sys.prefix not in shown and sys.base_prefix not in set(shown) - {"/usr"}
    assert shown == sorted(shown)


def test_shows_sources_that_path_files_lead_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editable installation is seen; a line that runs code, and a folder that is not there, are not."""
    (tmp_path / "src").mkdir()
    (tmp_path / "a.pth").write_text(f"# note\nimport os\n{tmp_path / 'src'}\n{tmp_path / 'gone'}\n")
    monkeypatch.setattr(view.site, "getsitepackages", lambda: [str(tmp_path)])
    shown = View().everything_shown()
    assert str(tmp_path / "src") in shown and str(tmp_path / "gone") not in shown


def test_shows_the_environment_that_a_path_file_puts_around_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packages that come from another environment are seen with its programs, and nothing else of it."""
    packages = tmp_path / "outer/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    shown = View().everything_shown()
    assert {str(packages), str(tmp_path / "outer/bin")} <= set(shown) and str(tmp_path / "outer") not in shown


def test_files_that_are_hidden_are_tried(tmp_path: Path) -> None:
    """Files of the data folder are to be refused from inside, but for those that the run was given."""
    for path in (tmp_path / "keys" / "a.key", tmp_path / "work" / "proof-1" / "x"):
        path.parent.mkdir(parents=True)
        path.touch()
    tried = View(hide=(str(tmp_path),), copy=(str(tmp_path / "work" / "proof-1"),)).to_be_refused()
    assert tried == ["/etc/shadow", str(tmp_path / "keys" / "a.key")]
