"""Times inside sentences: what progress and a mail to a customer promise."""

import pytest
from cases import BERLIN, NOW, TEAM

from deskless.agent.language.promised_time import named_next_update, named_time
from deskless.agent.reply.grammar import Command, Verb, read_reply
from deskless.agent.reply.parts import labelled_parts


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("update by 17:00", 16),
        ("Spoke to the bank.\nupdate by 17:00", 16),
        ("We are on it, next update: 17:00", 16),
        ("progress: refund is out\nI will call them by 15:30 today", 14),
        ("PROGRESS update by 17:00", 16),
        ("Rückmeldung bis 17 Uhr", 16),
        ("The fix is due by 17:00", None),
        ("Still waiting", None),
    ],
)
def test_progress_carries_the_next_update_where_it_names_one(words: str, hour: int | None) -> None:
    """What the lease letter asks for: what is true now, and the new time."""
    until = named_next_update(words.splitlines(), NOW, BERLIN)
    assert (until.hour if until else None) == hour


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("next: bank books it. update by 15:00", {"next": "bank books it."}),
        ("next: bank books it\nupdate by 15:00", {"next": "bank books it"}),
        ("done: paid. next: x, next update tomorrow at noon", {"done": "paid", "next": "x"}),
        ("nächste Schritte: Bank bucht. Rückmeldung bis 15:00", {"next": "Bank bucht."}),
        ("next: banque. prochaine mise à jour à 15h", {"next": "banque."}),
        ("next: banco. próxima actualización a las 15:00", {"next": "banco."}),
        ("next: update 15:00", {}),
        ("next: we update the docs by Friday", {"next": "we update the docs by Friday"}),
        ("next: update by Ben was wrong", {"next": "update by Ben was wrong"}),
        ("next: call them by 15:00", {"next": "call them by 15:00"}),
    ],
)
def test_a_labelled_part_holds_no_time_of_the_next_update(
    words: str, steps: dict[str, str]
) -> None:
    """That time is read for itself: in the customer's letter it would stand beside the one due."""
    assert dict(labelled_parts(words.splitlines())) == steps


def test_progress_by_its_word_takes_the_next_update_of_a_line_below() -> None:
    """The word stands first, the time further down."""
    words = "progress: refund is out\nI will call them by 15:30 today"
    command = read_reply(words, people=TEAM, now=NOW, zone=BERLIN)
    assert isinstance(command, Command)
    assert (command.verb, command.until.hour if command.until else None) == (Verb.PROGRESS, 14)


def test_a_time_is_read_behind_the_word_that_leads_to_it() -> None:
    """Further words behind it do no harm; a number that is no time is none."""
    instant = named_time("We will get back to you by Friday 15:00 with the result.", NOW, BERLIN)
    assert instant is not None
    assert (instant.day, instant.hour) == (27, 14)
    assert named_time("We will refund 620 EUR in full.", NOW, BERLIN) is None
    assert named_time("We are in Berlin and by your side.", NOW, BERLIN) is None
