"""What the log says of what was done to plugins in the browser."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("console.plugin_brought", Text("{who} sent the file of {what}", "{who} a envoyé le fichier de {what}")),
    AuditAction("console.plugin_enable", Text("{who} enabled {what}", "{who} a activé {what}")),
    AuditAction("console.plugin_disable", Text("{who} disabled {what}", "{who} a désactivé {what}")),
    AuditAction("console.plugin_rearm", Text("{who} let {what} be called again", "{who} a remis {what} en service")),
    AuditAction(
        "console.server_reloaded", Text("{who} let the server start anew", "{who} a fait redémarrer le serveur")
    ),
)
