"""The dialogue with a teammate: no answer of theirs is lost, and none is met with silence.

What could not be read is counted per person, in a row: the first two times the words are asked for
again, from the third on the answer is short and names a person to ask. What an owner writes about
their own case is kept as a fact or a note of it, also where no word of ours stands in it.
"""

import re
from dataclasses import replace
from datetime import datetime

from deskless.agent.case.case import Case, Status
from deskless.agent.case.reply_parts import PATIENCE
from deskless.agent.case.verbs import Command, Unclear, Verb
from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import fold_text
from deskless.agent.language.lexicon import REACTION, speech
from deskless.agent.language.promised_time import named_next_update
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.reply.parts import labelled_parts
from deskless.store.engine.session import Session

LONG = 25
"""Words from which on somebody who does not know one thing has told another."""
WORDS = 3
"""Words that a note has at least."""


def unread_in_a_row(session: Session, person: str) -> int:
    """How many answers of this person in a row could not be read."""
    return state_keys.UNREAD.get(session, person) or 0


def count_reading(session: Session, person: str, *, read: bool) -> int:
    """Count one more that could not be read, or begin anew; the number in a row."""
    if read:
        state_keys.UNREAD.drop(session, person)
        return 0
    count = unread_in_a_row(session, person) + 1
    state_keys.UNREAD.put(session, count, person)
    return count


def loses_patience(count: int) -> bool:
    """Whether so many in a row call for a short answer that names a person."""
    return count > PATIENCE


def settle_words(
    office: Office, at: datetime, reading: tuple[Command | Unclear, str], case: Case, person: str
) -> Command | Unclear:
    """What words mean from somebody who has the case, where the grammar left them open.

    `at` is when they came.
    """
    asked, words = reading
    owner = case.status is Status.OWNED and case.owner == person
    if isinstance(asked, Command):
        return _doubted(asked, words, case) if owner else asked
    text = words.strip()
    folded = fold_text(" ".join(text.split()))
    if folded.endswith("?"):
        return Command(Verb.QUESTION, note=text, line=asked.line, inferred=True)
    if not owner or REACTION.search(folded) or len(folded.split()) < WORDS:
        return asked
    if gives_up(folded):
        why = "Do you want to hand it on, or is it how things stand?"
        return replace(asked, why=why, guesses=(Verb.BOUNCE, Verb.PROGRESS))
    if set(asked.guesses) & {Verb.BOUNCE, Verb.RESOLVED, Verb.CLOSE, Verb.REOPEN, Verb.SEND}:
        return asked
    return _fact(office, at, text, asked.line, person)


def _fact(office: Office, at: datetime, text: str, line: str, person: str) -> Command:
    """Free words of an owner: progress where they hold a time or a labelled part, else a note."""
    lines = text.splitlines()
    teammate = office.person(person)
    zone = teammate.hours.zone if teammate else office.config.team.zone
    hours = teammate.hours if teammate else None
    until = named_next_update(lines, at, zone, hours=hours, languages=office.config.team.languages)
    fields = labelled_parts(lines)
    verb = Verb.PROGRESS if until or fields else Verb.NOTE
    return Command(verb, note=text, line=line, inferred=True, until=until, fields=fields)


def _doubted(asked: Command, words: str, case: Case) -> Command:
    """Any words are no word of progress: who gives up does not renew what they promised."""
    guessed = asked.verb is Verb.PROGRESS and asked.inferred and asked.until is None
    if not guessed or not gives_up(fold_text(" ".join(words.split()))):
        return asked
    return replace(asked, doubts=("Do you want to hand it on? Then write BOUNCE.",))


def gives_up(folded: str) -> bool:
    """Whether folded words want somebody else to have the case, which is no word of progress."""
    patterns = concept_patterns()
    return any(patterns[idea].search(folded) for idea in ("somebody else", "too much"))


def shows_code(words: str, code: str) -> bool:
    """Whether words hold this code and say no no."""
    bare = re.sub(r"(?<=\w)[ -](?=\w)", "", words).upper()
    denied = speech().negation.search(fold_text(words))
    return bool(code) and code.upper() in bare and not denied


def knows_nothing(text: str) -> bool:
    """Whether an answer only says that its writer does not know."""
    folded = fold_text(" ".join(text.split()))
    return bool(concept_patterns()["knows not"].search(folded)) and len(folded.split()) <= LONG
