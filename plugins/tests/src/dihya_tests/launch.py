"""Started by the sandbox with plain Python: takes limits and namespaces upon itself, then becomes the command.

Usage: ``python -I -S launch.py LIMITS COMMAND…`` where LIMITS is a JSON object. Needs only the standard library, and
runs in a fresh process, so that nothing happens between fork and exec in a process that has threads.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import sys

NEW_USER, NEW_PID, NEW_NET = 0x1000_0000, 0x2000_0000, 0x4000_0000
DIE_WITH_PARENT = 1


def limit(limits: dict[str, int]) -> None:
    """Lower the limits of this process and all it starts."""
    wanted = {
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NOFILE: limits["files"],
        resource.RLIMIT_CORE: 0,
    }
    for what, value in wanted.items():
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def isolate() -> bool:
    """Leave the network and the process tree of the machine; False where the kernel does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(NEW_NET | NEW_PID):
        if libc.unshare(NEW_USER | NEW_NET | NEW_PID):
            return False
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    loopback()
    return True


def loopback() -> None:
    """Bring up ``lo`` in the new network, for tests that start a server of their own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh", b"lo", 1 | 64)  # IFF_UP | IFF_RUNNING; SIOCSIFFLAGS is 0x8914
        fcntl.ioctl(handle, 0x8914, request)


def become(command: list[str]) -> None:
    """Replace this process by *command*, as first process of the new tree: when it ends, all it started ends."""
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        os.execv(command[0], command)  # noqa: S606 - the command comes from the prover, without a shell
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def main() -> None:
    """Read the limits, apply them, report whether the network is gone, run the command."""
    limits, command = json.loads(sys.argv[1]), sys.argv[2:]
    try:
        isolated = isolate()
    except (OSError, AttributeError):
        isolated = False
    limit(limits)
    with open(limits["report"], "w") as file:
        file.write("isolated" if isolated else "guarded")
    become(command)


if __name__ == "__main__":
    main()
