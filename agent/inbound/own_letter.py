"""Words of one's own behind `SEND:`, as a letter to the customer: made ready, or doubted.

They become the approved text word for word, with nothing above or below it. The time by which they
promise something is what the customer was told, so it becomes the promise when the letter has left.
In answer to the draft of an end (is it solved, an apology) they stand for that draft.
"""

from dataclasses import replace

from deskless.agent.case.case import APOLOGY, OWN_WORDS, Case
from deskless.agent.case.decision import Act
from deskless.agent.case.on_reply import AFTER
from deskless.agent.case.verbs import Command, own_words
from deskless.agent.inbound.team_answers import earliest_promise
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.outbound.case_view import view_case
from deskless.agent.outbound.customer import own_draft
from deskless.agent.outbound.write_letter import draft_digest
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.templates.tone import say_remarks

APART = "I cannot tell your words from what your mail quotes."
NOBODY = "Nobody is named to whom it could go."


def as_letter(
    office: Office, session: Session, mail: Incoming, case: Case, reading: tuple[Command, Act]
) -> tuple[Command, Act]:
    """A SEND with words of one's own: the act names their text, and further doubts stand beside
    those of the grammar. Any other command comes back as it is.
    """
    asked, act = reading
    words = own_words(asked)
    if not words:
        return reading
    letter = own_draft(view_case(office, session, case), words)
    digest = draft_digest(letter)
    documents.put_draft(session, digest, case.ticket, (letter.to, letter.subject, letter.text))
    doubts = [*asked.doubts]
    if " ".join(words.split()) not in " ".join(mail.message.text.split()):
        doubts.append(APART)
    if not letter.to:
        doubts.append(NOBODY)
    if tone := say_remarks(words):
        doubts.append(tone)
    told = earliest_promise(office, act.by, words, mail.now)
    act = replace(
        act, draft=digest, named="", promise=told.by if told else None,
        draft_kind=act.draft_kind if _stands(case, act) else OWN_WORDS,
    )  # fmt: skip
    return replace(asked, doubts=tuple(dict.fromkeys(doubts))), act


def _stands(case: Case, act: Act) -> bool:
    """Whether the words stand for the draft that they answer, blocked or not: it is the writer's
    to give, and the case is as it says.
    """
    theirs = act.draft_kind == APOLOGY or act.by == case.owner
    return theirs and case.status in AFTER.get(act.draft_kind, ())
