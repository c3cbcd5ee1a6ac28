"""Pages get addresses that never go stale, and digests."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_hookspecs.ui import Assets


def test_pages_get_addresses_and_digests(make_app: Any) -> None:
    """An address has a fingerprint and the prefix of the application, a digest is one of SRI; a wrong name fails there and then."""
    app = make_app("static")
    with app.flask.test_request_context(), app.act("test") as act:
        assets = act.get(Assets)
        assert assets.url("static/dihya.js").startswith("/static/static/dihya.")
        assert assets.integrity("static/dihya.js").startswith("sha384-")
        with pytest.raises(LookupError, match="did you mean 'static/dihya.js'"):
            assets.url("static/dihia.js")
    with app.flask.test_request_context("/x", base_url="http://localhost/below"), app.act("test") as act:
        assert act.get(Assets).url("static/dihya.js").startswith("/below/static/")


def test_every_file_of_the_design_is_served(make_app: Any) -> None:
    """Style sheets, scripts, picture and symbols answer under the addresses that pages are given."""
    app = make_app("static")
    with app.flask.test_request_context(), app.act("test") as act:
        design = act.get(Assets).design()
    for url in (*design.styles, *design.scripts, design.picture, design.symbols):
        assert app.client().get(url).status_code == 200
