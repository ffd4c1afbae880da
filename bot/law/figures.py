"""Numbers of the law by date, each with the article that set it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from bot.messages import Source

YEAR = dt.timedelta(days=366)


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
        return Figure(dated.value, self.unit, self.currency, dated.since, dated.law, self._doubtful(dated, day))

    def _doubtful(self, dated: DatedValue, day: dt.date) -> bool:
        overdue = self.check_again_by is not None and day > self.check_again_by
        checked = dated.law.checked
        return overdue or not dated.certain or checked is None or day - checked > YEAR
