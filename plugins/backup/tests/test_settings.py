"""The settings of backups."""

from __future__ import annotations

from dihya_backup.settings import Settings


def test_a_key_can_come_from_a_file(make_app, key, tmp_path, monkeypatch):
    """DIHYA_BACKUP_KEY_FILE names the file that holds the key, and the value is masked."""
    from dihya_core.settings.configuration import validated
    from dihya_core.settings.reading import read

    monkeypatch.setenv("DIHYA_BACKUP_KEY_FILE", str(tmp_path / "key"))
    settings = validated(Settings, "backup", read(None, ["backup"]))
    assert settings is not None and "AGE-SECRET-KEY-" in settings.key.get_secret_value()
    assert "AGE" not in repr(settings)
