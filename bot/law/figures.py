"""Numbers of the law by date, each with the article that set it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from bot.messages import Source

YEAR = dt.timedelta(days=366)
GRACE = dt.timedelta(days=60)
"""How long after the day to check again an amount is still given, with the words that it may have changed."""


class NotInForceError(LookupError):
    """A day before the first value of a figure: there is no amount, and none may be guessed."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """A number of the law as it stands on one day."""

    value: Decimal
    unit: str
    currency: str
    since: dt.date
    law: Source
    doubtful: bool
    """True when the number may have changed since it was checked: say so and name the office to ask."""
    withheld: bool = False
    """True when it has been due for a check for so long that nothing may be worked out with it."""


@dataclasses.dataclass(frozen=True)
class DatedValue:
    """A value from a day on."""

    since: dt.date
    value: Decimal
    law: Source
    certain: bool = True


@dataclasses.dataclass(frozen=True)
class DatedFigure:
    """All values of a figure, oldest first."""

    unit: str
    values: tuple[DatedValue, ...]
    currency: str = ""
    check_again_by: dt.date | None = None

    def on(self, day: dt.date) -> Figure:
        """The figure in force on `day`.

        Raises NotInForceError for a day before the first value, never answers with the nearest one.
        """
        in_force = [dated for dated in self.values if dated.since <= day]
        if not in_force:
            raise NotInForceError(f"no value before {self.values[0].since}")
        dated = in_force[-1]
        last = dated is self.values[-1]
        overdue = last and self.check_again_by is not None and day > self.check_again_by
        withheld = overdue and self.check_again_by is not None and day > self.check_again_by + GRACE
        stale = last and (dated.law.checked is None or day - dated.law.checked > YEAR)
        doubtful = overdue or stale or not dated.certain
        return Figure(dated.value, self.unit, self.currency, dated.since, dated.law, doubtful, withheld)
