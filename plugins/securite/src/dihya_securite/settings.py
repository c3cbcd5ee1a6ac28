"""What can be set for people, sign-in and tokens: section ``[securite]`` of ``dihya.toml``."""

from __future__ import annotations

from collections.abc import Mapping

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field


def _roles() -> Mapping[str, str]:
    from dihya_hookspecs.access import Access
    from dihya_hookspecs.acts import get

    return {role.name: str(role.caption) for role in get(Access).roles().values() if role.name != "guest"}


TITLE = Text("Sign-in and sessions", "Connexion et sessions")


class Settings(BaseModel):
    """Settings of the securite plugin; the defaults fit a small server on the open network."""

    model_config = ConfigDict(extra="forbid")

    contact: str = editable(
        "",
        Text("Whom people ask for an account or a new password", "À qui demander un compte ou un nouveau mot de passe"),
        Text(
            "Stands on the sign-in page: a name, an address, a telephone number.",
            "Figure sur la page de connexion : un nom, une adresse, un numéro de téléphone.",
        ),
        max_length=200,
    )
    argon2_time: int = Field(2, ge=1, le=20, description="Passes of Argon2id over its memory.")
    argon2_memory: int = Field(47104, ge=64, le=1048576, description="Memory of one Argon2id hash, in KiB.")
    argon2_slots: int = Field(2, ge=1, le=64, description="Passwords that one process hashes at the same time.")
    lockout: int = editable(
        5,
        Text("Failed sign-ins before delays", "Échecs de connexion avant les délais"),
        Text(
            "Failed sign-ins from one network before delays begin.",
            "Nombre d’échecs depuis un même réseau avant que des délais s’imposent.",
        ),
        ge=1,
        le=100,
    )
    lockout_max: int = editable(
        900,
        Text("Longest delay after failed sign-ins (seconds)", "Plus long délai après des échecs (secondes)"),
        Text(
            "Longest delay after failed sign-ins, in seconds.",
            "Le délai double à chaque échec et ne dépasse pas cette durée.",
        ),
        ge=1,
        le=86400,
    )
    one_time_days: int = editable(
        7,
        Text("One-time passwords end after (days)", "Fin des mots de passe provisoires (jours)"),
        Text(
            "Days after which an unused one-time password ends.",
            "Nombre de jours après lesquels un mot de passe provisoire inutilisé prend fin.",
        ),
        ge=1,
        le=90,
    )
    key_days: int = editable(
        365,
        Text("API keys end after (days)", "Fin des clés d’API (jours)"),
        Text(
            "Days after which an API key ends at the latest.",
            "Nombre de jours après lesquels une clé d’API prend fin au plus tard.",
        ),
        ge=1,
        le=3650,
    )
    confirm_minutes: int = editable(
        10,
        Text("Ask for the password again after (minutes)", "Redemander le mot de passe après (minutes)"),
        Text(
            "Minutes after which a dangerous act asks for the password again.",
            "Nombre de minutes après lesquelles un acte dangereux redemande le mot de passe.",
        ),
        ge=1,
        le=1440,
    )
    second_factor_roles: frozenset[str] = editable(
        frozenset(),
        Text("Roles that need a second factor", "Rôles qui demandent un second facteur"),
        Text(
            "Whoever has one of these roles sets up a code from an app before anything else.",
            "Qui a l’un de ces rôles met d’abord en place un code donné par une application.",
        ),
        choices=_roles,
    )
    session_idle: int = editable(
        480,
        Text("Unused sessions end after (minutes)", "Fin d’une session inutilisée (minutes)"),
        Text(
            "Minutes after which an unused session ends.",
            "Nombre de minutes après lesquelles une session inutilisée prend fin.",
        ),
        ge=5,
        le=43200,
    )
    session_max: int = editable(
        168,
        Text("Sessions end after (hours)", "Fin d’une session (heures)"),
        Text(
            "Hours after which a session ends in any case; counts for sessions that begin from now on.",
            "Nombre d’heures après lesquelles une session prend fin dans tous les cas ; vaut pour les sessions ouvertes désormais.",
        ),
        ge=1,
        le=2160,
    )
    access_minutes: int = Field(15, ge=1, le=60, description="Minutes for which an access token is valid.")
    refresh_days: int = Field(30, ge=1, le=365, description="Days after which a refresh token ends, used or not.")
    signing_key_days: int = Field(90, ge=1, le=3650, description="Days after which a new token signing key is made.")
    issuer: str = Field("dihya", min_length=1, max_length=200, description="Issuer (iss) of the tokens.")
    audience: str = Field("dihya-api", min_length=1, max_length=200, description="Audience (aud) of the tokens.")
