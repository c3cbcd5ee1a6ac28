"""The plan says what goes in, why, and what is locked."""

from dihya_distributions import build, plan


def test_each_package_and_each_setting_has_its_reason(shelf):
    """A person reads where it comes from, who asked for it, and who may change it."""
    shelf.add("dihya-club", "1.0", "tool>=2")
    shelf.add("tool", "2.0", licence="")
    manifest = shelf.manifest(
        '[plugins]\nclub = "*"\n[settings.club]\nrooms = 3\nname = "a"\n', 'locked = ["club.rooms"]\n'
    )
    said = "\n".join(plan.lines(manifest, build.plan(manifest)))
    assert "dihya-club 1.0  named in the manifest" in said and "tool 2.0        required by dihya-club" in said
    assert "club.rooms = 3  (locked)" in said and 'club.name = "a"  (default, the operator may say another one)' in said
    assert "licences: 1 kinds; not said by tool" in said
