"""What the log says of the records of generations."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "generation_logs.recorded", Text("{who} recorded how {what} came to be", "{who} a consigné l’origine de {what}")
    ),
    AuditAction(
        "generation_logs.export",
        Text("{who} downloaded the records of generations", "{who} a téléchargé l’origine des générations"),
    ),
    AuditAction(
        "generation_logs.swept",
        Text(
            "{who} removed records of generations whose time is over",
            "{who} a supprimé des origines de générations arrivées à terme",
        ),
    ),
)
