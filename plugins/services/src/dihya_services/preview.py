"""How generated files are shown: as a tree, and highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LARGEST = 300_000


@dataclass(slots=True)
class Folder:
    """A folder of the tree: its name, folders and files in it, each file with its path and size in bytes."""

    name: str
    folders: dict[str, Folder] = field(default_factory=dict)
    files: list[tuple[str, str, int]] = field(default_factory=list)


def tree(files: Mapping[str, str], root: str) -> Folder:
    """Return the files as a tree below *root*, sorted by name."""
    top = Folder(root)
    for path in sorted(files):
        *parents, name = path.split("/")
        folder = top
        for parent in parents:
            folder = folder.folders.setdefault(parent, Folder(parent))
        folder.files.append((name, path, len(files[path].encode())))
    return top


def highlighted(path: str, text: str) -> str:
    """Return *text* as HTML with Pygments' classes; nothing of it can become markup."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import TextLexer, get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_for_filename(path.rsplit("/", 1)[-1], stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    if len(text) > LARGEST:
        lexer = TextLexer(stripnl=False)
    return str(highlight(text, lexer, HtmlFormatter(cssclass="source", linenos=False, wrapcode=True)))


def first_look(paths: Iterable[str]) -> str:
    """The file that is shown first: the tables, else the README, else any."""
    known = sorted(paths)
    wanted = (
        [path for path in known if path.endswith("/models.py")]
        or [path for path in known if path == "README.md"]
        or known
    )
    return wanted[0] if wanted else ""
