"""Haitian Creole as Haitians type it: pronouns fused with the word before or after, no accents, French mixed in.

The sentence encoder was trained without Creole. Its words are close to French by sound but not by letter, so a
list of pairs beside this module (creole.txt) lends it French ears.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

LEXICON = Path(__file__).with_name("creole.txt")
_MARKERS = frozenset(
    "mwen mw pa nan pou yo ki kob gen genyen ap te mpa map mgen mta poum sou kisa konben kijan eske travay patwon peye"
    " vle bezwen lajan ayisyen kreyol moun kote nou li fe di sa se paske lakay tounen jwenn poukisa anpil mesi bonjou"
    " bonswa souple tanpri wi dako ankò anko kounye kounya papye m w ak yon lap yap wap pral ede banm mwa".split()
)
_NOT_CREOLE = frozenset(
    "que de la el los en para por con una não nao que com uma the is my to and i you je vous le les des une est mon ma"
    " du et pas qui sur dans ne me mi su un o os na no do da em meu minha a".split()
)
_CERTAIN = frozenset(
    "mwen poum mpa mgen kisa konben kijan eske patwon bezwen lajan ayisyen kreyol poukisa anpil mesi bonjou bonswa tanpri"
    " kounye kounya kounyea banm jwenn tounen lakay paske mvle mta keskap ayiti travay genyen moun fanmi".split()
)
_FUSED = {
    "mta": "m ta", "mpa": "m pa", "mvle": "m vle", "mgen": "m gen", "mte": "m te", "mka": "m ka", "map": "m ap",
    "wap": "w ap", "lap": "l ap", "nap": "n ap", "yap": "y ap", "mbezwen": "m bezwen", "mpral": "m pral",
    "mpap": "m pap", "mpakonnen": "m pa konnen", "mpaka": "m pa ka", "pakab": "pa kab", "paka": "pa ka", "pakonn": "pa konn",
    "mkonnen": "m konnen", "mwenap": "m ap", "mwena": "m a", "mwenta": "m ta", "kap": "k ap", "keskap": "kisa k ap",
    "kesk": "kisa", "keski": "kisa ki", "kisak": "kisa ki", "kisam": "kisa m", "kijanm": "kijan m", "kom": "kom",
    "kotem": "kote m", "jwenl": "jwenn li", "jwenm": "jwenn mwen", "jwen": "jwenn", "sam": "sa m", "sal": "sa l", "saw": "sa w",
    "kim": "ki m", "kem": "ke m", "lem": "le m", "lew": "le w", "sim": "si m", "siw": "si w", "pouki": "pou ki",
    "mrive": "m rive", "mrele": "m rele", "mwenpa": "m pa", "mrete": "m rete", "mtravay": "m travay", "mdi": "m di",
    "mfe": "m fe", "mal": "m al", "mvin": "m vin", "msot": "m sot", "mdwe": "m dwe", "mnan": "m nan", "msou": "m sou",
    "mpati": "m pati", "mfek": "m fek", "mjwenn": "m jwenn", "tem": "te m", "yopa": "yo pa", "lipa": "li pa", "oupa": "ou pa",
    "tap": "te ap", "mtap": "m te ap", "yotap": "yo te ap", "litap": "li te ap", "konbyen": "konben", "nanm": "nan m",
}  # fmt: skip
_TAKES_PRONOUN = (
    "pou|fe|ban|ba|di|peye|papye|paspo|patwon|kob|kay|kite|voye|mande|ede|rele|frape|bat|jwenn|jwen|kenbe|pran|we|mete|"
    "pase|pote|menase|touche|manyen|revoke|gade|madanm|mari|pitit|manman|papa|fre|fanmi|lajan|sale|travay|vant|pye|men|"
    "tet|kontra|kat|telefon|dwe|konnen|avek|ak|sou|nan|bay|trete|joure|vle|sove|deklare|depote|arete|blese|kale|bos|dwa"
)
_SUFFIXED = re.compile(rf"^({_TAKES_PRONOUN})(m|w|l|n|y)$")
_CLASHES = frozenset("jwenn fem ban bal pal mal sal men bay papal nanm".split())
_PRONOUNS = {"m": "mwen", "mw": "mwen", "w": "ou", "l": "li", "n": "nou", "y": "yo"}


def is_creole(folded: str) -> bool:
    """True when words that only Creole has outweigh those of its neighbours."""
    words = re.findall(r"\w+", folded)
    ours = sum(word in _MARKERS or word in _FUSED for word in words) + 2 * sum(word in _CERTAIN for word in words)
    theirs = sum(word in _NOT_CREOLE for word in words)
    return ours > theirs and (ours >= 2 or ours == len(words))


def split_pronouns(word: str) -> list[str]:
    """'poum' as 'pou mwen', 'mta' as 'mwen ta'; other words as they are."""
    if word in _FUSED:
        parts = _FUSED[word].split()
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
    pairs = (line.split("=", 1) for line in LEXICON.read_text("utf-8").splitlines() if line[:1] != "#" and "=" in line)
    known = {creole.strip(): french.strip() for creole, french in pairs}
    return {creole: french for creole, french in known.items() if (" " in creole) is several_words}
