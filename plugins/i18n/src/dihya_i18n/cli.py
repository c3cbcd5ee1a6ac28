"""``dihya i18n``: extract messages, report what is not translated; and the language of commands."""

from __future__ import annotations

import json
from pathlib import Path

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.i18n import use


def speak_to_operator() -> None:
    """Let commands answer in the language of the terminal; catalogues are read when the first word is needed."""
    from .catalogues import CONTEXT
    from .negotiation import operator_language

    code = operator_language(("fr", "en"))

    def lookup(message: str, plural: str, count: int | None, plugin: str) -> str:
        from .service import Languages

        try:
            catalogue = current().get(Languages).catalogue(code)
        except LookupError:  # no act: the words of --help
            return message.rpartition(CONTEXT)[2] if count is None or count == 1 else plural
        return catalogue.lookup(message, plural, count, plugin)

    use(code, lookup)


@click.group()
def i18n() -> None:
    """Catalogues: extract messages, report missing translations."""


@i18n.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--language", "codes", multiple=True, default=("fr",), show_default=True, help="A catalogue to bring up to date."
)
def extract(folder: Path, codes: tuple[str, ...]) -> None:
    """Extract the messages of the plugin in FOLDER into its translations/messages.pot and catalogues."""
    from .extraction import update

    for code, lacking in update(package_in(folder), codes).items():
        click.echo(f"{code}: {lacking} to translate")


@i18n.command()
@click.argument("plugins", nargs=-1)
@click.option("--language", "codes", multiple=True, default=("fr",), show_default=True, help="A language to look at.")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
def report(plugins: tuple[str, ...], codes: tuple[str, ...], as_json: bool) -> None:
    """Say which messages of the active plugins (or of PLUGINS) are missing or obsolete; exit 1 when any is missing."""
    from .extraction import compare

    folders = get(AppInfo).folders
    if unknown := set(plugins) - set(folders):
        raise Invalid(f"not active: {', '.join(sorted(unknown))}; active are {', '.join(folders)}")
    gaps = [compare(name, folders[name], code) for name in plugins or folders for code in codes]
    if as_json:
        click.echo(json.dumps([gap.to_json() for gap in gaps], ensure_ascii=False, indent=2))
    else:
        for gap in gaps:
            click.echo(f"{gap.plugin} {gap.language}: {len(gap.missing)} missing, {len(gap.obsolete)} obsolete")
            for sign, messages in (("-", gap.missing), ("+", gap.obsolete)):
                for message in messages:
                    click.echo(f"  {sign} {message}")
    if any(gap.missing for gap in gaps):
        raise SystemExit(1)


def package_in(folder: Path) -> Path:
    """Return the import package of the plugin in *folder*: the folder itself, or what lies below its ``src``."""
    if (folder / "__init__.py").is_file():
        return folder
    packages = [path.parent for path in sorted(folder.glob("src/*/__init__.py"))]
    if len(packages) != 1:
        raise Invalid(f"{len(packages)} packages below {folder}/src; give a plugin's folder or its package")
    return packages[0]
