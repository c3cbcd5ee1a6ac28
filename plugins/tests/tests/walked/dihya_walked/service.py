"""What can be done with a loan."""

from __future__ import annotations

from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Records, action

from .models import Loan


class Loans(Records[Loan]):
    """The loans."""

    model, search, order = Loan, ("title",), "-created_at"

    @action("extend", ("Extend", "Prolonger"), confirm=("Extend this loan?", "Prolonger ce prêt ?"))
    def extend(self, record: Loan) -> None:
        """A week more, as long as that is allowed."""
        if record.days > 53:
            raise Invalid("a loan lasts sixty days at most")
        record.days += 7
