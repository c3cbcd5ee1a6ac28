"""The distribution as a wheel: pip installs it, and the core finds what it says."""

import subprocess
import sys
import tomllib

from dihya_core.settings.distributed import installed
from dihya_distributions import metapackage
from dihya_distributions.packages import Package

BRAND = '[plugins]\nclub = "*"\n[settings.club]\nrooms = 3\n[brand]\nname = "Tafsut"\nlogo = "logo.svg"\n'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>'


def written(shelf, tmp_path):
    (tmp_path / "logo.svg").write_text(SVG)
    manifest = shelf.manifest(BRAND, 'locked = ["club.rooms"]\n')
    packages = [Package(shelf.add("dihya-club", "1.1")), Package(shelf.add("tool", "2.0"))]
    return metapackage.write(manifest, packages, tmp_path)


def test_it_requires_exactly_the_plugins_that_went_in(shelf, tmp_path):
    """In the versions that were tried; libraries follow from them and from the digests."""
    wheel = written(shelf, tmp_path)
    assert (wheel.name, wheel.version) == ("suite", "1.2")
    assert [str(need) for need in wheel.requires] == ["dihya-club==1.1"]


def test_the_same_manifest_is_the_same_bytes(shelf, tmp_path):
    """Whenever it is written."""
    assert written(shelf, tmp_path).wheel.read_bytes() == written(shelf, tmp_path).wheel.read_bytes()


def test_installed_it_is_found_by_the_core(shelf, tmp_path):
    """Settings and locks lie where the core looks, the logo beside them, and each file is known to pip."""
    wheel, target = written(shelf, tmp_path), tmp_path / "environment"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--prefix",
        target,
        wheel.wheel,
    ]
    subprocess.run(pip, check=True, capture_output=True)
    place = target / "share" / "dihya"
    found = installed(place / "distribution.toml")
    assert (found.label, found.locked) == ("suite 1.2", ("club.rooms",))
    assert found.sections["console"]["logo"] == f"{place}/logo.svg"
    assert (place / "logo.svg").read_text() == SVG
    assert tomllib.loads((place / "distribution.toml").read_text())["settings"]["club"] == {"rooms": 3}
