"""What the log says of keys."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("keys.exported", Text("{who} took the keys along, sealed", "{who} a emporté les clés, scellées")),
    AuditAction(
        "keys.imported", Text("{who} brought keys to this machine", "{who} a apporté des clés sur cette machine")
    ),
    AuditAction("keys.rotated", Text("{who} made the key {what} anew", "{who} a renouvelé la clé {what}")),
)
