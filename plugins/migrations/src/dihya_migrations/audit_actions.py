"""What the log says of tables."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "migrations.upgrade",
        Text("{who} brought the tables of {what} up to date", "{who} a mis à jour les tables de {what}"),
    ),
    AuditAction(
        "migrations.downgrade",
        Text("{who} took the tables of {what} back", "{who} a ramené les tables de {what} en arrière"),
    ),
)
