"""Which door: the city somebody names, the nearest, the next visit of a mobile office, a map that opens when tapped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.library.schema import OfficeEntry
from bot.modules import doors
from bot.translations import Catalogues

NOON = dt.datetime(2026, 11, 21, 15, 0, tzinfo=dt.UTC)
SOURCE = {"title": "The consulate's own page"}


def office(**changes: Any) -> OfficeEntry:
    entry = {"name": "Consulado", "kind": "consulate", "what_for": [], "confidence": "high", "checked": "2026-11"}
    return OfficeEntry.model_validate(entry | changes)


@pytest.mark.parametrize(
    ("city", "text", "found"),
    [
        ("Córdoba", "donde denuncio en cordoba", True),
        ("Lima y oficinas en las regiones", "¿dónde está SUNAFIL en Lima?", True),
        ("Lima", "limaduras de hierro", False),
        ("", "en Lima", False),
    ],
)
def test_a_city_is_known_by_its_name(city: str, text: str, found: bool) -> None:
    assert doors.in_city(office(city=city), text) is found


def test_the_next_visit_is_told_and_past_ones_are_not(catalogues: Catalogues) -> None:
    visits = [
        {"on": dt.date(2026, 11, 14), "city": "Trujillo", "source": SOURCE},
        {"on": dt.date(2026, 12, 5), "city": "Piura", "place": "Casa comunal", "source": SOURCE},
    ]
    line, _ = doors.shown("pe.x", office(visits=visits), catalogues.words("es"), NOON, "America/Lima")
    assert "5 de diciembre de 2026" in line
    assert "Casa comunal, Piura" in line
    assert "Trujillo" not in line


def test_a_place_that_is_known_has_a_map_link(catalogues: Catalogues) -> None:
    line, _ = doors.shown(
        "pe.x", office(latitude=-12.05, longitude=-77.04), catalogues.words("es"), NOON, "America/Lima"
    )
    assert "https://www.openstreetmap.org/?mlat=-12.05&mlon=-77.04" in line
