"""Letters to customers: their drafts, and the one way out, a person's yes to that very text.

What goes out is the draft that the person was shown, word for word, found by its digest; the time
that it promises is on record before it goes. A draft holds what entries and people's facts say.
"""

from dataclasses import replace
from datetime import datetime, timezone
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from deskless.agent.case import event
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import APOLOGY, OWN_WORDS, Status
from deskless.agent.case.decide import URGENT, promised_update_at
from deskless.agent.case.decision import Setting
from deskless.agent.live.updates import letter_promise
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.agent.outbound.case_view import View
from deskless.mailbox.compose import Outgoing, compose_mail, sign_id
from deskless.mailbox.sender.attribution import is_robot
from deskless.mailbox.thread import UNKNOWN, Side
from deskless.policies.languages import LANGUAGES
from deskless.policies.people.accounts import FREE_MAIL
from deskless.policies.reading.promises import promise_sentences
from deskless.store import documents, outbox, threads
from deskless.store.engine.session import Session
from deskless.store.outbox import NewLetter
from deskless.templates.drafts import as_page
from deskless.templates.parts import Draft

if TYPE_CHECKING:
    from deskless.templates.customer import Customer


def acknowledgement(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft of the first word to the customer, for approval; None once one has gone out."""
    from deskless.agent.live.facts import told_facts
    from deskless.templates.customer import Acknowledgement

    facts = _letter_facts(view, sender, setting)
    if view.acknowledged or facts is None:
        return None
    case, urgent = view.case, view.case.severity in URGENT
    told, person = told_facts(view.events), view.office.person(case.owner or sender)
    letter = Acknowledgement(
        **facts | ({"subject": ""} if urgent else {}), urgent=urgent, ticket=case.ticket,
        received=view.customer_time(case.first_mail, setting.language) if case.first_mail else "",
        next_step=told.next_action, role=person.role if person else "",
        phone=person.phone if person else "",
    )  # fmt: skip
    draft = _draft(view, letter)
    return replace(draft, promise=next_word(view, sender, setting))


def question_draft(view: View, sender: str, question: str, setting: Setting) -> Draft | None:
    """The draft of a question that only the customer can answer; None where nobody is named."""
    from deskless.templates.customer import CustomerQuestion

    facts = _letter_facts(view, sender, setting)
    if facts is None:
        return None
    draft = _draft(view, CustomerQuestion(question=question, **facts))
    return replace(draft, kind="question", promise=next_word(view, sender, setting))


def update_draft(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft that the owner of a live case has in hand: the first word, then each update.

    Whoever was written to by hand has had the first word.
    """
    from deskless.agent.live.facts import told_facts
    from deskless.templates.customer import Progress

    told = told_facts(view.events)
    written = any(post.at > view.case.opened_at for post in view.spoken(Side.TEAM))
    if not (view.acknowledged or written or told.next_action or told.done or told.status):
        return acknowledgement(view, sender, setting)
    facts = _letter_facts(view, sender, setting)
    if facts is None or not view.case.live:
        return None
    person = view.office.person(view.case.owner or sender)
    letter = Progress(
        **facts | {"subject": ""},
        ticket=view.case.ticket, status=told.status, done=told.done, news=told.news,
        next_step=told.next_action or None, blocker=told.blocker, workaround=told.workaround,
        expected=told.expected, cause=told.cause, role=person.role if person else "",
        phone=person.phone if person else "",
    )  # fmt: skip
    draft = _draft(view, letter)
    promise = next_word(view, sender, setting)
    hint = _joined(_own_words(setting), draft.hint)
    return replace(draft, kind="progress", promise=promise, hint=hint)


def resolution_draft(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft that tells the customer that it is solved, and asks whether it is for them."""
    from deskless.agent.live.facts import told_facts
    from deskless.templates.customer import Resolution

    facts = _letter_facts(view, sender, setting)
    if facts is None or view.case.resolved_at is None:
        return None
    told = told_facts(view.events)
    person = view.office.person(view.case.owner or sender)
    names = ("lang", "name", "issue", "signature")
    letter = Resolution(
        **{name: facts[name] for name in names}, happened=told.cause or None, did=told.ever,
        prevention=told.prevention, role=person.role if person else "",
        workaround="" if view.case.fixed_at else told.workaround,
        phone=person.phone if person else "",
    )  # fmt: skip
    more = "" if told.prevention else "What keeps it from coming back: reply “prevention: …”."
    draft = _draft(view, letter)
    hint = _joined(_own_words(setting), more, draft.hint)
    return replace(draft, kind="resolution", hint=hint)


def followup_draft(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft that tells a customer whose case has ended that it is mended for good now."""
    from deskless.agent.live.facts import told_facts
    from deskless.templates.customer import FollowUp

    facts = _letter_facts(view, sender, setting)
    if facts is None or view.case.fixed_at is None:
        return None
    told = told_facts(view.events)
    names = ("lang", "name", "issue", "signature")
    letter = FollowUp(
        **{name: facts[name] for name in names},
        did=told.done or told.ever[-1:], workaround=told.workaround,
    )  # fmt: skip
    draft = _draft(view, letter)
    return replace(draft, kind="followup", hint=_joined(_own_words(setting), draft.hint))


def apology_draft(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft of the founder's (`sender`) personal word after a case in which we broke ours."""
    from deskless.agent.live.facts import told_facts
    from deskless.templates.customer import Apology

    facts, person = _letter_facts(view, sender, setting), view.office.person(sender)
    if facts is None or person is None:
        return None
    told = told_facts(view.events)
    letter = Apology(
        lang=facts["lang"], name=facts["name"], executive=person.name, role=person.role or None,
        impact=_sentence(told.impact), fix=_sentence(*told.ever), process=_sentence(told.process),
        prevention=_sentence(told.prevention), phone=person.phone,
        missed=view.case.broken_promises > 0,
    )  # fmt: skip
    draft = _draft(view, letter)
    return replace(draft, kind=APOLOGY, hint=_joined(_own_words(setting), draft.hint))


def _sentence(*words: str) -> str | None:
    """People's words as one sentence on one line; None: there are none."""
    text = "; ".join(" ".join(each.split()).rstrip(" .;") for each in words)
    return f"{text}{'' if text[-1:] in '!?…' else '.'}" if text else None


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def left_open(view: View, to: str) -> str:
    """What the team's own last mail to the customer leaves open, for `to` to read; else empty.

    A letter of ours that has left since closes it.
    """
    from deskless.agent.live.facts import told_to_expect

    mails = [post for post in view.spoken(Side.TEAM) if post.at > view.case.opened_at]
    letters = [past.at for past in view.events if isinstance(past, event.Reached)]
    if not mails or max(letters, default=view.case.opened_at) >= mails[-1].at:
        return ""
    step = "" if next(promise_sentences(mails[-1].text), "") else "no next step"
    time = "" if told_to_expect(view.events) else "no time for the next word"
    lacks = " and ".join(filter(None, (step, time)))
    return f"the mail of {view.time(mails[-1].at, to)} names {lacks}" if lacks else ""


def preferred_channel(view: View) -> str:
    """How the customer wants to be told instead of by mail, for whoever tells them; else empty."""
    account = view.account
    if account is None or account.channel == "email":
        return ""
    at = account.phone or "no number stands in accounts.csv"
    how = {
        "call": f"{account.customer} prefers a call ({at}).",
        "portal": f"{account.customer} prefers their portal ({at}).",
    }[account.channel]
    return f"{how} Once you have told them there, reply “CALLED: …”; it counts as this letter."


def again_draft(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft that asks a customer who has not answered again; the first, where none has left."""
    from deskless.templates.customer import AskedAgain

    if view.case.asked_at is None:
        return resolution_draft(view, sender, setting)
    facts = _letter_facts(view, sender, setting)
    if facts is None:
        return None
    names = ("lang", "name", "issue", "contact", "signature")
    letter = AskedAgain(
        **{name: facts[name] for name in names},
        ticket=view.case.ticket, asked=view.customer_time(view.case.asked_at, setting.language),
    )  # fmt: skip
    draft = _draft(view, letter)
    return replace(draft, kind="again", hint=_joined(_own_words(setting), draft.hint))


def _own_words(setting: Setting) -> str:
    """What an owner should know of a letter in another language; empty: it is English."""
    spoken = {"de": "German", "fr": "French", "es": "Spanish"}.get(setting.language)
    if not spoken:
        return ""
    return f"The customer reads {spoken}: what you wrote stands in it word for word."


def own_draft(view: View, words: str) -> Draft:
    """A letter of somebody's own words: the words, and nothing above or below them."""
    return Draft(to=answers_to(view), subject=f"Re: {view.thread.subject}", text=words)


def _letter_facts(view: View, sender: str, setting: Setting) -> dict[str, Any] | None:
    """What every mail to the customer says of whom it is from; None where nobody can be told."""
    customer = view.thread.customer
    if customer is None or not answers_to(view):
        return None
    person = view.office.person(view.case.owner or sender)
    due = next_word(view, sender, setting)
    return {
        "subject": f"Re: {view.thread.subject}",
        "lang": setting.language,
        "name": customer.name or None,
        "issue": view.thread.subject or None,
        "contact": person.name if person else None,
        "signature": f"{person.name}, {team_name(view)}" if person else None,
        "update_by": view.customer_time(due, setting.language),
    }


def _draft(view: View, letter: "Customer") -> Draft:
    from deskless.templates.drafts import render_draft

    draft = render_draft(letter, to=answers_to(view), folder=view.office.words)
    return replace(draft, hint=preferred_channel(view))


def answers_to(view: View) -> str:
    """Where the customer asked for answers, by their latest mail; empty where nobody is named.

    Neither a program nor an address of our own domain is anybody's whom an answer could reach.
    """
    spoken = [post.answers_to for post in view.thread.customer_mails() if post.answers_to]
    domains = view.office.addresses.domains - FREE_MAIL
    to = spoken[-1] if spoken else ""
    unreached = to.rpartition("@")[2] in {UNKNOWN, *domains} or is_robot(to)
    return "" if unreached else to


def next_word(view: View, sender: str, setting: Setting) -> datetime:
    """The update that a letter promises: the one on record, else by the cadence."""
    if view.case.status is Status.OWNED:
        return letter_promise(view.case, setting)
    person = view.office.person(view.case.owner or sender)
    told = view.case.promise
    return told if told and told > setting.now else promised_update_at(view.case, setting, person)


def team_name(view: View) -> str:
    """What the team is called: its name, else the inbox's domain as a word, `Brightcart`."""
    domain = view.office.config.inbox.address.rpartition("@")[2]
    return view.office.config.team.name or domain.split(".")[0].replace("-", " ").title()


def customer_language(spoken: str) -> str:
    """The language to write to a customer in who speaks this one (ISO 639-1)."""
    return spoken if spoken in LANGUAGES else "en"


def customer_zone(session: Session, view: View) -> timezone | None:
    """The zone that the customer's latest mail was written in, by its own date (RFC 5322 3.3)."""
    addresses = {post.sender.email for post in view.thread.from_customer() if post.sender}
    if not addresses:
        return None
    for raw in reversed(documents.mails_of(session, view.case.ticket)):
        headers = BytesHeaderParser().parsebytes(raw)
        if parseaddr(str(headers["From"] or ""))[1].lower() in addresses:
            try:
                date = parsedate_to_datetime(str(headers["Date"]))
            except (TypeError, ValueError):
                return None
            # `-0000` says that the zone is not known.
            offset = date.utcoffset()
            return timezone(offset) if offset is not None else None
    return None


def send_draft(
    office: Office, session: Session, view: View, action: WriteLetter, setting: Setting
) -> None:
    """Put the approved draft into the outbox, as an answer in the customer's conversation."""
    approved = next((act for act in reversed(view.events) if isinstance(act, event.Approved)), None)
    text = documents.get_draft(session, approved.text) if approved else None
    if approved is None or text is None:
        return
    to, subject, body = text
    message_id = _message_id(office, view, approved)
    apology = approved.kind == APOLOGY
    writer = office.person(approved.by if apology else view.case.owner or approved.by)
    if approved.kind == OWN_WORDS and writer and writer.id != approved.by:
        writer = None  # the words are not the owner's: they come from the team
    last = [post.message_id for post in view.thread.from_customer() if post.message_id]
    mail = Outgoing(
        sender=office.addresses.inbox,
        sender_name=f"{writer.name}, {team_name(view)}" if writer else team_name(view),
        to=(to,),
        subject=subject,
        text=body,
        html=None if approved.kind == OWN_WORDS else as_page(body, setting.language),
        message_id=message_id,
        date=view.now,
        in_reply_to=last[-1] if last else "",
        references=tuple(last),
        loop=office.keys.loop,
        internal=False,
        auto="no",
        language=setting.language,
    )
    letter = NewLetter(
        message_id=message_id,
        kind=action.letter.value,
        to=(to,),
        envelope_from=office.addresses.inbox,
        raw=compose_mail(mail),
        created_at=view.now,
        case=view.case.key,
        ticket=view.case.ticket,
        text=body,
        urgency=1,
    )
    outbox.put_letter(session, letter)
    threads.learn_ids(session, view.case.ticket, [message_id])
    sent = office_events.CustomerLetterApproved(
        at=view.now, by=approved.by, ticket=view.case.ticket, case=view.case.key,
        text=approved.text,
    )  # fmt: skip
    journal.enter(session, sent)


def _message_id(office: Office, view: View, approved: event.Approved) -> str:
    """The id of this letter: one acknowledgement a case, and one of each further text."""
    label = f"ack-{view.case.key}"
    if approved.kind != "acknowledgement":
        again = f"-{approved.at:%d%H%M%S}" if approved.kind == OWN_WORDS else ""
        label = f"{approved.kind}-{view.case.key}-{approved.text[:12]}{again}"
    domain = office.addresses.inbox.rpartition("@")[2]
    return sign_id(office.keys.ids, label, domain).strip("<>")
