"""Which addresses a name may lead to."""

from __future__ import annotations

import pytest
from dihya_egress.addresses import objection
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "192.168.1.1", "172.16.0.1", "::1", "fd00::1", "::ffff:10.0.0.7", "2002:0a00:0007::1",
     "64:ff9b::a00:7", "100.64.0.1"],
)  # fmt: skip
def test_this_machine_and_private_networks_are_for_hosts_that_say_so(address):
    """Also where an IPv6 address carries the private one."""
    assert objection(address, private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.7"])
def test_a_host_that_an_operator_named_may_be_near(address):
    """With private=True."""
    assert objection(address, private=True) == ""


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1%eth0", "224.0.0.1", "ff02::1", "0.0.0.0",  # noqa: S104
     "::", "240.0.0.1", "255.255.255.255"],
)  # fmt: skip
@pytest.mark.parametrize("private", [True, False])
def test_link_local_multicast_and_reserved_addresses_are_never_called(address, private):
    """Clouds keep their credentials at a link-local address."""
    assert objection(address, private=private)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_public_addresses_are_called(address):
    """In either family."""
    assert objection(address, private=False) == ""


@given(st.ip_addresses())
def test_whatever_is_allowed_without_private_is_allowed_with_it(address):
    """Saying private opens, and never closes."""
    if not objection(str(address), private=False):
        assert objection(str(address), private=True) == ""
