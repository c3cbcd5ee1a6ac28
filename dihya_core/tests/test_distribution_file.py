"""Where the file of a distribution lies."""

import subprocess
import sys
from pathlib import Path

from dihya_core.settings.distribution_file import place


def test_it_lies_in_the_environment_that_runs(monkeypatch, tmp_path):
    """Two environments of one machine are two applications."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert place().relative_to(tmp_path) == Path("share/dihya/distribution.toml")


def test_looking_for_it_imports_neither_the_contract_nor_what_checks_settings():
    """``dihya --version`` costs nothing where there is no distribution."""
    code = "import sys\nfrom dihya_core.cli.main import main\ntry: main(['--version'])\nexcept SystemExit: pass\n"
    code += "print([name for name in ('dihya_hookspecs', 'pluggy', 'pydantic', 'flask') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
