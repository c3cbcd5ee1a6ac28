"""What the log says of stored files."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "storage.sweep",
        Text("{who} removed files that nobody holds", "{who} a supprimé des fichiers que personne ne détient"),
    ),
)
