"""The column *security*, as far as it reads; what it runs is tried on the mutants."""

import pytest
from dihya_tests.suite.columns import security


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess", "from os import system", "import os\nos.system('x')", "eval('1')", "exec('1')", "compile('1', '', 'eval')",
        "import pickle", "import multiprocessing.pool", "from xml.etree import ElementTree",
    ],
)  # fmt: skip
def test_processes_and_built_code_are_seen(code, written):
    """By module, by name, and by what runs what it reads."""
    assert security.processes(written(service=code)).state == "failed"


@pytest.mark.parametrize(
    "code", ["import re\nre.compile('x')", "from .subprocess import x", "import os\nos.path.join('a')"]
)
def test_harmless_names_pass(code, written):
    """They bear the name of what is closed, and are something else."""
    assert security.processes(written(service=code)).state == "passed"


@pytest.mark.parametrize("module", ["httpx", "urllib.request", "socket", "smtplib"])
def test_who_can_talk_says_to_whom(module, written):
    """A file egress.py or the hook says it."""
    code = f"import {module}"
    assert security.egress(written(service=code)).state == "failed"
    assert security.egress(written(service=code, egress="HOSTS = ()")).state == "passed"
    assert security.egress(written(service=code, __init__="def register_egress():\n    return ()")).state == "passed"
    assert security.egress(written(service="import json")).state == "passed"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("session.execute(text(f'SELECT {name}'))", "failed"),
        ("session.execute(text('SELECT ' + name))", "failed"),
        ("session.execute(text('SELECT %s' % name))", "failed"),
        ("session.execute(text('SELECT {}'.format(name)))", "failed"),
        ("connection.exec_driver_sql(f'DROP TABLE {self.name}')", "failed"),
        ("session.execute(text('SELECT :name'), {'name': name})", "passed"),
        ("session.execute(text(f'PRAGMA busy_timeout={_PATIENCE}'))", "passed"),
        ("session.execute(text(f'VACUUM {quote(name)} {int(count)}'))", "passed"),
        ("session.execute(select(Loan).where(Loan.name == name))", "passed"),
    ],
)
def test_sql_from_text_is_seen(code, state, written):
    """Constants of the code, numbers, and names that were quoted may stand in it."""
    assert security.queries(written(service=code)).state == state


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("API_TOKEN = 'sk-9f3b1c77e2d84a60'", "failed"),
        ("KEY = '-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIA'", "failed"),
        ("HEAD = '-----BEGIN PRIVATE KEY-----'", "passed"),
        ("TOKEN_HEADER = 'X-Access-Token'", "passed"),
        ("password = ''", "passed"),
    ],
)
def test_secrets_in_the_source_are_seen(code, state, written):
    """By name and look; the name of a header is none."""
    assert security.secrets(written(service=code)).state == state
