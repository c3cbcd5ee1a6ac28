"""What the log says of settings."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("settings.set", Text("{who} changed the setting {what}", "{who} a modifié le réglage {what}")),
    AuditAction(
        "settings.chosen", Text("{who} changed their own setting {what}", "{who} a modifié son réglage {what}")
    ),
)
