"""What the log says of moving from one database to another, and of the bin."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.bin import DISCARDED, PUT_BACK
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("db.copy", Text("{who} copied everything to {what}", "{who} a tout copié vers {what}")),
    AuditAction(PUT_BACK, Text("{who} put {what} back", "{who} a rétabli {what}")),
    AuditAction(DISCARDED, Text("{who} emptied the bin of {what}", "{who} a vidé la corbeille de {what}")),
)
