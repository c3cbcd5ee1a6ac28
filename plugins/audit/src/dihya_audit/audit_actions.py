"""What the log says of itself."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "audit.export", Text("{who} downloaded the proof of the log", "{who} a téléchargé la preuve du journal")
    ),
    AuditAction(
        "audit.continued",
        Text(
            "{who} recorded why the log goes on after a break",
            "{who} a consigné pourquoi le journal se poursuit après une rupture",
        ),
    ),
    AuditAction(
        "audit.lost",
        Text(
            "an entry is missing here; {who} put a placeholder for it",
            "une entrée manque ici ; {who} a mis un repère à sa place",
        ),
    ),
)
