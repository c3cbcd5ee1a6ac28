"""The filter of system calls, as the kernel reads it."""

from __future__ import annotations

import errno

import pytest
from dihya_tests import syscalls

CALLS = {**syscalls.REFUSED, **syscalls.UNKNOWN}


def answer(number: int, argument: int = 0, architecture: int = 0xC000_003E) -> int:
    """What the filter for x86_64 answers, step by step as the kernel would."""
    program, at, register = syscalls._program(0xC000_003E, 0), 0, 0
    memory = {0: number, 4: architecture, 16: argument}
    while True:
        code, yes, no, value = program[at]
        at += 1
        if code == syscalls.LOAD:
            register = memory[value]
        elif code == syscalls.RETURN:
            return value
        else:
            tests = {
                syscalls.EQUAL: register == value,
                syscalls.AT_LEAST: register >= value,
                syscalls.ANY_BIT: register & value,
            }
            at += yes if tests[code] else no


@pytest.mark.parametrize("name", syscalls.REFUSED)
def test_each_call_of_the_table_is_refused(name: str) -> None:
    """The number of the call gets an error."""
    assert answer(syscalls.REFUSED[name][0]) == syscalls.FAIL | errno.EPERM


@pytest.mark.parametrize("name", syscalls.UNKNOWN)
def test_calls_with_a_fallback_seem_not_to_exist(name: str) -> None:
    """Libraries then use what was there before."""
    assert answer(syscalls.UNKNOWN[name][0]) == syscalls.FAIL | errno.ENOSYS


@pytest.mark.parametrize("number", [0, 1, 2, 57, 59, 231])
def test_ordinary_calls_are_allowed(number: int) -> None:
    """Reading, writing, opening, forking, starting a program, ending."""
    assert answer(number) == syscalls.ALLOW


def test_threads_are_allowed_and_namespaces_are_not() -> None:
    """``clone`` is judged by its flags."""
    assert answer(syscalls.CLONE[0], 0x003D_0F00) == syscalls.ALLOW
    assert answer(syscalls.CLONE[0], 0x1000_0011) == syscalls.FAIL | errno.EPERM


@pytest.mark.parametrize(("family", "said"), [(1, 0), (2, 0), (10, 0), (16, 0), (17, errno.EAFNOSUPPORT), (40, errno.EAFNOSUPPORT), (38, errno.EAFNOSUPPORT)])  # fmt: skip
def test_sockets_of_families_with_namespaces_are_allowed(family: int, said: int) -> None:
    """Unix, IPv4, IPv6 and netlink; no packets, no virtual machine's host, no kernel crypto."""
    assert answer(syscalls.SOCKET[0], family) == (syscalls.FAIL | said if said else syscalls.ALLOW)


def test_other_numberings_are_refused() -> None:
    """Calls in the numbering of 32 bits, which the table does not know, fail."""
    assert answer(0, architecture=0x4000_0003) == syscalls.FAIL | errno.EPERM
    assert answer(0x4000_0000) == syscalls.FAIL | errno.EPERM
