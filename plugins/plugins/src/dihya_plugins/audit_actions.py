"""What the log says of plugins that come and go."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("plugins.install", Text("{who} installed {what}", "{who} a installé {what}")),
    AuditAction("plugins.upgrade", Text("{who} brought {what} up to date", "{who} a mis à jour {what}")),
    AuditAction("plugins.uninstall", Text("{who} uninstalled {what}", "{who} a désinstallé {what}")),
    AuditAction(
        "plugins.purge", Text("{who} removed what {what} had left", "{who} a supprimé ce que {what} avait laissé")
    ),
    AuditAction("plugins.install_asked", Text("{who} asked to install {what}", "{who} a demandé d’installer {what}")),
    AuditAction(
        "plugins.upgrade_asked",
        Text("{who} asked to bring {what} up to date", "{who} a demandé de mettre à jour {what}"),
    ),
    AuditAction(
        "plugins.uninstall_asked", Text("{who} asked to uninstall {what}", "{who} a demandé de désinstaller {what}")
    ),
    AuditAction(
        "plugins.purge_asked",
        Text("{who} asked to remove what {what} had left", "{who} a demandé de supprimer ce que {what} avait laissé"),
    ),
    AuditAction(
        "plugins.resume_asked",
        Text(
            "{who} asked to go on with {what} where it had stopped",
            "{who} a demandé de reprendre {what} là où il s’était arrêté",
        ),
    ),
)
