"""Whose words we are answering while a piece of work is under way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answering:
    """What somebody wrote that led to the letters being written now.

    `who` is a person's id, or a customer's where not `team`. `exact` and `alike` are digests of the
    words, the second with every figure masked. `echoes` is how often in a row the same words came
    back to our answer to them, `limit` from how many echoes on it is a machine's loop.
    """

    who: str
    exact: str
    alike: str
    echoes: int = 0
    limit: int = 2
    team: bool = True
