"""Why a wheel is refused, in both languages."""

from __future__ import annotations

from .i18n import Text

FILENAME = Text(
    "%(file)r is not the name of a wheel: %(why)s", "%(file)r n’est pas le nom d’une archive wheel : %(why)s"
)
TAGS = Text(
    "%(file)r is not for every Python (py3-none-any); a plugin is Python alone",
    "%(file)r n’est pas pour tout Python (py3-none-any) ; un plugin n’est que du Python",
)
FOLDERS = Text(
    "%(file)r has %(number)s folders of metadata; build it again with 'uv build --wheel'",
    "%(file)r a %(number)s dossiers de métadonnées ; construisez-le à nouveau avec 'uv build --wheel'",
)
METADATA = Text(
    "the metadata of %(file)r cannot be read: %(why)s", "les métadonnées de %(file)r sont illisibles : %(why)s"
)
STRANGE = Text(
    "%(file)r holds %(strange)s; a plugin's wheel holds %(package)r and its metadata, nothing else",
    "%(file)r contient %(strange)s ; l’archive d’un plugin contient %(package)r et ses métadonnées, rien d’autre",
)
EMPTY = Text(
    "%(file)r holds no package %(package)s; a plugin's wheel holds that and its metadata, nothing else",
    "%(file)r ne contient pas le paquet %(package)s ; l’archive d’un plugin le contient avec ses métadonnées, et rien d’autre",
)
PACKAGE = Text(
    "plugin %(name)r comes in package %(package)r %(version)s; call the package %(known)r",
    "le plugin %(name)r vient dans le paquet %(package)r %(version)s ; appelez le paquet %(known)r",
)
PYTHON = Text(
    "%(name)s needs Python %(python)s, this is %(here)s", "%(name)s demande Python %(python)s, ceci est %(here)s"
)
REQUIREMENT = Text(
    "a requirement of %(name)s cannot be read: %(why)s", "une dépendance de %(name)s est illisible : %(why)s"
)
NO_CONTRACT = Text(
    "%(name)s requires no dihya-hookspecs; write 'dihya-hookspecs>=2,<3' into its dependencies",
    "%(name)s ne demande pas dihya-hookspecs ; écrivez 'dihya-hookspecs>=2,<3' dans ses dépendances",
)
OTHER_CONTRACT = Text(
    "%(name)s is written for dihya-hookspecs%(range)s, and this is %(version)s; get a version of it that fits",
    "%(name)s est écrit pour dihya-hookspecs%(range)s, et ceci est %(version)s ; procurez-vous une version qui convient",
)
MISSING = Text(
    "%(name)s needs what is missing in this environment; run %(commands)s",
    "%(name)s a besoin de ce qui manque dans cet environnement ; lancez %(commands)s",
)
MANY = Text("%(file)r holds more than %(most)s files", "%(file)r contient plus de %(most)s fichiers")
LARGE = Text("%(file)r unpacks to more than %(most)s MB", "%(file)r dépasse %(most)s Mo une fois décompressé")
PLAIN = Text(
    "%(file)r holds %(entry)r, which is not a plain file of its own",
    "%(file)r contient %(entry)r, qui n’est pas un simple fichier à lui",
)
TWICE = Text("%(file)r holds a file twice", "%(file)r contient deux fois un fichier")
UNPACKED = Text("%(file)r cannot be unpacked: %(why)s", "%(file)r ne peut pas être décompressé : %(why)s")
POINTS = Text(
    "%(file)r declares %(number)s entry points in %(group)r; a plugin declares one",
    "%(file)r déclare %(number)s points d’entrée dans %(group)r ; un plugin en déclare un",
)
POINT = Text(
    "entry point %(name)r = %(value)r is not a name such as 'notes' with package 'dihya_notes'",
    "le point d’entrée %(name)r = %(value)r n’est pas un nom comme 'notes' avec le paquet 'dihya_notes'",
)
BESIDES = Text(
    "%(file)r also declares %(group)r %(name)r; a plugin brings nothing but itself",
    "%(file)r déclare aussi %(group)r %(name)r ; un plugin n’apporte que lui-même",
)
LACKS = Text(
    "the wheel lacks %(files)s; a plugin's wheel has it", "il manque à l’archive %(files)s ; celle d’un plugin l’a"
)
RECORD = Text("the wheel's RECORD cannot be read: %(why)s", "le RECORD de l’archive est illisible : %(why)s")
CHANGED = Text(
    "%(file)r is not what the wheel's RECORD says; get the wheel again",
    "%(file)r n’est pas ce que dit le RECORD de l’archive ; procurez-vous l’archive à nouveau",
)
PURE = Text("the wheel is not Python alone (Root-Is-Purelib)", "l’archive n’est pas que du Python (Root-Is-Purelib)")
