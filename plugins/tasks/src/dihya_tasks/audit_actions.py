"""What the log says of background tasks."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("tasks.cancel", Text("{who} stopped {what}", "{who} a arrêté {what}")),
    AuditAction("tasks.replay", Text("{who} began {what} again", "{who} a relancé {what}")),
    AuditAction("tasks.drop", Text("{who} gave {what} up", "{who} a abandonné {what}")),
)
