"""Another site cannot use the cookie of somebody who is signed in."""


def test_a_link_that_removes_something_is_found(found):
    """A GET that removes a row is told; forms, which the application guards, are not."""
    assert found("cross_site_request") == {"GET /holes/posts-by-hand/<uuid:id>/forget": "a link changes a row"}
