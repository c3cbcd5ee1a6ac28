"""Files outside, and requests that the server makes for somebody."""


def test_a_file_outside_is_found(found):
    """A name that climbs out of its folder gives the planted file."""
    assert found("path_traversal") == {"GET /holes/file": "gives a file that is not its own"}


def test_an_address_that_the_server_asks_is_found(found):
    """The preview asks the listener on loopback; no other route with an address does."""
    assert found("server_request") == {"GET /holes/preview": "the application asks an address that it was given"}


def test_the_preview_does_not_reach_the_metadata(assault):
    """The attack tries addresses of this machine in several spellings, and each finding names the first that was asked."""
    (finding,) = assault("server_request").findings
    assert "127.0.0.1" in finding.sent and "connection to" in finding.answered
