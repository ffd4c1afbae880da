"""A name is read as a place where it stands as one; words and first names that sound alike change nothing."""

import datetime as dt

import pytest

from bot.understanding.keywords import Keywords

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "mi patrona me quitó el pasaporte",
        "mi patrona me quito el pasaporte",
        "me botaron de la zona franca sin pagarme",
        "pizco chile y me pagan por cubeta",
        "trabajo en la pizca de chile y no me pagan",
        "la señora Virginia no me paga",
        "limpio la casa de Virginia y no me paga",
        "don Salvador no me quiere pagar",
        "doña Florida me debe dos meses",
        "el patrón Israel me grita",
        "trabajo con marca china y no pagan",
        "minha patroa Virginia não paga",
        "my boss Jordan does not pay me",
    ],
)
def test_words_and_first_names_are_no_places(keywords: Keywords, text: str) -> None:
    facts = keywords.facts.read(text, "es", TODAY)
    assert (facts.here, facts.origin, facts.countries) == ("", "", ())


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("cuanto es el salario minimo en chile", "cl"),
        ("y en Chile?", "cl"),
        ("texas", "us"),
        ("me retienen el pasaporte en texas", "us"),
        ("limpio un hotel en Punta Cana", "do"),
        ("salario mínimo de Ecuador", "ec"),
        ("minha patroa em São Paulo não assinou", "br"),
        ("lapolis nan Santo Domingo", "do"),
        ("the minimum wage in Florida", "us"),
        ("salaire minimum au Chili", "cl"),
    ],
)
def test_places_are_read_where_they_stand_as_places(keywords: Keywords, text: str, country: str) -> None:
    facts = keywords.facts.read(text, "es", TODAY)
    assert country in (facts.here, *facts.countries)


def test_a_country_only_mentioned_counts_where_none_is_known(keywords: Keywords) -> None:
    facts = keywords.facts.read("cuanto me toca de liquidación Ecuador despido", "es", TODAY)
    assert facts.mentioned == ("ec",)
