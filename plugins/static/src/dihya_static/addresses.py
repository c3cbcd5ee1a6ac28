"""The addresses of assets, for pages."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.ui import Design
from flask import has_request_context, request

from .service import Assets


class Addresses:
    """Implements ``dihya_hookspecs.ui.Assets``.

    Args:
        root: what stands before every address, below a proxy's prefix.
    """

    def __init__(self, assets: Assets, root: str = "") -> None:
        self._assets, self._root = assets, root

    @classmethod
    def from_container(cls, svcs_container: Any) -> Addresses:
        """Build the service inside an act."""
        return cls(svcs_container.get(Assets), request.script_root if has_request_context() else "")

    def url(self, name: str) -> str:
        """Return the fingerprinted address of ``<plugin>/<file>``. Raises LookupError that says what would have been right."""
        return f"{self._root}/static/{self._assets.demand(name).fingerprinted}"

    def integrity(self, name: str) -> str:
        """Return its digest (Subresource Integrity). Raises LookupError."""
        return self._assets.demand(name).integrity

    def design(self) -> Design:
        """Return the files of the design system."""
        styles = tuple(map(self.url, ("static/dihya.css", "static/frame.css")))
        scripts = (self.url("static/dihya.js"),)
        return Design(styles, scripts, self.url("static/favicon.svg"), self.url("static/icons.svg"))
