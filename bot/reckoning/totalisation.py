"""Years of contributions in several countries: which treaty adds them up, whether they reach, and each country's part.

The method is that of the Ibero-American Convention (arts. 5, 6 and 13) and of the treaties like it: each country adds
the months of all its treaty partners to see whether the right exists, and pays the part of its own months. A treaty of
two countries never reaches a third one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction

from bot.library.rules import AgreementEntry, PensionEntry, Pensions


@dataclasses.dataclass(frozen=True)
class Share:
    """What one country's years are worth. `agreement` is None where no treaty binds it to the others."""

    country: str
    pension: PensionEntry | None
    own: int
    total: int
    """Months that count together, its own with them."""
    agreement: AgreementEntry | None
    together: tuple[str, ...]
    """Countries whose months count, this one with them."""
    alone_reaches: bool
    reaches: bool
    part: Fraction
    """Of the pension that all months together would give in this country, what it pays."""
    too_few: bool
    """True: so few months that the country may pay nothing, and they count for the others."""

    @property
    def lacking(self) -> int:
        """Months that are still missing."""
        return max(0, (self.pension.months if self.pension else 0) - self.total)


def shares(pensions: Pensions, months: Mapping[str, int]) -> list[Share]:
    """What each country's months are worth, without overlaps, in the order given."""
    return [_share(pensions, country, months) for country in months]


def _share(pensions: Pensions, country: str, months: Mapping[str, int]) -> Share:
    own, agreement, together = months[country], *_widest(pensions, country, months)
    total = sum(months[other] for other in together)
    pension = pensions.countries.get(country)
    asked = pension.months if pension else 0
    by_years = pension is not None and pension.scheme == "years"
    alone = pension is not None and (not by_years or own >= asked)
    return Share(
        country=country,
        pension=pension,
        own=own,
        total=total,
        agreement=agreement,
        together=together,
        alone_reaches=alone,
        reaches=alone or (by_years and total >= asked),
        part=Fraction(own, total) if total else Fraction(0),
        too_few=own < pensions.least_months and not alone,
    )


def _widest(
    pensions: Pensions, country: str, months: Mapping[str, int]
) -> tuple[AgreementEntry | None, tuple[str, ...]]:
    """The treaty that adds up most months with this country's, and whose months these are."""
    best: tuple[int, AgreementEntry | None, tuple[str, ...]] = (months[country], None, (country,))
    for agreement in pensions.agreements.values():
        if country in agreement.parties:
            together = tuple(other for other in months if other in agreement.parties)
            total = sum(months[other] for other in together)
            if len(together) > 1 and total > best[0]:
                best = (total, agreement, together)
    return best[1], best[2]
