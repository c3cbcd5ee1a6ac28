"""A plugin from the operator's package index: the newest wheel of ``dihya-<name>``, with the digest that the index says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.installing import Arrival, Installing
from dihya_hookspecs.net import Egress, Outgoing
from packaging.version import InvalidVersion, Version

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
SIMPLE = "application/vnd.pypi.simple.v1+json"
FILES = {"pypi.org": ("files.pythonhosted.org",)}
"""Indexes whose files lie on another host."""
PURPOSE = Text("install plugins from the operator's index", "installer des plugins depuis l’index de l’opérateur")


def hosts(index: str) -> list[Egress]:
    """Return the hosts that are called for an index; none without one."""
    host = urlsplit(index).hostname or ""
    return [Egress(name, PURPOSE, private=True) for name in (host, *FILES.get(host, ())) if name]


def fetch(installing: Installing, name: str) -> Arrival:
    """Fetch the newest wheel of a plugin and look through it.

    Raises:
        Invalid: (403) the operator names no index; it is no name of a plugin; what came is not what the index said.
        NotFound: the index has no such plugin, or no wheel of it that could be installed.
        DihyaError: (502) the index does not answer as an index does.
    """
    index = installing.sources().index
    if not index:
        raise Invalid("the operator names no index", code="forbidden", status=403)
    name = name.removeprefix("dihya-").replace("-", "_")
    if not NAME.fullmatch(name):
        raise Invalid(_("A plugin’s name is a word such as notes."), code="plugin-name")
    current().keep()  # no transaction stays open over the network
    with get(Outgoing).client("console", timeout=30, follow_redirects=True) as client:
        page = f"{index.rstrip('/')}/dihya-{name.replace('_', '-')}/"
        answer = client.get(page, headers={"Accept": SIMPLE})
        if answer.status_code == 404:
            raise NotFound(_("The index has no plugin %(name)s.", name=name), code="not-on-index")
        try:
            files = answer.raise_for_status().json()["files"]
        except Exception as error:
            raise DihyaError(
                f"the index does not answer as PEP 691 says ({type(error).__name__})", code="index", status=502
            ) from error
        chosen = newest(files)
        if chosen is None:
            raise NotFound(_("The index has no wheel of %(name)s.", name=name), code="not-on-index")
        with client.stream("GET", urljoin(page, chosen["url"])) as sent:
            sent.raise_for_status()
            found = installing.receive(chosen["filename"], sent.iter_bytes(), fetched=True)
    if found.id != chosen["hashes"]["sha256"]:
        installing.discard(found.id)
        raise Invalid(_("What came is not what the index said; nothing was kept."), code="digest")
    return found


def newest(files: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the file of the newest version: a wheel for every Python, not yanked, with a digest; releases come first."""
    found = []
    for file in files:
        parts = str(file.get("filename", "")).split("-", 2)
        try:
            version = Version(parts[1])
        except (IndexError, InvalidVersion):
            continue
        if parts[-1] == "py3-none-any.whl" and not file.get("yanked") and file.get("hashes", {}).get("sha256"):
            found.append(((not version.is_prerelease, version), file))
    return max(found, key=lambda pair: pair[0])[1] if found else None
