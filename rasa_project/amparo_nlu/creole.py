"""Haitian Creole as Haitians type it: pronouns fused with a neighbouring word, no accents, French mixed in.

The sentence encoder was trained without Creole. Its words are close to French by sound but not by letter,
so a list of pairs beside this module (creole.txt) lends it French ears.
"""

from __future__ import annotations

import re
from functools import lru_cache

from amparo_nlu.word_pairs import word_pairs

_SHARED = frozenset(
    "al bank bate bebe bon bot bye chef chili deja dele di do don done entere epi estres fe fi fim "
    "fin gratis ilegal jan je k l le legal legalize let leve livre lot m mal mande mask mason men "
    "mete mil mine move n nom ou pa pale papa pase pe pedi pot pre prepare retire sale san sante "
    "saw se sem set sim sis sit sol sou ta te tem tou touche two ven vi w we y yo de si gaz map lap "
    "nap sam kim plas manke site bus fon net wo".split()
)
"""Creole words that are words of our other languages as well, and prove nothing."""
_FOREIGN = frozenset(
    "que el los las en para por con una es lo del mi su me y o no não nao com uma os as na do da em "
    "meu minha ao um the is my to and i you for in of it at on was are vous les des une est mon ma "
    "du et pas qui sur dans ne il j c d qu ce au aux pour avec".split()
)
_TAKES_PRONOUN = (
    "pou|fe|ban|ba|di|peye|papye|paspo|patwon|kob|kay|kite|voye|mande|ede|rele|frape|bat|jwenn|jwen|"
    "kenbe|pran|we|mete|pase|pote|menase|touche|manyen|revoke|gade|madanm|mari|pitit|manman|papa|"
    "fre|fanmi|lajan|sale|travay|vant|pye|men|tet|kontra|kat|telefon|dwe|konnen|avek|ak|sou|nan|bay|"
    "trete|joure|vle|sove|deklare|depote|arete|blese|kale|bos|dwa"
)
_SUFFIXED = re.compile(rf"^({_TAKES_PRONOUN})(m|w|l|n|y)$")
_CLASHES = frozenset("jwenn fem ban bal pal mal sal men bay papal nanm".split())
_PRONOUNS = {"m": "mwen", "mw": "mwen", "w": "ou", "l": "li", "n": "nou", "y": "yo"}


def is_creole(folded: str) -> bool:
    """True when words that only Creole has outnumber those that only its neighbours have."""
    words = re.findall(r"\w+", folded)
    return sum(word in _only_creole() for word in words) > sum(word in _FOREIGN for word in words)


def split_pronouns(word: str) -> list[str]:
    """'poum' as 'pou mwen', 'mta' as 'mwen ta'; other words as they are."""
    if word in word_pairs("creole_fused"):
        parts = word_pairs("creole_fused")[word].split()
    elif word not in _CLASHES and (found := _SUFFIXED.match(word)):
        parts = [found[1], found[2]]
    else:
        parts = [word]
    return [_PRONOUNS.get(part, part) for part in parts]


def french_gloss(folded: str) -> str:
    """The Creole line word by word in French, as far as the lexicon goes."""
    line = f" {folded} "
    for creole, french in _lexicon(several_words=True).items():
        line = line.replace(f" {creole} ", f" {french} ")
    return " ".join(_lexicon(several_words=False).get(word, word) for word in line.split())


@lru_cache(maxsize=2)
def _lexicon(*, several_words: bool) -> dict[str, str]:
    """The pairs of creole.txt whose Creole side is one word, or several."""
    pairs = word_pairs("creole").items()
    return {creole: french for creole, french in pairs if (" " in creole) is several_words}


@lru_cache(maxsize=1)
def _only_creole() -> frozenset[str]:
    known = word_pairs("creole").keys() | word_pairs("creole_fused").keys()
    return frozenset(word for word in known if " " not in word) - _SHARED - _FOREIGN | {"mwen", "kreyol"}
