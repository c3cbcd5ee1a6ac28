"""Hostile code in the sandbox, as root starts it and as a plain user: none of these ways leads out."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest
from dihya_tests import sandbox
from dihya_tests.sandbox import Limits
from dihya_tests.view import View

PLAIN = 4321
START = """
import ctypes, os, signal, socket, struct, subprocess, sys, threading, time
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
x86 = os.uname().machine == "x86_64"
def got(what): print("GOT", what, flush=True)
def read(path):
    try: got(Path(path).read_bytes()[:20])
    except OSError as error: print(error)
def write(path, text=b"x"):
    try: Path(path).write_bytes(text)
    except OSError as error: print(error)
    else: got(path)
def connect(address, family=socket.AF_UNIX, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as one:
        one.settimeout(2)
        try: one.connect(address); one.send(b"hello")
        except OSError as error: print(error)
        else: got(address)
def call(x86_64, aarch64, *arguments):
    if (result := libc.syscall(x86_64 if x86 else aarch64, *arguments)) >= 0: got(result)
"""
WAYS = {
    # the machine's files
    "reads the passwords": "read('/etc/shadow')",
    "reads a key of the data folder": "read(f'{DATA}/keys/audit.key')",
    "reads the database": "read(f'{DATA}/dihya.db')",
    "lists the data folder": "[got(name) for name in (os.listdir(DATA) if os.path.isdir(DATA) else [])]",
    "reads a file in another's temporary folder": "read(OTHER)",
    "reads the home of root": "read('/root/.bashrc'); read('/root/.ssh/id_rsa')",
    "writes to the data folder": "write(f'{DATA}/pwned')",
    "writes a .pth into the packages": "[write(f'{path}/zz.pth') for path in PATHS]",
    "writes sitecustomize into the library": "[write(f'{path}/sitecustomize.py') for path in sys.path if path]",
    "writes over a program": "write('/usr/bin/env'); write(sys.executable)",
    "preloads a library": "write('/etc/ld.so.preload')",
    "follows a link out of its folder": "os.symlink(f'{DATA}/dihya.db', 'link'); read('link'); write('link')",
    "makes a hard link to a file outside": """
for path in (f'{DATA}/dihya.db', '/etc/shadow'):
    try: os.link(path, 'hard')
    except OSError as error: print(error)
    else: got(path)""",
    "writes through the root of its first process": "read(f'/proc/1/root{DATA}/dihya.db'); read('/proc/1/root/etc/shadow')",
    "changes its working folder upwards": "os.chdir('/'); [os.chdir('..') for _ in range(40)]; read('etc/shadow'); read(DATA.lstrip('/') + '/dihya.db')",
    # the machine's processes
    "sees processes of the machine": "len([n for n in os.listdir('/proc') if n.isdigit()]) > 4 and got('processes')",
    "reads the environment of others": """
for name in os.listdir('/proc'):
    if name.isdigit() and int(name) != os.getpid():
        try: b'GEHEIM' in Path(f'/proc/{name}/environ').read_bytes() and got(name)
        except OSError as error: print(error)""",
    "kills a process of the machine": """
for pid in (HOST, os.getppid() or 999999):
    try: pid > 1 and os.kill(pid, signal.SIGKILL)
    except OSError as error: print(error)
    else: pid > 1 and got(pid)""",
    "signals everybody": "signal.signal(signal.SIGUSR1, signal.SIG_IGN)\ntry: os.kill(-1, signal.SIGUSR1)\nexcept OSError as error: print(error)",
    "kills its first process": "os.kill(1, signal.SIGKILL); os.kill(1, signal.SIGTERM); time.sleep(0.2)\nif not os.path.exists('/proc/1'): got(1)",
    "traces its first process": "call(101, 117, 16, 1, 0, 0)",
    "reads the memory of its first process": "read('/proc/1/mem'); read('/proc/1/maps')",
    "reads another's memory by system call": "call(310, 270, 1, None, 0, None, 0, 0)",
    "takes a file handle of its first process": "call(438, 438, 3, 3, 0)",
    "leaves a daemon": """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: os.execv('/bin/sleep', ['sleep', '918273'])
    os._exit(0)""",
    # the network
    "reaches a server of the machine": "connect(TCP, socket.AF_INET)",
    "reaches another machine": "connect(('192.0.2.1', 80), socket.AF_INET)",
    "sends a datagram to another machine": "connect(('192.0.2.1', 53), socket.AF_INET, socket.SOCK_DGRAM)",
    "asks the name server": "\ntry: got(socket.getaddrinfo('example.org', 80))\nexcept OSError as error: print(error)",
    "reaches a Unix socket by path": "connect(UNIX)",
    "reaches an abstract Unix socket": "connect(ABSTRACT)",
    "reaches known Unix sockets": "[connect(p) for p in ('/run/dbus/system_bus_socket', '/var/run/docker.sock', '/run/systemd/notify')]",
    "opens a raw socket": "\ntry: got(socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))\nexcept OSError as error: print(error)",
    "opens a packet socket": "\ntry: got(socket.socket(17, socket.SOCK_RAW))\nexcept OSError as error: print(error)",
    "reaches the host of a virtual machine": "\ntry: got(socket.socket(40, socket.SOCK_STREAM))\nexcept OSError as error: print(error)",
    # the kernel
    "mounts": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 and got('mount')",
    "takes a cover away": "libc.umount2(DATA.encode(), 2) == 0 and got('umount'); libc.umount2(b'/proc/sys', 2) == 0 and got('umount')",
    "makes the root writable": "libc.mount(b'none', b'/', None, 0x20 | 0x1000, None) == 0 and got('remount')",
    "breaks out of a chroot": "os.mkdir('c')\ntry: os.chroot('c'); got('chroot')\nexcept OSError as error: print(error)",
    "enters the namespaces of the first process": "[libc.setns(os.open(f'/proc/1/ns/{k}', os.O_RDONLY), 0) == 0 and got(k) for k in ('mnt', 'net', 'pid') if os.access(f'/proc/1/ns/{k}', os.R_OK)]",
    "makes a user namespace": "libc.unshare(0x10000000) == 0 and got('unshare')",
    "makes a namespace by clone": "call(56, 220, 0x10000011, 0, 0, 0, 0)",
    "makes a namespace by clone3": "call(435, 435, struct.pack('QQQQQQQQ', 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64)",
    "becomes root by a set-uid program": "subprocess.run(['/bin/su', '-c', 'id'], capture_output=True).stdout.startswith(b'uid=0') and got('su'); os.stat('/usr/bin').st_uid == 0 and [os.statvfs(p).f_flag & 2 or got(p) for p in ('/usr', '/tmp', os.getcwd())]",
    "becomes another user": "\nfor change in (os.setuid, os.setgid):\n    try: change(0); got('root')\n    except OSError as error: print(error)",
    "makes a device": "\ntry: os.mknod('disk', 0o60600, os.makedev(8, 0)); got('device')\nexcept OSError as error: print(error)",
    "reads memory and disks": "[read(p) for p in ('/dev/mem', '/dev/kmem', '/dev/vda', '/dev/sda', '/proc/kcore')]",
    "has other devices": "[got(n) for n in os.listdir('/dev') if n not in 'null zero full random urandom fd stdin stdout stderr shm'.split()]",
    "writes kernel settings": "[write(p) for p in ('/proc/sys/kernel/core_pattern', '/proc/sys/vm/drop_caches', '/proc/sysrq-trigger')]",
    "reads keys of the kernel": "call(250, 219, 0, -3, 1); call(249, 218, b'user', b'x', None, 0)",
    "uses io_uring": "call(425, 425, 4, ctypes.create_string_buffer(120))",
    "uses userfaultfd": "call(323, 282, 1)",
    "loads a BPF program": "call(321, 280, 0, ctypes.create_string_buffer(72), 72)",
    "opens a file by handle": "call(304, 265, -100, ctypes.create_string_buffer(64), 0)",
    "watches performance": "call(298, 241, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    "dumps its core": "if os.fork() == 0: os.abort()\nos.wait(); [got(p) for p in Path().rglob('core*')]",
    # its limits
    "forks without end": """
count = 0
try:
    while count < 2000:
        if os.fork() == 0: time.sleep(30); os._exit(0)
        count += 1
except OSError as error: print(error)
if count > 600: got(count)""",
    "fills the disk": """
try:
    for n in range(40): Path(f'f{n}').write_bytes(bytes(1 << 20))
    got('40 MB')
except OSError as error: print(error)""",
    "writes one large file": "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); write('large', bytes(3 << 20))",
    "fills memory by shared memory": "\ntry: [Path(f'/dev/shm/{n}').write_bytes(bytes(1 << 20)) for n in range(40)]; got('shm')\nexcept OSError as error: print(error)",
    "makes files without end": "\ntry:\n    for n in range(80_000): os.open(f'n{n}', os.O_CREAT) if n < 100 else os.close(os.open(f'n{n}', os.O_CREAT))\n    got('inodes')\nexcept OSError as error: print(error)",
    "opens files without end": "\ntry: kept = [os.open('/dev/null', os.O_RDONLY) for _ in range(3000)]; got('files')\nexcept OSError as error: print(error)",
    "takes all memory": "\ntry: bytearray(2 << 30); got('memory')\nexcept MemoryError as error: print('no memory')",
    "raises its limits": "import resource\ntry: resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999)); got('limit')\nexcept (ValueError, OSError) as error: print(error)",
    # what it was given
    "finds secrets in its environment": "'GEHEIM' in str(os.environ) and got('secret')",
    "speaks on the launcher's pipe": """
for name in os.listdir('/proc/self/fd'):
    if int(name) not in (0, 1, 2, int(os.environ['PROOF_PIPE'])):
        try: os.write(int(name), b'{"attempts": 0}\\n'); got(name)
        except OSError as error: print(error)""",
    "finds the names of the machine's files": "b'audit' + b'.key' in Path('/proc/1/cmdline').read_bytes() and got('names')",
}  # fmt: skip
QUICK = Limits(seconds=40, memory_mb=600, file_mb=2, disk_mb=24)


@pytest.fixture(scope="module", params=["root", "plain"])
def shut_in(request: pytest.FixtureRequest):
    """Runs hostile code in the sandbox, started by root or by a plain user, beside a machine with things to steal."""
    plain, root = request.param == "plain", os.geteuid() == 0
    if not plain and not root:
        pytest.skip("only root can start the sandbox as root")
    # The folder for temporary files of this run, and the checkout, may lie where a plain user cannot go.
    room = Path(tempfile.mkdtemp(prefix="dihya-hostile-", dir="/tmp" if plain and root else None))
    patch = pytest.MonkeyPatch()
    python = sys.executable
    if plain and root:
        python = _plain_python()
        package = room / "dihya_tests"
        shutil.copytree(sandbox.LAUNCHER.parent, package, ignore=shutil.ignore_patterns("__pycache__"))
        patch.setattr(sandbox, "LAUNCHER", package / sandbox.LAUNCHER.name)
        patch.setattr(sandbox.sys, "executable", python)
        popen = functools.partial(subprocess.Popen, user=PLAIN, group=PLAIN, extra_groups=[])
        patch.setattr(sandbox.subprocess, "Popen", popen)
    patch.setenv("DIHYA_SECRET", "GEHEIM")
    with _machine(room, PLAIN if plain and root else os.geteuid()) as machine:
        yield functools.partial(_run, room, python, machine)
    patch.undo()
    shutil.rmtree(room)


def _plain_python() -> str:
    """Return a Python that the plain user may run; the one of this run may lie in a home closed to others."""
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            if not subprocess.run([python, "-c", ""], user=PLAIN, cwd="/").returncode:
                return python
    pytest.skip("no Python here that a plain user may run")


class _machine:
    """Things of a machine that hostile code would like to have: files, a process with a secret, servers."""

    def __init__(self, room: Path, owner: int) -> None:
        self.room, self.data = room, room / "data"
        for path in (self.data / "keys" / "audit.key", self.data / "dihya.db", room / "other" / "private"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"SECRET")
        (room / "work").mkdir()
        for path in (room, *room.rglob("*")):
            os.chown(path, owner, owner)
        room.chmod(0o755)
        self.heard: list[str] = []

    def __enter__(self) -> _machine:
        self.victim = subprocess.Popen(["/bin/sleep", "600"])
        self.abstract = f"\0hostile-{os.getpid()}-{self.room.name}"
        self.servers = [socket.create_server(("127.0.0.1", 0))]
        for address in (str(self.room / "socket"), self.abstract):
            self.servers.append(one := socket.socket(socket.AF_UNIX))
            one.bind(address)
            one.listen()
        os.chmod(self.room / "socket", 0o777)  # noqa: S103 - whoever reaches it may speak
        for server in self.servers:
            threading.Thread(target=self._listen, args=(server,), daemon=True).start()
        return self

    def _listen(self, server: socket.socket) -> None:
        while True:
            try:
                one, _ = server.accept()
            except OSError:
                return
            with one:
                self.heard.append(one.recv(10).decode())

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.close()
        self.victim.kill()
        self.victim.wait()

    def names(self) -> str:
        """What hostile code may know of the machine, as Python."""
        known = {
            "DATA": str(self.data), "OTHER": str(self.room / "other" / "private"), "HOST": self.victim.pid,
            "TCP": self.servers[0].getsockname(), "UNIX": str(self.room / "socket"), "ABSTRACT": self.abstract,
            "PATHS": [path for path in sys.path if path],
        }  # fmt: skip
        return "".join(f"{name} = {value!r}\n" for name, value in known.items())

    def state(self) -> tuple[object, ...]:
        """Everything that hostile code must leave as it is."""
        files = {str(path): path.read_bytes() for path in self.data.rglob("*") if path.is_file()}
        return files, self.victim.poll(), [word for word in self.heard if word]


def _run(room: Path, python: str, machine: _machine, code: str):
    """Run hostile code; give the ending, what it said, and the machine."""
    work = Path(tempfile.mkdtemp(dir=room / "work"))
    (work / "project").mkdir()
    os.chown(work, machine.data.stat().st_uid, -1)
    log = work / "log"
    ending = sandbox.run(
        [python, "-c", START + machine.names() + code], cwd=work / "project", env={"PATH": "/usr/bin:/bin"},
        limits=QUICK, log=log, view=View(hide=(str(machine.data),)),
    )  # fmt: skip
    return ending, log.read_text(errors="replace"), machine


def test_the_pack_is_large_enough() -> None:
    """At least 25 ways are tried."""
    assert len(WAYS) >= 25


@pytest.mark.parametrize("way", WAYS)
def test_hostile_code_does_not_get_out(shut_in, way: str) -> None:
    """What hostile code tries fails, its run is isolated, and the machine is as it was."""
    ending, said, machine = shut_in(WAYS[way])
    assert ending.isolated, ending.open
    assert "GOT" not in said, said
    assert "SyntaxError" not in said and "NameError" not in said, said
    files, victim, heard = machine.state()
    assert files == {str(machine.data / name): b"SECRET" for name in ("keys/audit.key", "dihya.db")}
    assert victim is None and heard == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if "918273" in (p.info["cmdline"] or ())]


@pytest.mark.parametrize("code", ["connect(('192.0.2.1', 80), socket.AF_INET)", WAYS["asks the name server"]])
def test_the_kernel_counts_what_would_have_left(shut_in, code: str) -> None:
    """An attempt to reach another machine is counted, although the code swallowed its error; a run without has none."""
    assert shut_in(code)[0].attempts > 0
    assert shut_in("socket.create_server(('127.0.0.1', 0))")[0].attempts == 0
