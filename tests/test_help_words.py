"""HELP tells the words of the grammar, all of them, and to each role its own."""

import pytest
from case_people import command
from cases import setting
from test_case_reply import OFFERED, OWNED

from deskless.agent.case.reply_parts import sayable
from deskless.agent.case.verbs import Verb
from deskless.agent.outbound.help_words import WORDS, office_words, words_for

UNLISTED = {
    Verb.YES,
    Verb.CODE,
    Verb.QUESTION,
    Verb.THANKS,
    Verb.DENY,
    Verb.APPROVE,
    Verb.DECLINE,
    Verb.RELATION,
}
"""What only answers a mail that says how, or needs no word of ours."""
EXAMPLES = {"NAME": "Ana", "CRITERION": "outage", "…": "it hangs"}


def test_no_verb_is_left_out() -> None:
    """A verb that somebody adds is told, or this fails."""
    assert set(WORDS) | UNLISTED == set(Verb)


@pytest.mark.parametrize("verb", WORDS)
def test_what_help_tells_is_read_as_what_it_says(verb: Verb) -> None:
    """Each example, filled in, is that verb and has no doubt."""
    text = WORDS[verb][0]
    for blank, word in EXAMPLES.items():
        name = "Northwind" if verb is Verb.CUSTOMER else word
        text = text.replace(blank, name)
    reading = command(text)
    assert (reading.verb, reading.doubts) == (verb, ())


def test_each_role_has_its_words() -> None:
    """Who is asked is told of need; the founder of GO and LIVE; everybody of ESCALATE."""
    asked = {write for write, _ in words_for(sayable(OFFERED, "ana", setting()))}
    assert {"need: …", "LEDGER", "UNDO"} <= asked
    assert "PROGRESS: …" in {write for write, _ in words_for(sayable(OWNED, "ana", setting()))}
    assert {"GO", "LIVE CRITERION"} <= {write for write, _ in office_words(founder=True)}
    team = {write for write, _ in office_words(founder=False)}
    assert "GO" not in team
    assert {"ESCALATE because …", "LEDGER"} <= team
