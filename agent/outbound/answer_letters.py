"""Letters that ask or answer: what did you mean, a missing fact, is it solved, how it stands."""

from dataclasses import replace
from datetime import datetime

from deskless.agent.case.reply_parts import sayable
from deskless.agent.case.verbs import Verb
from deskless.agent.language.asked_about import About, asked_about
from deskless.agent.live.endings import ask_due, end_due
from deskless.agent.outbound.brief import promise_told
from deskless.agent.outbound.customer import again_draft, apology_draft, own_draft, update_draft
from deskless.agent.outbound.help_words import words_for
from deskless.agent.outbound.letter_context import LetterContext, now_with, true_facts
from deskless.templates import values
from deskless.templates.lines import is_risky
from deskless.templates.parts import Draft
from deskless.templates.values import Fact, Said

LABELS = {
    "accept": "I’ll take it", "bounce": "Not mine", "later": "Later", "progress": "Progress",
    "need": "Need a fact", "not_met": "Not that", "withdraw": "No longer needed",
    "goodwill": "Make an offer", "commit": "Commit to something", "prevent": "Prevent it",
    "finished": "It is done", "drop": "Give it up", "impact": "Impact", "decline": "Decline",
    "offer": "Somebody else", "escalate": "Reason and tried",
}  # fmt: skip
STARTS = {
    "progress": "PROGRESS: ", "need": "need: ", "note": "NOTE ", "offer": "OFFER ",
    "not_met": "not ", "escalate": "reason: \ntried: ", "severity": "SEV-", "type": "type ",
    "customer": "customer ", "goodwill": "OFFER credit 1 month because ", "commit": "commit: ",
    "prevent": "prevent: ", "finished": "DONE ", "drop": "DROP ", "impact": "impact: ",
    "decline": "DECLINE because ",
}  # fmt: skip
"""What a button writes where the word alone is not the whole."""
MARKED = " (A “re:” before a line is my mark; it does not go out.)"
QUOTES = 3
"""Sentences of the customer that go along with a question."""
LONGEST = 1500
"""Characters of a customer's new words that a mail shows; the conversation has them all."""
NEXT_STEPS = (
    ("Progress", "PROGRESS: "), ("What comes next", "next: "), ("Need a fact", "need: "),
    ("It is resolved", "RESOLVED: "),
)  # fmt: skip
"""What an owner can answer to a customer's new words."""


def asked_back(told: LetterContext) -> values.Mail:
    """What did you mean? The third time in a row it is short and names whom to ask."""
    mail, view = told.mail, told.view
    guesses = [word for word in mail.says("guesses").split(",") if word]
    choices = tuple(
        (LABELS.get(guess, guess.capitalize()), STARTS.get(guess, guess.upper()))
        for guess in guesses
    )
    handoff = view.case.handoff
    mine = handoff if handoff and handoff.to == mail.to else None
    person = view.office.person(mail.says("person") or None)
    doubt = mail.says("why")
    if person:
        doubt = (
            f"I still cannot read it. {person.name} ({person.emails[0]}) can help, or write one of "
            "the words below and nothing else."
        )
    if any(is_risky(line) for line in mail.says("words").splitlines()):
        doubt += MARKED
    value = values.AskBack(
        line=mail.says("line"),
        doubt=doubt,
        deadline=(view.time(mine.answer_by, mail.to) or "") if mine else "",
        draft=_would_go(told) if guesses == ["SEND"] else None,
    )
    return replace(value, choices=choices) if choices else value


def _would_go(told: LetterContext) -> Draft | None:
    """What SEND would let go: the reader's own words, else the letter that is due."""
    words, until = told.mail.says("words"), told.mail.says("until")
    if words:
        promise = datetime.fromisoformat(until) if until else None
        return replace(own_draft(told.view, words), kind=told.mail.says("kind"), promise=promise)
    return update_draft(told.view, told.mail.to, told.setting)


def inquiry(told: LetterContext) -> values.Mail:
    """To who may know: the question, in whose name, with the customer's words."""
    view, mail = told.view, told.mail
    return values.AskRequester(
        about=view.thread.subject,
        customer=view.customer,
        reason_missing=False,
        tried_missing=False,
        question=mail.says("question"),
        asker=told.who(mail.says("asker")),
        evidence=view.evidence[:QUOTES] or _last_words(told),
    )


def _last_words(told: LetterContext) -> tuple[Said, ...]:
    posts = told.view.thread.from_customer()
    if not posts:
        return ()
    text = " ".join(posts[-1].text.split())[:400]
    who = posts[-1].sender.name or posts[-1].sender.email if posts[-1].sender else ""
    return (Said(text=text, who=who, at=told.view.time(posts[-1].at, told.mail.to) or ""),)


def informed(told: LetterContext) -> values.Mail:
    """To who asked, and to whoever acts: the answer, and what is still theirs to do."""
    view, mail, case = told.view, told.mail, told.view.case
    question = view.questions[-1].text if view.questions else ""
    who = told.who(mail.says("by"))
    news = f"{who} answered your question on {case.key} (“{question}”)."
    if mail.says("nobody"):
        news = (
            f"Nobody of the team knows (“{question}”, {case.key}). “need from the customer: …” "
            "drafts the question to the customer."
        )
    handoff = case.handoff
    due: tuple[Fact, ...] = ()
    if handoff and handoff.to == mail.to:
        due = (Fact(name="You are asked until", value=view.time(handoff.answer_by, mail.to)),)
    return values.OtherParty(
        news=news,
        why_you="you asked, or have the case",
        facts=(*due, *true_facts(told)),
        note=Said(text=mail.says("words"), who=who),
    )


def added(told: LetterContext, news: str, why_you: str) -> values.Mail:
    """To who acts: what the customer wrote since the case last heard of them, word for word."""
    view, mail = told.view, told.mail
    words = mail.says("words")
    cut = words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()} […]"
    last = view.thread.from_customer()[-1:]
    who = next((post.sender.name or post.sender.email for post in last if post.sender), "")
    at = view.time(last[0].at, mail.to) if last else ""
    owner = mail.to == view.case.owner
    return values.OtherParty(
        news=news,
        why_you=why_you,
        facts=true_facts(told),
        note=Said(text=cut, who=who or view.customer, at=at or ""),
        choices=NEXT_STEPS if owner else (),
    )


def answer(told: LetterContext) -> values.Mail:
    """What somebody wanted to know of us, from the case; the sentence asked for stands first."""
    sentences = _sentences(told)
    first = asked_about(told.mail.says("question"))
    order = (*first, *(about for about in (About.HOLDER, About.PROMISE) if about not in first))
    lines = [sentences[about] for about in order]
    rest = tuple(
        Fact(name=about.value, value=sentences[about]) for about in About if about not in order
    )
    return values.AsItStands(
        kindly=lines[0], why=" ".join(lines[1:]), facts=(*rest, *true_facts(told)), question=True
    )


def _sentences(told: LetterContext) -> dict[About, str]:
    """The answer to each thing that people ask about a case."""
    view, case, to = told.view, told.view.case, told.mail.to
    promise = promise_told(view)
    sender = view.thread.customer
    wrote = f", {sender.name or sender.email} wrote" if sender else ""
    criteria = ", ".join(view.title(policy) for policy in case.policies)
    can = [verb for verb in sayable(case, to, told.setting) if verb is not Verb.HELP][:4]
    write = "; ".join(f"{word} ({does})" for word, does in words_for(can))
    return {
        About.HOLDER: f"{case.key} is with {now_with(told) or 'nobody yet'} ({case.status.value}).",
        About.PROMISE: f"{view.customer} expects {promise}."
        if promise
        else f"Nothing has been promised to {view.customer} yet.",
        About.WHY_YOU: _why_you(told),
        About.CUSTOMER: f"It is about {view.customer}{wrote}: “{view.thread.subject}”.",
        About.WHY: f"It was escalated as {case.severity.value} for: "
        f"{criteria or view.reason or 'a teammate asked'}.",
        About.PROGRESS: f"Held up by: {view.blocker or 'NOT STATED'}. "
        f"Next: {view.next_action or 'NOT STATED'}.",
        About.HOW: f"You can write: {write}.",
        About.US: f"This is {view.office.config.agent.name or 'Deskless'}, the program that "
        f"watches {view.office.config.inbox.address} and hands escalations on. No person reads "
        "this mail.",
    }


def _why_you(told: LetterContext) -> str:
    case, to = told.view.case, told.mail.to
    mine = [handoff.number for handoff in case.handoffs if handoff.to == to]
    whys = [
        getattr(past, "why", "") for past in told.view.events
        if mine and getattr(past, "number", None) == mine[-1]
    ]  # fmt: skip
    why = next((why for why in whys if isinstance(why, str) and why), "")
    if why:
        return f"You were asked because: {why}"
    if to == case.requester:
        return "You hear of it because you asked for it."
    return "You hear of it because of its severity, or because you had it before."


def confirm_letter(told: LetterContext) -> values.Mail:
    """To the owner of a resolved case: has the customer confirmed? With the mail that asks them."""
    view, case, to = told.view, told.view.case, told.mail.to
    asked = view.time(case.asked_at, to)
    if case.content:
        news = f"{view.customer} has written since {case.key} was resolved, and seems content."
        draft = None
    else:
        news = f"{view.customer} has not said whether {case.key} is solved."
        news += f" They were asked {asked}." if asked else " Nobody has asked them yet."
        draft = again_draft(view, to, told.setting)
    again, end = ask_due(case, told.setting), end_due(case, told.setting)
    after = "confirmed" if case.content else "unconfirmed"
    facts = (
        *((Fact(name="You hear of it again", value=view.time(again, to)),) if again else ()),
        *((Fact(name=f"Closed as {after}", value=view.time(end, to)),) if end else ()),
    )
    return values.OtherParty(
        news=f"{news} Is it solved? Then reply CLOSE and how you know; if not, REOPEN.",
        why_you="it was yours",
        facts=(*facts, *true_facts(told)),
        draft=draft,
        choices=(("It is solved", "CLOSE because "), ("Not solved", "REOPEN because ")),
    )


def apology_letter(told: LetterContext) -> values.Mail:
    """To the founder: a severe case is over in which we broke our word, and the letter for that."""
    view, case, to = told.view, told.view.case, told.mail.to
    times = "once" if case.broken_promises == 1 else f"{case.broken_promises} times"
    return values.OtherParty(
        news=f"{view.customer} is owed a personal word of yours: {case.key} ({case.severity.value})"
        f" is over, and the word that they were promised came late {times}, or not at all.",
        why_you="you lead the company",
        facts=(
            Fact(name="Began", value=view.time(case.first_mail or case.opened_at, to)),
            Fact(name="Solved", value=view.time(case.resolved_at or case.closed_at, to)),
            *true_facts(told),
        ),
        draft=apology_draft(view, to, told.setting),
    )
