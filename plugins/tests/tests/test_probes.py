"""The probes find what they look for: outside of any sandbox every facet is open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dihya_tests import probes, sandbox
from dihya_tests.sandbox import Limits
from dihya_tests.view import View


@pytest.fixture
def outside(tmp_path: Path):
    """What the sandbox puts outside, as a dict."""
    with sandbox._outside(tmp_path, View(), Limits()) as facts:
        yield facts


@pytest.mark.parametrize(
    ("facet", "said"),
    [
        ("files", "read '"),
        ("processes", "share the mnt namespace"),
        ("network", "reach '\\x00dihya-probe-"),
        ("privileges", "win privileges by a set-uid program"),
        ("limits", "go beyond 512 of RLIMIT_NPROC"),
    ],
)
def test_each_probe_finds_an_open_machine(outside, facet: str, said: str) -> None:
    """Without a sandbox the probe reports that what it tries succeeds."""
    assert said in "; ".join(probes.PROBES[facet](outside))


def test_a_place_that_can_be_written_is_found(outside, tmp_path: Path) -> None:
    """Writing outside of the run's own file system counts, and leaves nothing."""
    outside["places"], here = ["/dev/shm"], sorted(os.listdir("/dev/shm"))
    if os.stat("/dev/shm").st_dev == os.stat("/tmp").st_dev:
        pytest.skip("one file system for both")
    assert "write to '/dev/shm'" in list(probes._files(outside))
    assert sorted(os.listdir("/dev/shm")) == here


def test_a_facet_that_cannot_be_measured_is_not_given(outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe that breaks is reported, and counts as open."""
    monkeypatch.setitem(probes.PROBES, "network", lambda outside: (_ for _ in ()).throw(OSError("no")))
    monkeypatch.setitem(probes.PROBES, "system calls", lambda outside: iter(()))
    assert probes.measure(outside)["network"] == "could not be measured: OSError: no"
