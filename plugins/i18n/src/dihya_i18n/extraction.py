"""Find the messages of a plugin in its code and templates, and compare them with its catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po
from dihya_hookspecs import Invalid
from jinja2 import TemplateSyntaxError

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
LOUD = {"**/templates/**.html": {"silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None}
BY_KEY = ("problem.", "flaw.")
"""Messages that are looked up by a code which only exists at run time; they are never obsolete."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What separates the catalogue of one plugin in one language from its code."""

    plugin: str
    language: str
    missing: tuple[str, ...]
    obsolete: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return this as JSON data."""
        return asdict(self)


def extract(package: Path) -> Catalog:
    """Return the template catalogue of a package folder. Raises Invalid for a file that cannot be read as what it is."""
    template = Catalog(charset="utf-8", fuzzy=False)
    for file, line, message, comments, context in sorted(_found(package), key=lambda item: (item[0], item[1])):
        template.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return template


def _found(package: Path) -> list[tuple[str, int, Any, list[str], str | None]]:
    """Return the messages of all files; what is not read would be missing from the catalogue without a word."""
    at = [""]
    found = extract_from_dir(
        str(package),
        METHODS,
        LOUD,
        KEYWORDS,
        ("NOTE:",),
        lambda file, method, options: at.__setitem__(0, file),
        strip_comment_tags=True,
    )
    try:
        return list(found)
    except TemplateSyntaxError as error:
        raise Invalid(f"{package / at[0]}:{error.lineno}: {error.message}; nothing was extracted") from error
    except (SyntaxError, TokenError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Invalid(f"{package / at[0]}:{line}: {error.args[0]}; nothing was extracted") from error


def update(package: Path, codes: Iterable[str]) -> dict[str, int]:
    """Write ``translations/messages.pot``, bring each catalogue up to date, and return how many messages it lacks."""
    folder, template = package / "translations", extract(package)
    folder.mkdir(exist_ok=True)
    _write(folder / "messages.pot", template)
    lacking = {}
    for code in codes:
        path = folder / f"{code}.po"
        catalog = _read(path, code)
        keyed = [message for message in catalog if message.id and _key(message).startswith(BY_KEY)]
        catalog.update(template, no_fuzzy_matching=True)
        for message in keyed:
            if message.id not in catalog:
                catalog[message.id] = message
                catalog.obsolete.pop(_key(message), None)
        _write(path, catalog)
        lacking[code] = sum(1 for message in catalog if message.id and not _said(message))
    return lacking


def compare(plugin: str, package: Path, code: str) -> Gap:
    """Return what the catalogue of *plugin* lacks in the language *code*, and what it says in vain."""
    wanted = {_key(message) for message in extract(package) if message.id}
    said = {
        _key(message)
        for message in _read(package / "translations" / f"{code}.po", code)
        if message.id and _said(message)
    }
    vain = {key for key in said - wanted if not key.startswith(BY_KEY)}
    return Gap(plugin, code, tuple(sorted(wanted - said)), tuple(sorted(vain)))


def _key(message: Message) -> str:
    key = str(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)
    return f"{message.context}: {key}" if message.context else key


def _said(message: Any) -> bool:
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(forms) and all(forms) and not message.fuzzy


def _read(path: Path, code: str) -> Catalog:
    if not path.is_file():
        return Catalog(code, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def _write(path: Path, catalog: Catalog) -> None:
    """Write without names and times: a catalogue changes only when a message does."""
    header = 'msgid ""\nmsgstr ""\n'
    if catalog.locale is not None:
        header += f'"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n'
    header += (
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalog, width=110, omit_header=True, include_lineno=False)
