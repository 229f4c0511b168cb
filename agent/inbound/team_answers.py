"""The team's own answers to customers, as far as they bear on a live case.

Teams answer from their own mail programs; the inbox's Sent folder or a copy tells of it. Such a
mail is the promised update, and may promise the next one: then that is what goes on record. Only a
mail that is ours for sure (it lies in Sent, or the server vouches for its sender) and that went to
this customer moves a promise.
"""

from dataclasses import replace
from datetime import datetime

from deskless.agent.case.decision import Act
from deskless.agent.case.on_mail import TeamPromise, on_team, on_tone
from deskless.agent.inbound.identity import named_teammate
from deskless.agent.inbound.threading import company_of
from deskless.agent.language import promised_time
from deskless.agent.live.updates import draft_at
from deskless.agent.office import journal, office_events
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation
from deskless.agent.outbound import perform
from deskless.mailbox.sender.dmarc import Standing, authenticate
from deskless.policies.reading.promises import promise_sentences
from deskless.store.engine.session import Session
from deskless.templates.tone import say_remarks


def take_team_answer(
    office: Office, session: Session, mail: Incoming, situation: Situation
) -> None:
    """The team wrote into a conversation: its live cases know it."""
    standing = _standing(office, mail)
    if standing is Standing.FAIL or not _to_customer(office, mail, situation):
        return
    person = named_teammate(office, mail.message)
    act = Act(by=person.id if person else "team", cause=mail.cause)
    sure = standing is Standing.PASS
    told = team_promise(office, mail) if sure else None
    remarks = say_remarks(mail.message.fresh)
    for case in situation.cases:
        if not case.live:
            continue
        due = draft_at(case, situation.setting)
        came = replace(told, due=due is not None and due <= mail.now) if told else None
        decision = on_team(case, situation.setting, act, came, sure=sure)
        perform.carry_out(office, session, decision, situation)
        if remarks:
            now = journal.read_case(session, case.key) or case
            flagged = on_tone(now, situation.setting, act, remarks)
            perform.carry_out(office, session, flagged, situation)
        if told and case.promise and told.by != case.promise:
            _enter(session, mail, act.by, (case.key, case.ticket), (case.promise, told))


def team_promise(office: Office, mail: Incoming) -> TeamPromise | None:
    """The earliest time by which a mail of the team promises the customer something."""
    person = named_teammate(office, mail.message)
    return earliest_promise(office, person.id if person else None, mail.message.fresh, mail.now)


def earliest_promise(
    office: Office, writer: str | None, words: str, now: datetime
) -> TeamPromise | None:
    """The earliest time by which words to a customer promise something, as their writer means it.

    `writer` is a person's id; the team's zone and hours where nobody is known.
    """
    person = office.person(writer)
    zone = person.hours.zone if person else office.config.team.zone
    hours = person.hours if person else office.rules.team
    promises = [
        TeamPromise(by, sentence)
        for sentence in promise_sentences(words)
        if (by := promised_time.named_time(sentence, now, zone, hours=hours))
    ]
    return min(promises, key=lambda promise: promise.by, default=None)


def _standing(office: Office, mail: Incoming) -> Standing:
    """Whether the mail is the team's: what lies in Sent is, else the server's word counts."""
    if mail.arrival.folder not in office.config.inbox.folders:
        return Standing.PASS
    sender = mail.message.sender
    if sender is None:
        return Standing.FAIL
    headers = mail.message.raw_headers
    return authenticate(headers, office.authserv, sender.domain)[0]


def _to_customer(office: Office, mail: Incoming, situation: Situation) -> bool:
    """Whether the mail went to this customer, rather than to somebody else about them."""
    customer = situation.thread.customer
    if customer is None:
        return False
    theirs = company_of(office, customer.email)
    to = (*mail.message.to, *mail.message.cc)
    return any(company_of(office, address.email) == theirs for address in to)


def _enter(
    session: Session,
    mail: Incoming,
    by: str,
    case: tuple[str, str],
    change: tuple[datetime, TeamPromise],
) -> None:
    """A promise was made outside: the ledger says what was on record, and what is now."""
    before, told = change
    key, ticket = case
    event = office_events.PromiseSeen(
        at=mail.now, by=by, cause=mail.cause, ticket=ticket, case=key, before=before,
        promise=told.by, spoken=told.words,
    )  # fmt: skip
    journal.enter(session, event)
