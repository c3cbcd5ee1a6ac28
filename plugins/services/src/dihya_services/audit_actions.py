"""What the log says of generations."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("services.begun", Text("{who} had {what} built", "{who} a fait construire {what}")),
    AuditAction("services.generated", Text("the building of {what} ended", "la construction de {what} est terminée")),
)
