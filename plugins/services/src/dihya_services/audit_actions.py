"""What the log says of generations."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("services.begun", Text("{who} had {what} built", "{who} a fait construire {what}")),
    AuditAction("services.generated", Text("the building of {what} ended", "la construction de {what} est terminée")),
    AuditAction("services.trial_begun", Text("{who} began to try {what}", "{who} a commencé à essayer {what}")),
    AuditAction("services.trial_ended", Text("{who} ended the trial of {what}", "{who} a terminé l’essai de {what}")),
    AuditAction(
        "services.brought", Text("{who} brought {what} to be installed", "{who} a apporté {what} pour l’installer")
    ),
)
