"""What the log says of moving from one database to another."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (AuditAction("db.copy", Text("{who} copied everything to {what}", "{who} a tout copié vers {what}")),)
