"""The bill of materials: every wheel with version, digest, licence and what it requires, in CycloneDX 1.6."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from .manifest import Manifest
from .packages import Package

EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


def bill(manifest: Manifest, packages: Sequence[Package]) -> str:
    """Return the document; the same packages give the same text."""
    *parts, whole = [_component(one) for one in packages]
    whole.type = ComponentType.APPLICATION
    digests = "".join(one.sha256 for one in packages)
    document = Bom(serial_number=uuid5(NAMESPACE_URL, f"{manifest.label}:{digests}"))
    document.metadata.timestamp, document.metadata.component = EPOCH, whole
    document.components.update(parts)
    by_name = {one.name: component for one, component in zip(packages, [*parts, whole], strict=True)}
    for one in packages:
        needs = {canonicalize_name(need.name) for need in one.requires} & by_name.keys() - {one.name}
        document.register_dependency(by_name[one.name], [by_name[name] for name in sorted(needs)])
    found = json.loads(JsonV1Dot6(document).output_as_string())
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _component(package: Package) -> Component:
    address = PackageURL("pypi", None, package.name, package.version)
    return Component(
        name=package.name, version=package.version, type=ComponentType.LIBRARY, purl=address, bom_ref=str(address),
        description=package.metadata.get("Summary") or None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=package.sha256)],
        licenses=[LicenseFactory().make_from_string(package.licence)] if package.licence else [],
    )  # fmt: skip
