"""What the log says of the models."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "ai_fallback.reset",
        Text(
            "{who} let the provider {what} be asked again",
            "{who} a permis d’interroger de nouveau le fournisseur {what}",
        ),
    ),
)
