"""The days that are played, scene by scene: what happens, and so long after the start.

The scenes lie so that a kill's minutes bring no clock from one into another.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"
PARCEL = "Hello,\n\nMy parcel is late, it was to come on Friday.\n\nUli"
Scene = tuple[Callable[[Any], None], timedelta]


def _first(world: Any) -> None:
    """The daemon sees this inbox for the first time; what lies there is history."""


def _quiet(world: Any) -> None:
    """Time passes, and nobody writes."""


def _trouble(world: Any) -> None:
    """Two customers in trouble, one with a question."""
    world.customer(TROUBLE, "vera", "Invoice 4411")
    world.customer("Hi, how do I change the language of my invoices?", "uli", "A question")
    world.customer("I was charged twice and want my money back.", "wim", "Charged twice")


MINE = "Gehört ab jetzt zu meinem Stapel, Vera hört um 17 Uhr was"
"""A yes of which only a model is sure."""


def _yes(world: Any) -> None:
    """The owner of the first accepts; its customer writes once more."""
    world.answer("ACME-1042-1", MINE if world.model else "ACCEPT, update by 17:00")
    world.customer(
        "Anybody there?", "vera", "Re: Invoice 4411", In_Reply_To=f"<{world.written[0]}>"
    )


def _word(world: Any) -> None:
    """The owner lets the drafted words go to the customer; somebody bounces the other case."""
    world.answer("ACME-1042-1", "SEND")
    world.answer("ACME-1044-1", "BOUNCE because it is about the contract, ask somebody else")


ORDINARY: tuple[Scene, ...] = (
    (_first, timedelta(0)),
    (_trouble, timedelta(minutes=40)),
    (_yes, timedelta(minutes=80)),
    (_word, timedelta(minutes=120)),
    (_quiet, timedelta(hours=7)),
)


def _severe(world: Any) -> None:
    """A SEV-2, which its customer's manager hears of at once."""
    world.customer(TROUBLE, "vera", "Invoice 4411")


def _together(world: Any) -> None:
    """Its owner takes it and calls everybody together."""
    world.answer("ACME-1042-1", "ACCEPT, next: look at both charges", of=("ana",))
    world.at += timedelta(minutes=1)
    world.answer("ACME-1042-1", "WAR ROOM", of=("ana",))


FOLLOWED: tuple[Scene, ...] = (
    (_first, timedelta(0)),
    (_severe, timedelta(minutes=40)),
    (_together, timedelta(minutes=64)),
    (_quiet, timedelta(minutes=85)),
    (_quiet, timedelta(minutes=160)),
)
"""A severe case that people follow and have a war room for: changes, drafts, the hour."""


def _says(who: str, *words: str) -> Callable[[Any], None]:
    """Somebody answers the newest mail about the first case, once for each of these."""

    def answers(world: Any) -> None:
        for number, each in enumerate(words):
            world.at += timedelta(minutes=min(number, 1))
            world.answer("ACME-1042-1", each, of=(who,))

    return answers


def _blame(world: Any) -> None:
    """A colleague writes to the customer by hand, and blames them."""
    world.sent("tom", "You should have read the manual. More by 18:00.", world.written[0])


def _late_parcel(world: Any) -> None:
    """A lesser trouble of another kind."""
    world.customer(PARCEL, "uli", "My parcel")


def _graver(world: Any) -> None:
    """Whoever has it takes it, finds it graver, and closes it without cause and yes."""
    for words in ("ACCEPT", "SEV-2 because they cannot sell", "CLOSE because it is done"):
        world.answer("ACME-1043-1", words)
        world.at += timedelta(minutes=1)


def _two_more(world: Any) -> None:
    """Two more of the same criterion within the week."""
    world.customer(TROUBLE, "wim", "Twice again")
    world.customer(TROUBLE, "xena", "And twice again")


FLAGGED: tuple[Scene, ...] = (
    (_first, timedelta(0)),
    (_severe, timedelta(minutes=40)),
    (_quiet, timedelta(minutes=64)),  # no word to the customer
    (_says("ana", "ACCEPT"), timedelta(minutes=90)),
    (_says("ana", "still at it, update by 14:30", "still at it, update by 15:30"),
     timedelta(minutes=110)),  # put off twice, and no blocker named
    (_quiet, timedelta(hours=5, minutes=32)),  # the promise passes
    (_quiet, timedelta(hours=6, minutes=40)),  # and the grace: it goes on
    (_says("ben", "BOUNCE because it is about the contract, ask somebody else"),
     timedelta(hours=7)),  # for the third time
    (_says("cleo", "ACCEPT"), timedelta(hours=7, minutes=20)),
    (_blame, timedelta(hours=7, minutes=40)),
    (_says("cleo", "RESOLVED\ncause: a second booking\ndone: sent it back"),
     timedelta(hours=23, minutes=10)),
    (_says("cleo", "SEND"), timedelta(hours=23, minutes=35)),  # the customer reads that it is over
    (_late_parcel, timedelta(hours=24)),
    (_graver, timedelta(hours=24, minutes=40)),
    (_quiet, timedelta(hours=48, minutes=30)),  # the apology has not left
    (_two_more, timedelta(hours=49, minutes=30)),
    (_quiet, timedelta(hours=50, minutes=20)),
)  # fmt: skip
"""Every red flag goes up once, by what people do and by what time brings."""
