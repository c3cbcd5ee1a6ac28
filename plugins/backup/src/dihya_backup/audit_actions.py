"""What the log says of backups."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("backup.create", Text("{who} made the backup {what}", "{who} a créé la sauvegarde {what}")),
    AuditAction("backup.restore", Text("{who} put the backup {what} back", "{who} a restauré la sauvegarde {what}")),
)
