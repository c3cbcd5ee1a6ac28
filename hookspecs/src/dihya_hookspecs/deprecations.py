"""What goes with the next major version of the contract: names, and fields, methods and parameters of them."""

from __future__ import annotations

from collections.abc import Mapping

from . import Deprecated

NAMES: Mapping[str, Deprecated] = {}
"""Where it stands in the contract → since when, and what to write instead; nothing goes at present.

``"web.Resource"`` is a name of a module, ``"web.Resource.page"`` a field, method or parameter of it, ``"DihyaError"`` a name of
the package itself. Hooks and their arguments say it themselves: ``@hookspec(deprecated=…)``. ``dihya check`` tells the author
of a plugin that uses one, and ``docs/hooks.json`` lists them.
"""
