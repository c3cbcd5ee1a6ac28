"""What the log says of events."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("events.replay", Text("{who} had {what} delivered again", "{who} a fait livrer de nouveau {what}")),
    AuditAction(
        "events.expired",
        Text(
            "{who} let go of what waited for {what} too long",
            "{who} a abandonné ce qui attendait {what} depuis trop longtemps",
        ),
    ),
)
