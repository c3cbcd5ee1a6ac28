"""The script that a fresh machine runs: standard library only, and nothing twice."""

import ast
import importlib.util
import io
import ipaddress
import os
import re
import ssl
import subprocess
import sys
import threading
import venv
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FILE = Path(__file__).parents[1] / "bootstrap.py"
_spec = importlib.util.spec_from_file_location("bootstrap", FILE)
bootstrap = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bootstrap)


def test_it_needs_nothing_but_the_standard_library():
    """A fresh machine has nothing else."""
    tree = ast.parse(Path(bootstrap.__file__).read_text("utf-8"))
    names = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one package, an environment that is made already, and a record of what would be run."""
    (tmp_path / "hookspecs").mkdir()
    (tmp_path / "dihya_core").mkdir()
    for folder in ("", "hookspecs", "dihya_core"):
        (tmp_path / folder / "pyproject.toml").write_text('[dependency-groups]\ndev = ["pytest"]\n')
    (tmp_path / "constraints.txt").write_text("uv==1.2.3\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    ran = []
    for name, value in {
        "ROOT": tmp_path,
        "ENVIRONMENT": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv/bin/python",
        "UV": tmp_path / ".venv/bin/uv",
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    monkeypatch.setattr(bootstrap, "_output", lambda command: "")
    monkeypatch.setattr(bootstrap, "_make_environment", lambda: None)
    monkeypatch.setattr(bootstrap, "_run", lambda command, variables=None: ran.append(command))
    return tmp_path, ran


def test_the_second_run_does_nothing(checkout):
    """Nothing is done again until a file that decides on the packages changes."""
    folder, ran = checkout
    assert bootstrap.main(["dev"]) == 0
    count = len(ran)
    assert bootstrap.main(["dev"]) == 0
    assert bootstrap.main([]) == 0
    assert len(ran) == count
    (folder / "constraints.txt").write_text("uv==1.2.4\n")
    bootstrap.main([])
    assert len(ran) > count


def test_a_terminal_that_is_not_utf8_is_answered():
    """What it cannot show is a question mark, and the environment is made all the same."""
    code = f"import runpy, sys; sys.argv = ['x']; m = runpy.run_path({bootstrap.__file__!r}, run_name='x'); "
    code += "m['main'].__globals__['_fingerprint'] = lambda groups: 'other'; "
    code += "m['main'].__globals__['_make_environment'] = lambda: 'no room'; m['main']([])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONIOENCODING": "iso-8859-15"}, capture_output=True, check=False
    )
    assert (done.returncode, b"virtual environment ? failed" in done.stdout) == (0, True), done.stderr


def test_everything_is_pinned(checkout):
    """Each package is pinned, the installer too."""
    _, ran = checkout
    bootstrap.main(["dev"])
    assert ran[0][-1] == "uv==1.2.3"
    assert "--constraint" in ran[1]
    assert ran[1][-1] == "pytest"


def test_a_failed_step_is_one_message(checkout, monkeypatch, capsys):
    """A step that fails prints one message and ends with exit code 1; the next run tries again."""
    monkeypatch.setattr(bootstrap, "_run", lambda command, variables=None: "no index in reach")
    assert bootstrap.main([]) == 1
    assert "error: no index in reach" in capsys.readouterr().err


def test_help_and_a_misspelt_group_touch_nothing(checkout, capsys):
    """``--help`` says how the script is called; a group that does not exist is one sentence that names those that do."""
    _, ran = checkout
    assert bootstrap.main(["--help"]) == 0
    assert "python3 dihya_core/bootstrap.py dev" in capsys.readouterr().out
    assert bootstrap.main(["develop"]) == 1
    assert capsys.readouterr().err == "error: 'develop' is no group of packages in pyproject.toml; there are dev\n"
    assert ran == []


def test_pip_is_read_as_pip_reads_itself(monkeypatch):
    """What is for ``install`` wins over ``global``, a variable over both, and several values are one line."""
    listed = (
        "global.index-url='https://one/simple'\ninstall.index-url='https://two/simple'\n"
        "global.trusted-host='\\na\\nb'\n:env:.cert='/ca.pem'\nglobal.cert='/other.pem'\n"
    )
    told = {"index-url": "https://two/simple", "trusted-host": "a b", "cert": "/ca.pem"}
    assert bootstrap._pip_configuration(listed) == told
    monkeypatch.setattr(bootstrap, "_output", lambda command: listed)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine/simple")
    variables = bootstrap.as_pip_is_told()
    assert "UV_DEFAULT_INDEX" not in variables  # what was said to uv itself stays
    assert (variables["UV_INSECURE_HOST"], variables["SSL_CERT_FILE"]) == ("a b", "/ca.pem")


def certificates(folder):
    """Write a company's authority, and a key with a certificate for 127.0.0.1 that it signed; return both files."""

    def signed(name, issuer, key, signer, extension):
        now = datetime.now(UTC)
        build = x509.CertificateBuilder(
            issuer_name=x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]),
            subject_name=x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(days=1),
            not_valid_after=now + timedelta(days=1),
        )
        made = build.add_extension(extension, critical=False).sign(signer, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    (folder / "ca.pem").write_bytes(
        signed("Company", "Company", authority, authority, x509.BasicConstraints(True, None))
    )
    (folder / "server.pem").write_bytes(private + signed("mirror", "Company", key, authority, address))
    return folder / "ca.pem", folder / "server.pem"


@pytest.fixture
def mirror(tmp_path):
    """A company's package index with one wheel, behind a certificate of its own; gives address and authority."""
    wheel = "dihya_probe-1.0-py3-none-any.whl"
    pages = tmp_path / "index" / "simple" / "dihya-probe"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(f'<a href="{wheel}">{wheel}</a>')
    info, packed = "dihya_probe-1.0.dist-info", io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("dihya_probe.py", "")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: dihya-probe\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    (pages / wheel).write_bytes(packed.getvalue())
    authority, own = certificates(tmp_path)
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "index")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://someone:s3cret@127.0.0.1:{server.server_address[1]}/simple", authority
        server.shutdown()


@pytest.fixture
def company(tmp_path, monkeypatch):
    """A checkout with one package that needs something from an index, and the environment of a machine; gives pip.conf."""
    folder = tmp_path / "checkout"
    (folder / "hookspecs" / "src" / "probing").mkdir(parents=True)
    (folder / "hookspecs" / "src" / "probing" / "__init__.py").touch()
    (folder / "hookspecs" / "pyproject.toml").write_text(
        '[project]\nname = "probing"\nversion = "1"\ndependencies = ["dihya-probe"]\n'
        '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
    )
    (folder / "pyproject.toml").write_text("[dependency-groups]\n")
    (folder / "constraints.txt").write_text("dihya-probe==1.0\n")
    venv.create(folder / ".venv", with_pip=True)
    for name, value in {"ROOT": folder, "PYTHON": folder / ".venv/bin/python"}.items():
        monkeypatch.setattr(bootstrap, name, value)
    monkeypatch.setattr(bootstrap, "UV", Path(sys.executable).with_name("uv"))
    monkeypatch.setattr(bootstrap, "members", lambda: [folder / "hookspecs"])
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_", "REQUESTS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    return tmp_path / "pip.conf"


def test_packages_come_from_the_mirror_that_pip_knows(mirror, company):
    """The index and the certificate are taken from pip.conf, where they stand alone."""
    index, authority = mirror
    company.write_text(f"[global]\nindex-url = {index}\ncert = {authority}\n")
    assert bootstrap._install_packages(()) is None
    subprocess.run([bootstrap.PYTHON, "-c", "import dihya_probe"], check=True)


def test_a_mirror_that_does_not_answer_is_said_without_its_password(mirror, company):
    """The message names what to set, for pip and for uv."""
    index, _ = mirror
    company.write_text(f"[global]\nindex-url = {index}\n")
    problem = bootstrap._install_packages(())
    assert "certificate" in problem
    assert {"PIP_INDEX_URL", "PIP_CERT", "UV_DEFAULT_INDEX", "SSL_CERT_FILE"} <= set(re.findall(r"[A-Z_]{6,}", problem))
    assert "s3cret" not in problem


def test_an_address_that_a_failed_step_quotes_is_told_without_its_password():
    """uv hides it by itself; of others that is not known."""
    said = "nothing at https://someone:s3cret@mirror.example/simple"
    problem = bootstrap._run([sys.executable, "-c", f"raise SystemExit({said!r})"])
    assert problem.endswith("nothing at https://****@mirror.example/simple")


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        (["PORT=8105", "HOST=::1"], {}, "dihya serve --host '::1' --port '8105'"),
        ([], {"HOST": "the-machine", "PORT": "1"}, "dihya serve"),
    ],
)
def test_make_serve_passes_host_and_port(words, environment, expected):
    """Those of make's own line; a HOST that a shell exports opens nothing to the network."""
    done = subprocess.run(
        ["make", "-n", "serve", *words],
        cwd=FILE.parents[1], env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.rstrip().endswith(expected)
