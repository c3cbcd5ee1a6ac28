"""Who shows a brand, offers languages and serves is asked of the contract."""

import pytest
from dihya_distributions import providers


@pytest.mark.parametrize(
    ("service", "package", "section"),
    [
        (providers.BRAND, "dihya-console", "console"), (providers.LANGUAGES, "dihya-i18n", "i18n"),
        (providers.SERVER, "dihya-wsgi", "wsgi"),
    ],
)  # fmt: skip
def test_each_is_provided_by_a_package_with_a_section(service, package, section):
    """The name of the package, and the section of its settings."""
    assert (providers.package(service), providers.section(service)) == (package, section)
