"""CI/CD: the wheel can be published as it is, and built again to the same bytes."""

from __future__ import annotations

import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.wheels import inspected

from ..bench import Bench
from ..model import NotChecked, Outcome, failed, judged, passed
from ..registry import check
from ..subject import Plugin
from ..target import MAY_DECLARE, built, copied


@check(
    "cicd.reproducible",
    Text("built twice, it is the same bytes", "construit deux fois, ce sont les mêmes octets"),
    advice=Text(
        "keep out of the package what changes with the place or the time of the build",
        "laissez hors du paquet ce qui change avec le lieu ou le moment de la construction",
    ),
    outside=True,
    seconds=60,
)
def reproducible(bench: Bench) -> Outcome:
    """From two copies in different places, with different times; nothing of the project runs meanwhile."""
    source = bench.target.source
    if source is None:
        raise NotChecked(
            "a wheel cannot be built a second time; check the folder, or name it with --tests",
            "une wheel ne se reconstruit pas ; vérifiez le dossier, ou nommez-le avec --tests",
        )
    digests = []
    for _ in range(2):
        place = Path(tempfile.mkdtemp(dir=bench.root))
        wheel = built(copied(source, place / "project"), place)
        digests.append(sha256(wheel.read_bytes()).hexdigest())
    if bench.target.given_wheel and bench.target.parcel.sha256 not in digests:
        return failed(
            f"the folder gives {digests[0][:16]}, and the wheel is {bench.target.parcel.sha256[:16]}",
            f"le dossier donne {digests[0][:16]}, et la wheel est {bench.target.parcel.sha256[:16]}",
        )
    if digests[0] != digests[1]:
        return failed(*[f"{digests[0][:16]} ≠ {digests[1][:16]}"] * 2)
    return passed(*[f"sha256:{digests[0][:16]}"] * 2, sha256=digests[0])


@check(
    "cicd.contents",
    Text("the wheel holds its package and its metadata, each file as RECORD says", "la wheel contient son paquet et ses métadonnées, chaque fichier conforme à RECORD"),
    advice=Text("build it with uv_build, from a folder with one package below src", "construisez-la avec uv_build, depuis un dossier avec un seul paquet sous src"),
)  # fmt: skip
def contents(plugin: Plugin) -> Outcome:
    """One package at the top, no compiled files, no test, no key, nothing that starts by itself."""
    parcel = inspected(plugin.wheel, MAY_DECLARE)
    with zipfile.ZipFile(plugin.wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    flaws = [
        f"it brings {name}"
        for name in names
        if name.endswith((".pyc", ".pth", ".key", ".pem", ".so", ".env", ".sqlite"))
    ]
    tests = [name for name in names if name.endswith(".py") and ("/tests/" in name or "/test_" in name)]
    flaws += [f"it brings {name}" for name in (*tests, *(name for name in names if "__pycache__" in name))]
    return judged(flaws, f"{len(names)} files of dihya_{parcel.name}", f"{len(names)} fichiers de dihya_{parcel.name}")


@check(
    "cicd.typed",
    Text("it says that it has types", "il déclare ses types"),
    advice=Text("put an empty py.typed into the package", "mettez un fichier py.typed vide dans le paquet"),
)
def typed(plugin: Plugin) -> Outcome:
    """``py.typed`` (PEP 561), without which nobody's type checker looks at it."""
    there = (plugin.folder / "py.typed").is_file()
    return passed("py.typed", "py.typed") if there else failed("py.typed is missing", "py.typed manque")


@check(
    "cicd.licence",
    Text("its licence is named and comes along", "sa licence est nommée et fournie"),
    advice=Text(
        'write license = "…" and license-files = ["LICENSE"] into [project], and put the text beside it',
        "écrivez license = \"…\" et license-files = [\"LICENSE\"] dans [project], et joignez le texte",
    ),
)  # fmt: skip
def licence(plugin: Plugin) -> Outcome:
    """An SPDX expression in the metadata, and its text in the wheel (PEP 639)."""
    said = plugin.distribution.metadata
    expression, files = said.get("License-Expression"), said.get_all("License-File") or []
    flaws = [] if expression else ["the metadata name no License-Expression"]
    with zipfile.ZipFile(plugin.wheel) as archive:
        texts = [name for name in archive.namelist() if ".dist-info/licenses/" in name and archive.read(name).strip()]
    if len(texts) < max(1, len(files)):
        flaws.append("no text of a licence is in the wheel")
    return judged(flaws, f"{expression}, {len(texts)} texts", f"{expression}, {len(texts)} textes")


@check(
    "cicd.metadata",
    Text("an index can show what it is", "un index peut dire ce que c’est"),
    advice=Text(
        "write description, authors, readme, requires-python and classifiers into [project]; give the contract an upper limit",
        "écrivez description, authors, readme, requires-python et classifiers dans [project] ; bornez la version du contrat",
    ),
)
def metadata(plugin: Plugin) -> Outcome:
    """Summary, author, README, Python versions, classifiers; and the contract with an upper limit."""
    said = plugin.distribution.metadata
    wanted = {"Summary": "description", "Requires-Python": "requires-python", "Classifier": "classifiers"}
    flaws = [f"[project] {name} is missing" for field, name in wanted.items() if not said.get(field)]
    if not (said.get("Author") or said.get("Author-email")):
        flaws.append("[project] authors is missing")
    if not (said.get("Description") or said.get_payload()):
        flaws.append("[project] readme is missing")
    contract = [line for line in plugin.requirements() if line.replace("_", "-").startswith("dihya-hookspecs")]
    flaws += [
        f"{line!r} has no upper limit" for line in contract if "<" not in line and "==" not in line and "~=" not in line
    ]
    return judged(
        flaws,
        f"{said['Name']} {said['Version']}: {said.get('Summary')}",
        f"{said['Name']} {said['Version']} : {said.get('Summary')}",
    )
