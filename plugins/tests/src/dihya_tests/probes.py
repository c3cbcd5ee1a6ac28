"""Tries to get out, from inside of the sandbox, before anything untrusted runs: what succeeds is not kept away.

Each probe returns what it could do, in a few words, and nothing where it was kept from it.
"""

from __future__ import annotations

import fcntl
import os
import resource
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

if __package__:
    from .syscalls import LIBC, NEW_USER
else:  # in the launcher, which has the standard library only
    from syscalls import LIBC, NEW_USER

NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "user")
ELSEWHERE = ("192.0.2.1", 80)


def measure(outside: dict[str, Any]) -> dict[str, str]:
    """Return facet → what could be done all the same; empty when it is kept away.

    Args:
        outside: what there is outside: ``files`` to read, ``places`` to write to, ``namespaces`` by kind, ``sockets``
            that listen, the process ``pid`` of the prover, the ``limits`` that were asked for.
    """
    found = {}
    for name, probe in PROBES.items():
        try:
            found[name] = "; ".join(probe(outside))
        except Exception as error:  # a facet that cannot be measured is not given
            found[name] = f"could not be measured: {type(error).__name__}: {error}"
    return found


def _files(outside: dict[str, Any]) -> Iterator[str]:
    for path in outside["files"]:
        with suppress(OSError), open(path, "rb") as file:
            file.read(1)
            yield f"read {path!r}"
    own = os.stat("/tmp").st_dev
    for place in outside["places"]:
        path = os.path.join(place, f".dihya-probe-{os.getpid()}")
        with suppress(OSError), open(path, "xb") as file:
            os.unlink(path)
            if os.fstat(file.fileno()).st_dev != own:
                yield f"write to {place!r}"


def _processes(outside: dict[str, Any]) -> Iterator[str]:
    for kind in NAMESPACES:
        if os.readlink(f"/proc/self/ns/{kind}") == outside["namespaces"].get(kind):
            yield f"share the {kind} namespace of the machine"
    seen = [name for name in os.listdir("/proc") if name.isdigit()]
    if len(seen) > 3:
        yield f"see {len(seen)} processes"


def _network(outside: dict[str, Any]) -> Iterator[str]:
    for kind, address in [*outside["sockets"], ("tcp", ELSEWHERE)]:
        family = socket.AF_INET if kind == "tcp" else socket.AF_UNIX
        with socket.socket(family, socket.SOCK_STREAM) as one, suppress(OSError):
            one.settimeout(1)
            one.connect(tuple(address) if kind == "tcp" else address)
            yield f"reach {address!r}"
    others = [name for _, name in socket.if_nameindex() if name != "lo"]
    if any(_is_up(name) for name in others):
        yield f"use the network interface {others[0]!r}"


def _is_up(name: str) -> bool:
    """Return True when an interface is up; a new network may hold tunnels that lead nowhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        answer = fcntl.ioctl(handle, 0x8913, struct.pack("16sh14x", name.encode(), 0))  # SIOCGIFFLAGS
    return bool(struct.unpack("16sh14x", answer)[1] & 1)


def _privileges(outside: dict[str, Any]) -> Iterator[str]:
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    if 0 in (os.getuid(), os.geteuid(), os.getgid()):
        yield "act as root"
    for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
        if int(status[name], 16):
            yield f"hold capabilities ({name})"
    if status.get("NoNewPrivs") != "1":
        yield "win privileges by a set-uid program"


def _calls(outside: dict[str, Any]) -> Iterator[str]:
    if LIBC.unshare(NEW_USER) == 0:
        yield "make namespaces"
    if LIBC.ptrace(0, 0, 0, 0) == 0:
        yield "trace processes"
    with suppress(OSError), socket.socket(40, socket.SOCK_STREAM):
        yield "open sockets to the host of a virtual machine"
    with suppress(OSError):
        os.chroot("/tmp")
        yield "change the root"


def _limits(outside: dict[str, Any]) -> Iterator[str]:
    for name, value in outside["limits"].items():
        soft, hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
        if hard == resource.RLIM_INFINITY or hard > value or soft > hard:
            yield f"go beyond {value} of RLIMIT_{name}"
    room = os.statvfs("/tmp")
    if room.f_blocks * room.f_frsize > outside["disk_mb"] << 20:
        yield f"write more than {outside['disk_mb']} MB"


PROBES: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "files": _files,
    "processes": _processes,
    "network": _network,
    "privileges": _privileges,
    "system calls": _calls,
    "limits": _limits,
}
