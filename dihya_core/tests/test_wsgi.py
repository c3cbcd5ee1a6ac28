"""``dihya_core.wsgi:app`` is what any WSGI server is given."""

import subprocess
import sys


def test_it_is_built_at_import_from_the_named_configuration(tmp_path):
    """The import runs in a process of its own, since it is serving from then on."""
    (tmp_path / "dihya.toml").write_text('[plugins]\nenable = ["db"]\n')
    code = "from dihya_core.wsgi import app; print(app.runtime.serving, [i.name for i in app.runtime.active()])"
    environment = {"DIHYA_CONFIG": str(tmp_path / "dihya.toml"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path, check=True
    )
    assert done.stdout.strip() == "True ['db']"
