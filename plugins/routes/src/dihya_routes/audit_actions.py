"""What the log says of what programs took along."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (AuditAction("routes.export", Text("{who} took the list {what} along", "{who} a emporté la liste {what}")),)
