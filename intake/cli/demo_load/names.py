"""Who are the people of the demonstration? Nobody: invented names, numbers kept for stories.

Every family name is a plant or a bird, so that nobody takes one for a person of the service. The
numbers are those that Ofcom keeps for drama; no telephone has them.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

#: Given names with the sex at birth that the story tells; in turn, so that both are in any part.
WOMEN = (
    "Aaliyah", "Aisha", "Amber", "Anya", "Beth", "Carys", "Chloe", "Daisy", "Eilidh", "Esme",
    "Faith", "Freya", "Grace", "Gwen", "Hana", "Isla", "Jasmine", "Jodie", "Keira", "Lara",
    "Lily", "Mali", "Megan", "Mia", "Nia", "Noor", "Poppy", "Rosa", "Ruby", "Seren",
)  # fmt: skip
MEN = (
    "Adam", "Alfie", "Amir", "Ben", "Caleb", "Connor", "Declan", "Dev", "Ellis", "Ewan",
    "Finlay", "Gabriel", "Hamza", "Harvey", "Imran", "Jack", "Jamal", "Josh", "Kai", "Kwame",
    "Leo", "Lucas", "Marcus", "Nathan", "Oliver", "Owen", "Rhys", "Sami", "Theo", "Zac",
)  # fmt: skip
FAMILY = (
    "Avens", "Bilberry", "Bracken", "Bryony", "Bunting", "Burnet", "Campion", "Celandine",
    "Chaffinch", "Comfrey", "Coltsfoot", "Dipper", "Dotterel", "Dunlin", "Dunnock", "Eyebright",
    "Fescue", "Fieldfare", "Figwort", "Firecrest", "Foxglove", "Gadwall", "Goldcrest",
    "Goosander", "Greenshank", "Harebell", "Hawfinch", "Knapweed", "Lapwing", "Larkspur",
    "Linnet", "Loosestrife", "Lovage", "Marjoram", "Meadowsweet", "Merlin", "Mugwort",
    "Nuthatch", "Orpine", "Ouzel", "Pimpernel", "Pipit", "Ragwort", "Redpoll", "Redstart",
    "Sandpiper", "Sanicle", "Saxifrage", "Scabious", "Siskin", "Sorrel", "Speedwell",
    "Stonechat", "Tansy", "Teasel", "Twite", "Wagtail", "Whimbrel", "Woodruff", "Yarrow",
)  # fmt: skip
#: More would need a number or a name twice.
MOST = 300
FIRST_NUMBER = 900101
#: People who use ketamine and come to services are young, and nobody here is a child.
YOUNGEST, OLDEST = 20, 38


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who doesn't exist."""

    given_name: str
    family_name: str
    date_of_birth: dt.date
    phone: str
    sex: str


def invent(many: int, rng: random.Random, today: dt.date) -> list[Invented]:
    """So many people, none twice; the same for the same generator and day.

    Args:
        many: 1 to MOST.
        rng: decides about names and ages.
        today: they are 20 to 38 years old on this day.
    """
    given = [(name, "female") for name in WOMEN] + [(name, "male") for name in MEN]
    family = list(FAMILY)
    rng.shuffle(given)
    rng.shuffle(family)
    # Each name once before any comes back, and then in another pair.
    return [
        _person(n, given[n % len(given)], family[(n + n // len(given)) % len(family)], rng, today)
        for n in range(many)
    ]


def _person(
    n: int, given: tuple[str, str], family: str, rng: random.Random, today: dt.date
) -> Invented:
    days = rng.randint(YOUNGEST * 366, OLDEST * 365)
    return Invented(
        given_name=given[0],
        family_name=family,
        date_of_birth=today - dt.timedelta(days=days),
        phone=f"+44 7700 {FIRST_NUMBER + n}",
        sex=given[1],
    )
