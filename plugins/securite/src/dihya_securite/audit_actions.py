"""What the log says of people, sign-ins and keys."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "securite.person_added", Text("{who} opened an account for {what}", "{who} a ouvert un compte pour {what}")
    ),
    AuditAction(
        "securite.roles_changed", Text("{who} changed the roles of {what}", "{who} a changé les rôles de {what}")
    ),
    AuditAction(
        "securite.opened", Text("{who} opened the account of {what} again", "{who} a rouvert le compte de {what}")
    ),
    AuditAction("securite.closed", Text("{who} closed the account of {what}", "{who} a fermé le compte de {what}")),
    AuditAction(
        "securite.password_reset",
        Text("{who} gave {what} a one-time password", "{who} a donné un mot de passe à usage unique à {what}"),
    ),
    AuditAction(
        "securite.password_changed", Text("{what} chose a new password", "{what} a choisi un nouveau mot de passe")
    ),
    AuditAction("securite.signed_in", Text("{what} signed in", "{what} a ouvert une session")),
    AuditAction("securite.sign_in_failed", Text("a sign-in failed: {what}", "une connexion a échoué : {what}")),
    AuditAction("securite.confirmed", Text("{what} gave the password again", "{what} a redonné son mot de passe")),
    AuditAction(
        "securite.second_factor_added",
        Text("{who} set up a second factor", "{who} a mis en place un second facteur"),
    ),
    AuditAction(
        "securite.second_factor_removed", Text("{who} removed a second factor", "{who} a retiré un second facteur")
    ),
    AuditAction(
        "securite.second_factor_taken_away",
        Text("{who} took the second factor of {what} away", "{who} a retiré le second facteur de {what}"),
    ),
    AuditAction(
        "securite.second_factor_failed",
        Text("a code of {what} was not right", "un code de {what} n’était pas le bon"),
    ),
    AuditAction(
        "securite.recovery_code_used", Text("{what} used a recovery code", "{what} a utilisé un code de secours")
    ),
    AuditAction(
        "securite.recovery_codes_made",
        Text("{who} made new recovery codes", "{who} a créé de nouveaux codes de secours"),
    ),
    AuditAction("securite.signed_out", Text("{what} signed out", "{what} a fermé sa session")),
    AuditAction(
        "securite.sessions_ended", Text("{who} ended sessions of {what}", "{who} a mis fin à des sessions de {what}")
    ),
    AuditAction(
        "securite.signed_out_everywhere",
        Text("all sessions of {what} were ended", "toutes les sessions de {what} ont pris fin"),
    ),
    AuditAction("securite.key_created", Text("{who} made an API key", "{who} a créé une clé d’API")),
    AuditAction("securite.key_removed", Text("{who} removed an API key", "{who} a supprimé une clé d’API")),
    AuditAction(
        "securite.tokens_issued",
        Text("{what} signed in with a program", "{what} a ouvert une session avec un programme"),
    ),
    AuditAction(
        "securite.tokens_revoked", Text("{what} signed out of a program", "{what} a fermé la session d’un programme")
    ),
    AuditAction(
        "securite.token_reused",
        Text(
            "a token of {what} was used twice; its session was ended",
            "un jeton de {what} a servi deux fois ; sa session a pris fin",
        ),
    ),
    AuditAction(
        "securite.key_turned",
        Text("{who} made the key that signs tokens anew", "{who} a renouvelé la clé qui signe les jetons"),
    ),
)
