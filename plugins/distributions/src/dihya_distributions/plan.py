"""What a distribution will be, in lines that a person reads."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .assembly import machine, python
from .manifest import Manifest
from .packages import Package


def lines(manifest: Manifest, packages: Sequence[Package]) -> list[str]:
    """Return packages, settings, brand and platform, each with its reason."""
    about = manifest.distribution
    said = [f"{about.name} {about.version}, for Python {python()} on {machine(packages)}", "", "packages"]
    width = max(len(f"{one.name} {one.version}") for one in packages)
    for one in packages:
        origin = "" if one.origin == "index" else f" [from {one.origin}]"
        said.append(f"  {f'{one.name} {one.version}':<{width}}  {'; '.join(one.reasons)}{origin}")
    settings = manifest.all_settings()
    if settings:
        said += ["", "settings"]
    for section, values in sorted(settings.items()):
        for key, value in values.items():
            locked = "locked" if f"{section}.{key}" in about.locked else "default, the operator may say another one"
            shown = json.dumps(value, ensure_ascii=False, default=str)
            said.append(f"  {section}.{key} = {shown}  ({locked})")
    without = [one.name for one in packages if not one.licence]
    said += [
        "",
        f"licences: {len({one.licence for one in packages if one.licence})} kinds; not said by {', '.join(without) or 'nobody'}",
    ]
    return said
