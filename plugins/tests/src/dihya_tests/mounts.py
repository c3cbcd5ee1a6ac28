"""The files that a sandbox shows: an empty root, what a run needs read-only, and folders of its own in memory.

The view is a JSON object: ``show`` (paths to show read-only), ``hide`` (paths below those that are not shown after all),
``own`` (empty folders that may be written), ``copy`` (folders of which the run gets a copy of its own).
"""

from __future__ import annotations

import os
import shutil
from typing import Any

if __package__:
    from .syscalls import NO_DEVICES, NO_SETUID, READ_ONLY, mount, pivot, set_attributes
else:  # in the launcher, which has the standard library only
    from syscalls import NO_DEVICES, NO_SETUID, READ_ONLY, mount, pivot, set_attributes

NO_SUID, NO_DEV, NO_EXEC, BIND, RECURSIVE, PRIVATE = 0x2, 0x4, 0x8, 0x1000, 0x4000, 0x4_0000
DEVICES = ("null", "zero", "full", "random", "urandom")
LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}
TEXTS = {
    "passwd": "proof:x:{uid}:{gid}:proof:/tmp:/bin/false\n",
    "group": "proof:x:{gid}:\n",
    "hosts": "127.0.0.1 localhost proof\n::1 localhost\n",
    "resolv.conf": "nameserver 192.0.2.53\noptions attempts:1 timeout:1\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
"""The name server is an address that leads nowhere: whoever asks it is counted by the kernel."""


def build(root: str, view: dict[str, Any], owner: tuple[int, int], shown: tuple[int, int]) -> None:
    """Make the tree in the empty folder *root*, and make it this process's root. Raises OSError.

    Args:
        owner: user and group, as numbers of this namespace, to whom the folders belong that may be written.
        shown: the numbers that the same user and group will have for the command.
    """
    mount("none", "/", "", RECURSIVE | PRIVATE)
    mount("root", root, "tmpfs", NO_SUID | NO_DEV, "mode=0755,size=4m,nr_inodes=8k")
    _system(root, *shown)
    _room(root, view, *owner)
    hidden = _shown_and_hidden(root, view)
    _own(root, view, *owner)
    for path in (root, *hidden):
        set_attributes(path, READ_ONLY, below=False)
    pivot(root)


def _system(root: str, uid: int, gid: int) -> None:
    """Devices that do no harm, a /proc of the new process tree, and an /etc with nothing of the machine in it."""
    for name in ("dev", "etc", "proc", "tmp"):
        os.mkdir(f"{root}/{name}", 0o755)
    for name in DEVICES:
        _bind(f"/dev/{name}", f"{root}/dev/{name}")
    for name, target in LINKS.items():
        os.symlink(target, f"{root}/dev/{name}")
    for name, text in TEXTS.items():
        with open(f"{root}/etc/{name}", "w") as file:
            file.write(text.format(uid=uid, gid=gid))
        os.chmod(f"{root}/etc/{name}", 0o644)
    mount("proc", f"{root}/proc", "proc", NO_SUID | NO_DEV | NO_EXEC)
    mount(f"{root}/proc/sys", f"{root}/proc/sys", "", BIND)
    set_attributes(f"{root}/proc/sys", READ_ONLY)


def _shown_and_hidden(root: str, view: dict[str, Any]) -> list[str]:
    """Show and hide, outer folders first, so that an inner one has the last word; return the covers."""
    covers = []
    for path, cover in sorted([*((path, False) for path in view["show"]), *((path, True) for path in view["hide"])]):
        if not cover:
            _show(root, path)
        elif _hide(root, path) and os.path.isdir(root + path):
            covers.append(root + path)
    return covers


def _show(root: str, path: str) -> None:
    """Show *path* at its place, read-only and without set-uid programs; a link is shown as the link that it is."""
    target = root + path
    if not os.path.lexists(path) or os.path.lexists(target):
        return
    _parents(target)
    if os.path.islink(path):
        os.symlink(os.readlink(path), target)
    else:
        _bind(path, target)
        set_attributes(target, READ_ONLY | NO_SETUID | NO_DEVICES)


def _hide(root: str, path: str) -> bool:
    """Cover *path* where it lies below something that is shown."""
    target = root + path
    if not os.path.lexists(target) or os.path.islink(target):
        return False
    if os.path.isdir(target):
        mount("hidden", target, "tmpfs", NO_SUID | NO_DEV, "mode=0755,size=1m,nr_inodes=1k")
    else:
        mount("/dev/null", target, "", BIND)
    return True


def _own(root: str, view: dict[str, Any], uid: int, gid: int) -> None:
    """Give the folders that may be written; all of them share one file system in memory, whose size is the limit."""
    room = f"{root}/tmp"
    for number, path in enumerate([*view["copy"], *view["own"], "/dev/shm"]):
        inner, target = f"{room}/.own/{number}", root + path
        if path in view["copy"]:
            shutil.copytree(path, inner, symlinks=True)
        else:
            os.mkdir(inner)
        _give(inner, uid, gid)
        _parents(target)
        os.makedirs(target, 0o755, exist_ok=True)
        _bind(inner, target)


def _room(root: str, view: dict[str, Any], uid: int, gid: int) -> None:
    """Mount what may be written, at /tmp, before anything that is shown below it."""
    room = f"{root}/tmp"
    limit = f"mode=0700,size={view['disk_mb']}m,nr_inodes={view['inodes']}"
    mount("own", room, "tmpfs", NO_SUID | NO_DEV, limit)
    os.mkdir(f"{room}/.own", 0o700)
    for path in (f"{room}/.own", room):
        os.chown(path, uid, gid)


def _give(folder: str, uid: int, gid: int) -> None:
    os.chown(folder, uid, gid)
    os.chmod(folder, 0o700)
    for place, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            os.chown(f"{place}/{name}", uid, gid, follow_symlinks=False)


def _parents(target: str) -> None:
    missing = []
    while not os.path.isdir(target := os.path.dirname(target)):
        missing.append(target)
    for path in reversed(missing):
        os.mkdir(path)
        os.chmod(path, 0o755)  # noqa: S103 - as it is outside; the user inside is another


def _bind(source: str, target: str) -> None:
    if not os.path.lexists(target):
        if os.path.isdir(source):
            os.mkdir(target, 0o755)
        else:
            open(target, "w").close()
    mount(source, target, "", BIND | RECURSIVE)
