"""What the log says of calls that were not let out."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction(
        "egress.refused",
        Text(
            "{what} wanted to call a host that it does not name; asked by {who}",
            "{what} voulait appeler un hôte qu’il n’annonce pas ; demande de {who}",
        ),
    ),
)
