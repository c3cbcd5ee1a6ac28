"""What the kernel is asked for: namespaces, mounts, capabilities, and a filter that refuses system calls.

Plain ``ctypes`` over the C library, since it runs in the launcher, which has the standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_NS, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000
NEW_USER, NEW_PID, NEW_NET, NEW_TIME = 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x0000_0080
ANY_NEW = NEW_NS | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_USER | NEW_PID | NEW_NET | NEW_TIME
DIE_WITH_PARENT, DUMPABLE, SECCOMP, DROP_BOUND, NO_NEW_PRIVILEGES = 1, 4, 22, 24, 38
MOUNT_SETATTR = 442
RECURSIVE, EMPTY_PATH = 0x8000, 0x1000
READ_ONLY, NO_SETUID, NO_DEVICES = 0x1, 0x2, 0x4

ARCHITECTURES = {"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)}
"""The audit number of an architecture, and its column in the tables below."""
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "swapon": (167, 224),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "pidfd_getfd": (438, 438),
    "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "reboot": (169, 142), "acct": (163, 89), "quotactl": (179, 60), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "syslog": (103, 116), "personality": (135, 92),
}  # fmt: skip
UNKNOWN = {
    "clone3": (435, 435),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
"""Calls that seem not to exist, so that libraries fall back: the flags of ``clone3`` cannot be read by a filter."""
SOCKET, CLONE = (41, 198), (56, 220)
FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6, netlink. Others, such as AF_VSOCK, belong to no network namespace."""
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, FAIL = 0x7FFF_0000, 0x0005_0000


def checked(result: int, what: str) -> int:
    """Return *result*; raise OSError that says *what* was wanted when it is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int, what: str) -> None:
    """Leave these namespaces. Raises OSError."""
    checked(LIBC.unshare(flags), what)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount. Raises OSError that names the target."""
    arguments = (source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), data.encode() or None)
    checked(LIBC.mount(*arguments), f"mount {target}")


def set_attributes(target: str, attributes: int, *, below: bool = True) -> None:
    """Set attributes of the mount at *target*, and of those below it. Raises OSError before Linux 5.12."""
    given = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags = RECURSIVE if below else 0
    call = LIBC.syscall(MOUNT_SETATTR, -100, target.encode(), ctypes.c_uint(flags), given, ctypes.c_size_t(len(given)))
    checked(call, f"make {target} read-only")


def pivot(root: str) -> None:
    """Make *root* the root, and let go of the one before. Raises OSError."""
    number = PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(errno.ENOSYS, f"no sandbox is known for the architecture {os.uname().machine!r}")
    os.chdir(root)
    checked(LIBC.syscall(number, b".", b"."), "change the root")
    checked(LIBC.umount2(b".", 2), "let go of the old root")
    os.chdir("/")


def die_with_parent() -> None:
    """End when the process ends that started this one. To be said again after each change of the user."""
    LIBC.prctl(DIE_WITH_PARENT, 9)


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    for number in range(64):
        LIBC.prctl(DROP_BOUND, number, 0, 0, 0)
    header, data = struct.pack("Ii", 0x2008_0522, 0), bytes(24)
    checked(LIBC.capset(header, data), "give up the capabilities")
    checked(LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "renounce new privileges")


def filtered() -> bool:
    """Refuse the calls of the tables from now on; False on an architecture whose numbers are not known."""
    known = ARCHITECTURES.get(os.uname().machine)
    if known is None:
        return False
    program = b"".join(struct.pack("HBBI", *line) for line in _program(*known))
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    checked(LIBC.prctl(SECCOMP, 2, header, 0, 0), "filter system calls")
    return True


def _program(audit: int, column: int) -> list[tuple[int, int, int, int]]:
    """Return the filter as (code, jump if true, jump if false, value)."""
    lines = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, audit), _fail(errno.EPERM), (LOAD, 0, 0, 0)]
    lines += [(AT_LEAST, 0, 1, 0x4000_0000), _fail(errno.EPERM)]  # the other numbering of x86_64
    for numbers in UNKNOWN.values():
        lines += [(EQUAL, 0, 1, numbers[column]), _fail(errno.ENOSYS)]
    for numbers in REFUSED.values():
        lines += [(EQUAL, 0, 1, numbers[column]), _fail(errno.EPERM)]
    lines += [(EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, 16), (ANY_BIT, 0, 1, ANY_NEW), _fail(errno.EPERM)]
    lines += [(LOAD, 0, 0, 0), (EQUAL, 0, len(FAMILIES) + 2, SOCKET[column]), (LOAD, 0, 0, 16)]
    lines += [(EQUAL, len(FAMILIES) - n, 0, family) for n, family in enumerate(FAMILIES)]
    return [*lines, _fail(errno.EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]


def _fail(number: int) -> tuple[int, int, int, int]:
    return (RETURN, 0, 0, FAIL | number)
