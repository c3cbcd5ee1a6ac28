"""Started by the sandbox with plain Python: shuts itself in, measures from inside that it is, then runs the command.

Usage: ``python -I -S launch.py COMMAND…`` with the order, a JSON object, on standard input. Needs only the standard library, and
runs in a fresh process, so that nothing happens between fork and exec in a process that has threads. Three processes:
this one, outside; the first of the new process tree, which sets everything up, waits and counts; the command.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import socket
import struct
import sys
from pathlib import Path
from typing import Any, NoReturn

if __package__:
    from . import mounts, probes, syscalls
else:  # started as a program, with the standard library only
    sys.path.insert(0, str(Path(__file__).parent))
    import mounts
    import probes
    import syscalls

NOBODY = 65534
NOT_RUN = 125
"""Exit code when the command was not run, because it could not be isolated."""
SPACES = (
    syscalls.NEW_NS | syscalls.NEW_PID | syscalls.NEW_NET | syscalls.NEW_IPC | syscalls.NEW_UTS | syscalls.NEW_CGROUP
)


def limit(limits: dict[str, int]) -> None:
    """Lower the limits of this process and all it starts."""
    for name, value in limits.items():
        what = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def leave() -> None:
    """Leave the namespaces of the machine; as a plain user by way of a user namespace. Raises OSError."""
    if os.geteuid() == 0:
        syscalls.unshare(SPACES, "leave the namespaces of the machine")
    else:
        own_user(SPACES)
    socket.sethostname("proof")
    loopback()


def own_user(more: int = 0, called: int | None = None) -> None:
    """Enter a user namespace in which the present user is the only one there is. Raises OSError.

    Args:
        called: the number of user and group in there; their own one by default.
    """
    user, group = os.geteuid(), os.getegid()
    inside = (user, group) if called is None else (called, called)
    syscalls.unshare(syscalls.NEW_USER | more, "make a user namespace")
    maps = ("setgroups", "deny"), ("uid_map", f"{inside[0]} {user} 1"), ("gid_map", f"{inside[1]} {group} 1")
    for name, text in maps:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def become_nobody() -> None:
    """As root: become a user who owns nothing, in a user namespace of its own. Raises OSError."""
    if os.geteuid() == 0 and not exists(NOBODY):  # root of a namespace that knows no other user
        own_user(called=NOBODY)
    elif os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        syscalls.LIBC.prctl(syscalls.DUMPABLE, 1, 0, 0, 0)  # or /proc/self/uid_map belongs to root
        own_user()
    syscalls.die_with_parent()


def exists(user: int) -> bool:
    """Return whether this user namespace knows a user of that number."""
    rows = (map(int, line.split()) for line in Path("/proc/self/uid_map").read_text().splitlines())
    return any(first <= user < first + count for first, _outside, count in rows)


def loopback() -> None:
    """Bring up ``lo`` in the new network, for tests that start a server of their own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh", b"lo", 1 | 64)  # IFF_UP | IFF_RUNNING; SIOCSIFFLAGS is 0x8914
        fcntl.ioctl(handle, 0x8914, request)


def attempts() -> int:
    """Return how many packets this network was asked for that would have left it: the kernel counts them."""
    total = 0
    names, values = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")]
    total += int(values[names.index("OutNoRoutes")])
    for line in Path("/proc/net/snmp6").read_text().splitlines() if os.path.exists("/proc/net/snmp6") else ():
        name, value = line.split()
        total += int(value) if name == "Ip6OutNoRoutes" else 0
    return total


def report(order: dict[str, Any], **facts: Any) -> None:
    """Tell the sandbox, over a pipe that the command does not have."""
    os.write(order["report"], json.dumps(facts).encode() + b"\n")


def run(command: list[str], folder: str) -> int:
    """Run the command and return its exit code, 128 and more for a signal; reap what it leaves meanwhile."""
    child = os.fork()
    if child == 0:
        syscalls.die_with_parent()
        os.chdir(folder)
        os.execv(command[0], command)  # noqa: S606 - the command comes from the prover, without a shell
    while True:
        done, status = os.wait()
        if done == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def shut_in(order: dict[str, Any]) -> None:
    """As first process of the new tree: take away files, user, capabilities and system calls. Raises OSError."""
    root = os.geteuid() == 0
    shown = (NOBODY, NOBODY) if root else (os.geteuid(), os.getegid())
    owner = shown if root and exists(NOBODY) else (os.geteuid(), os.getegid())
    os.umask(0o022)
    mounts.build(order["root"], order["view"], owner, shown)
    become_nobody()
    os.umask(0o077)
    limit(order["limits"])
    syscalls.drop_capabilities()
    syscalls.filtered()
    syscalls.LIBC.prctl(syscalls.DUMPABLE, 0, 0, 0, 0)  # the command can neither trace nor read this process


def first(order: dict[str, Any], command: list[str]) -> NoReturn:
    """Be the first process of the new tree: shut in, measured, running the command, counting at the end."""
    syscalls.die_with_parent()
    try:
        shut_in(order)
    except (OSError, ValueError) as error:
        alone(order, command, str(error.strerror if isinstance(error, OSError) and error.strerror else error))
    prober = os.fork()
    if prober == 0:
        found = probes.measure(order["outside"])
        report(order, facets=found)
        os._exit(NOT_RUN if order["required"] and any(found.values()) else 0)
    if os.waitstatus_to_exitcode(os.waitpid(prober, 0)[1]):
        os._exit(NOT_RUN)
    before = attempts()
    code = run(command, order["folder"])
    report(order, attempts=attempts() - before)
    os._exit(code)


def alone(order: dict[str, Any], command: list[str], reason: str) -> NoReturn:
    """Where the kernel does not isolate: say why, and run the command only if that was accepted."""
    report(order, missing=reason)
    if order["required"]:
        os._exit(NOT_RUN)
    limit({name: value for name, value in order["limits"].items() if name != "NPROC"})
    syscalls.LIBC.prctl(syscalls.NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os._exit(run(command, order["folder"]))


def main() -> NoReturn:
    """Read the order, leave the machine, run the command."""
    order, command = json.load(sys.stdin), sys.argv[1:]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.set_inheritable(order["report"], False)
    syscalls.die_with_parent()
    try:
        leave()
    except (OSError, AttributeError) as error:  # AttributeError: a system without these calls
        alone(order, command, str(getattr(error, "strerror", None) or error))
    child = os.fork()
    if child == 0:
        first(order, command)
    os.close(order["report"])
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
