"""What the log says of the rights of people."""

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text

ACTIONS = (
    AuditAction("rgpd.find", Text("{who} looked for a person’s data", "{who} a recherché les données d’une personne")),
    AuditAction("rgpd.export", Text("{who} gave out a person’s data", "{who} a remis les données d’une personne")),
    AuditAction(
        "rgpd.portable",
        Text("{who} gave out what a person takes along", "{who} a remis les données portables d’une personne"),
    ),
    AuditAction("rgpd.erase", Text("{who} erased a person’s data", "{who} a effacé les données d’une personne")),
    AuditAction(
        "rgpd.expire", Text("{who} erased data whose time is over", "{who} a effacé des données arrivées à terme")
    ),
    AuditAction(
        "rgpd.looked",
        Text("{who} looked at what is held about them", "{who} a consulté ce qui est détenu à son propre sujet"),
    ),
    AuditAction("rgpd.taken", Text("{who} downloaded their own data", "{who} a téléchargé ses propres données")),
    AuditAction("rgpd.settled", Text("{who} completed an erasure", "{who} a mené un effacement à son terme")),
    AuditAction("rgpd.held", Text("{who} suspended an erasure", "{who} a suspendu un effacement")),
    AuditAction(
        "rgpd.released", Text("{who} ended the suspension of an erasure", "{who} a levé la suspension d’un effacement")
    ),
    AuditAction(
        "rgpd.touched",
        Text(
            "{who} looked which records were touched within a window of time",
            "{who} a cherché quelles fiches ont été touchées sur une période",
        ),
    ),
    AuditAction(
        "rgpd.restricted",
        Text("{who} restricted the use of a person’s data", "{who} a limité l’usage des données d’une personne"),
    ),
    AuditAction("rgpd.consented", Text("{who} noted a consent", "{who} a noté un consentement")),
    AuditAction("rgpd.withdrawn", Text("{who} noted the end of a consent", "{who} a noté la fin d’un consentement")),
    AuditAction("rgpd.objected", Text("{who} noted an objection", "{who} a noté une opposition")),
    AuditAction("rgpd.weighed", Text("{who} decided on an objection", "{who} a décidé d’une opposition")),
    AuditAction("rgpd.lifted", Text("{who} lifted a restriction", "{who} a levé une limitation")),
)
