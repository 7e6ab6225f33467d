"""How does a name sound? A short code that spellings of one name share, whatever their alphabet.

Coarse on purpose: Catherine and Kathryn, Muhammad and Mohamed, Łukasz and Lucas have one code each.
It only finds people to look at; a person decides. It is our own and not a library's, because the
codes are stored as blind-index tokens: a library's better release would orphan every stored one,
and the known ones (Soundex, Metaphone) hear English only.
"""

from __future__ import annotations

import re

from intake.crypto import fold

LONGEST = 8
SHORTEST_WORD = 2
# Letters that don't fall apart into a Latin one and an accent; Greek and Cyrillic by sound.
LETTERS = str.maketrans(
    {
        **dict(zip("øłđðħıŋ", "oldthin", strict=True)),
        "æ": "e",
        "œ": "e",
        "þ": "th",
        "ß": "ss",
        **dict(zip("абвгдезийклмнопрстуфхыэіїєґ", "abvgdeziiklmnoprstufhieiieg", strict=True)),
        "ж": "sh",
        "ц": "ts",
        "ч": "sh",
        "ш": "sh",
        "щ": "sh",
        "ю": "u",
        "я": "a",
        "ь": "",
        "ъ": "",
        "ё": "o",
        **dict(zip("αβγδεζηικλμνξοπρστυφχω", "avgdeziiklmnxoprstifho", strict=True)),
        "θ": "th",
        "ψ": "ps",
        "ς": "s",
    }
)
RULES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"^(kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^(ps|x)", "s"),
        (r"^(mac|mc)(?=[^aeiouy])", "mk"),
        (r"^ge", "se"),
        (r"^w", "f"),
        (r"chr", "kr"),
        (r"tsch|sch|tch|cz|sz|sh|ch|zh|dzh|dg|dj|ts|tz|zs|cs", "s"),
        (r"gh(?=[aeiouy])", "k"),
        (r"gh", ""),
        (r"ph", "f"),
        (r"mb$", "m"),
        (r"ck|qu|q", "k"),
        (r"c(?=[eiy])", "s"),
        (r"x", "ks"),
        (r"w", ""),
    )
)
GROUPS = str.maketrans("cgkbpdtfvszjlmnr", "KKKPPTTFFSSSLMNR")
VOWELS = "aeiouyh"


def codes(name: str) -> frozenset[str]:
    """The code of each word of a name; words of one letter say nothing and have none."""
    words = re.split(r"[^\w]+", fold(name).translate(LETTERS))
    return frozenset(code(word) for word in words if len(word) >= SHORTEST_WORD) - {""}


def code(word: str) -> str:
    """The consonants of a folded word by how they sound, after `A` where it begins with a vowel."""
    for pattern, to in RULES:
        word = pattern.sub(to, word)
    if not word:
        return ""
    first = "A" if word[0] in VOWELS else ""
    sounds = re.sub(r"([A-Z])\1+", r"\1", word.translate(GROUPS))
    return (first + "".join(letter for letter in sounds if letter.isupper()))[:LONGEST]
