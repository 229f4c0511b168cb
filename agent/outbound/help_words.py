"""What HELP tells: every word of the grammar, and who can say it.

A test reads each of these with the grammar and finds the verb that it stands under, and asks that
no verb is left out; so HELP and the grammar cannot drift apart.
"""

from collections.abc import Iterable

from deskless.agent.case.verbs import Verb

WORDS: dict[Verb, tuple[str, str]] = {
    Verb.ACCEPT: ("ACCEPT, update by 16:00", "the case is yours; the customer hears by then"),
    Verb.BOUNCE: ("BOUNCE because …", "not yours: it goes on, with your reason; “to NAME”"),
    Verb.LATER: ("LATER until 15:00", "you are asked again then; it stays nobody’s"),
    Verb.NEED: ("need: …", "your question goes to whoever reported it; the clocks run on"),
    Verb.OFFER: ("OFFER NAME", "leads, founder: that person is asked, and says yes himself"),
    Verb.PROGRESS: (
        "PROGRESS: …",
        "how it stands; also “done: …”, “next: …”, “blocked: …”, “cause: …”, “workaround: …”, "
        "“eta: …”: the customer’s letter is made of these",
    ),
    Verb.RESOLVED: ("RESOLVED", "solved; with “cause: …” and “done: …” the customer is asked"),
    Verb.SEND: ("SEND", "the prepared mail goes as it is; “SEND: …” sends your own words"),
    Verb.CLOSE: ("CLOSE", "it is over; with a reason where the customer has not said yes"),
    Verb.FIXED: ("FIXED: …", "mended for good: solved, or the customer’s follow-up is drafted"),
    Verb.GOODWILL: ("OFFER credit 1 month", "goodwill: whoever approves it is asked"),
    Verb.COMMIT: ("commit: … by 4 December", "the customer is owed this; “@NAME” says by whom"),
    Verb.PREVENT: ("prevent: … by 4 December", "so that it does not return; “@NAME” names who"),
    Verb.FINISHED: ("DONE 1", "task 1 is done"),
    Verb.DROP: ("DROP 1 because …", "task 1 is given up"),
    Verb.REVIEW: ("REVIEW", "after the end: the report as it stands, and the next why"),
    Verb.WHY: ("why: …", "answers the review’s question; five of them lead to the root"),
    Verb.LESSON: ("lesson: …", "what we learnt from it, for the report"),
    Verb.IMPACT: ("impact: severe because …", "how hard the customer was hit"),
    Verb.CALLED: ("CALLED: …", "you told the customer by telephone: it counts as a letter does"),
    Verb.REOPEN: ("REOPEN because …", "not over after all"),
    Verb.UNDO: ("UNDO", "takes your last step back, within 30 minutes"),
    Verb.NOTE: ("NOTE …", "kept with the case; nothing else changes"),
    Verb.STATUS: ("STATUS", "the case as it stands"),
    Verb.LEDGER: ("LEDGER", "the list of live cases"),
    Verb.SEVERITY: ("SEV-2 because …", "corrects the severity; the clocks follow"),
    Verb.TYPE: ("type technical", "corrects the type; a criterion’s name works as well"),
    Verb.CUSTOMER: ("customer NAME", "corrects whose it is"),
    Verb.NOT_MET: ("not CRITERION", "that criterion does not hold"),
    Verb.JOIN: ("JOIN 1043", "the same matter: closes this case into that one"),
    Verb.SPLIT: ("SPLIT", "not the same matter: keeps them apart"),
    Verb.WAR_ROOM: ("WAR ROOM", "SEV-1, SEV-2: calls everybody it needs into one mail thread"),
    Verb.COMMANDER: ("COMMANDER NAME", "that person leads the war room from now on"),
    Verb.ESCALATE: ("ESCALATE because …", "with “tried: …”, on a forward to me: opens a case"),
    Verb.WITHDRAW: ("WITHDRAW", "you asked for it, and it is no longer needed"),
    Verb.GO: ("GO", "the founder: leave the shadow"),
    Verb.LIVE: ("LIVE CRITERION", "the founder: go live for one criterion"),
    Verb.RIGHT: ("RIGHT 1", "the founder: item 1 of the digest was judged rightly"),
    Verb.WRONG: ("WRONG 2", "the founder: item 2 was judged wrongly"),
    Verb.STOP: ("STOP", "no more of these mails: a case you only follow, or the founder’s week"),
    Verb.HELP: ("HELP", "this list"),
}  # fmt: skip
"""The verb, what to write, and what it does."""

TEAM = (Verb.ESCALATE, Verb.LEDGER, Verb.STATUS, Verb.HELP)
FOUNDER = (Verb.GO, Verb.LIVE, Verb.RIGHT, Verb.WRONG, Verb.STOP)


def words_for(verbs: Iterable[Verb]) -> tuple[tuple[str, str], ...]:
    """What to write and what it does, for these verbs, each once."""
    return tuple(WORDS[verb] for verb in dict.fromkeys(verbs) if verb in WORDS)


def office_words(*, founder: bool) -> tuple[tuple[str, str], ...]:
    """What somebody can write without a case: everybody of the team, and the founder more."""
    return words_for((*(FOUNDER if founder else ()), *TEAM))
