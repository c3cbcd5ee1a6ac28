"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import SIGNED_IN, Permission
from dihya_hookspecs.i18n import Text

_ROLES = ("admin", "dpo")
PERMISSIONS = (
    Permission(
        "rgpd:read", Text("see where data about people lies", "voir où se trouvent les données des personnes"), _ROLES
    ),
    Permission("rgpd:export", Text("export the data of a person", "exporter les données d’une personne"), _ROLES),
    Permission("rgpd:erase", Text("erase the data of a person", "effacer les données d’une personne"), _ROLES),
    Permission("rgpd:archive", Text("read what is archived", "lire ce qui est archivé"), _ROLES),
    Permission(
        "rgpd:read_requests",
        Text("see what people asked about their data", "voir ce que des personnes ont demandé sur leurs données"),
        (*_ROLES, "auditeur"),
    ),
    Permission(
        "rgpd:write_requests",
        Text("note and answer requests of people", "noter et traiter les demandes des personnes"),
        _ROLES,
    ),
    Permission(
        "rgpd:read_consents",
        Text("see what people consent and object to", "voir à quoi les personnes consentent et s’opposent"),
        (*_ROLES, "auditeur"),
    ),
    Permission(
        "rgpd:write_consents",
        Text(
            "note what people consent and object to, and decide on it",
            "noter à quoi les personnes consentent et s’opposent, et en décider",
        ),
        _ROLES,
    ),
    Permission(
        "rgpd:read_breaches",
        Text("see the breaches of data", "voir les violations de données"),
        (*_ROLES, "auditeur"),
    ),
    Permission(
        "rgpd:write_breaches",
        Text("note breaches of data, and what is done about them", "noter les violations de données et leurs suites"),
        _ROLES,
    ),
    Permission(
        "rgpd:read_assessments", Text("see the impact assessments", "voir les analyses d’impact"), (*_ROLES, "auditeur")
    ),
    Permission("rgpd:write_assessments", Text("write impact assessments", "rédiger les analyses d’impact"), _ROLES),
    Permission(
        "rgpd:restrict",
        Text(
            "restrict the use of a person’s data, and see it", "limiter l’usage des données d’une personne, et les voir"
        ),
        _ROLES,
    ),
    Permission(
        "rgpd:own",
        Text(
            "see what is held about oneself, take it along, and send requests",
            "voir ce qui est détenu sur soi, l’emporter, et envoyer des demandes",
        ),
        (SIGNED_IN,),
    ),
    Permission("rgpd:hold", Text("place and release legal holds", "poser et lever les conservations légales"), _ROLES),
)
