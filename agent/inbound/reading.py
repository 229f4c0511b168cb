"""The words of an answer, read in the light of the letter they answer.

The layers themselves are pure (`agent/reply`); here stands what the office knows: who writes, what
the letter was about, how its case stands now, and whether a sentence encoder can be had.
"""

from datetime import datetime

from deskless.agent.case.case import Case, Status
from deskless.agent.case.verbs import Asked, Command, Proposal, Unclear, Verb
from deskless.agent.inbound.identity import CODE
from deskless.agent.model.encoder import load_encoder
from deskless.agent.office import journal
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import TRIAL
from deskless.agent.reply.head import read_head
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.situation import Place, Situation
from deskless.agent.reply.understand import read_proposed, understand_reply
from deskless.store import people, threads
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

PURPOSES = {
    CODE: Place.CODE, "ask": Place.REQUEST, "need": Place.QUESTION, "note": Place.BOUNCED,
    "office": Place.OFFICE, "review": Place.OFFICE, TRIAL: Place.OFFERED,
}  # fmt: skip
"""What a letter was about, where its purpose alone tells."""
YES = {
    "case": Verb.ACCEPT, TRIAL: Verb.ACCEPT, CODE: Verb.YES, "review": Verb.ESCALATE,
}  # fmt: skip
"""What a bare yes to a letter means."""


def read_words(
    office: Office, session: Session, token: Token, words: str, mail: Incoming
) -> Command | Unclear:
    """What words ask, from the person whose token they came with."""
    return read_again(office, session, token, words, mail.now)


def check_proposal(
    office: Office, session: Session, token: Token, words: str, reading: tuple[Proposal, datetime]
) -> Command | Unclear:
    """What words written at an instant ask, as a model proposes to read them."""
    proposal, at = reading
    scene, situation = _standing(office, session, token, at)
    encode = load_encoder(read_head().encoder)
    return read_proposed(proposal, words, scene, situation, encode)


def read_again(
    office: Office, session: Session, token: Token, words: str, at: datetime
) -> Command | Unclear:
    """What words that were written at an instant ask, in the case as it stands now."""
    scene, situation = _standing(office, session, token, at)
    return understand_reply(words, scene, situation, load_encoder(read_head().encoder))


def _standing(
    office: Office, session: Session, token: Token, at: datetime
) -> tuple[Scene, Situation]:
    """Who writes, when and where, and how things stand for them."""
    person = office.person(token.person)
    asked = Asked(
        yes=YES.get(token.purpose),
        writer=token.person,
        criteria=tuple(policy.id for policy in office.rules.book.policies),
        customers=tuple(
            name
            for each in office.rules.accounts.accounts
            for name in (each.customer, *each.addresses)
        ),
        hours=person.hours if person else None,
        languages=office.config.team.languages,
    )
    zone = person.hours.zone if person else office.config.team.zone
    team = {teammate.id: teammate for teammate in office.rules.matrix.people}
    scene = Scene(tuple(team.values()), at, zone, asked)
    case = journal.read_case(session, token.case) if token.case else None
    return scene, situation_of(office, session, token, case)


def situation_of(office: Office, session: Session, token: Token, case: Case | None) -> Situation:
    """Where somebody who answers a letter stands."""
    person = office.person(token.person)
    founder = token.person == office.rules.founder
    return Situation(
        place=place_of(token, case),
        owner=bool(case and case.owner == token.person),
        names_owner=founder or bool(person and person.lead),
        founder=founder,
        customers=_customer_names(office, session, case) if case else (),
        criteria=tuple(policy.id for policy in office.rules.book.asked()),
    )


def _customer_names(office: Office, session: Session, case: Case) -> tuple[str, ...]:
    """What the customer of a case is called: the company's name, and that of its domain."""
    info = threads.get_thread(session, case.ticket)
    addresses = people.linked_addresses(session, info.customer) if info and info.customer else []
    accounts = [office.rules.accounts.find(address) for address in addresses]
    domains = [address.rpartition("@")[2].partition(".")[0] for address in addresses]
    return tuple(dict.fromkeys([*(each.customer for each in accounts if each), *domains]))


def place_of(token: Token, case: Case | None) -> Place:
    """What the answer is about: the letter's purpose, else how its case stands for the writer."""
    named = PURPOSES.get(token.purpose)
    if named:
        return named
    if case is None:
        return Place.OFFICE
    if case.status in {Status.RESOLVED, Status.CLOSED}:
        return Place.OVER
    if case.status is Status.OWNED:
        return Place.OWNED if case.owner == token.person else Place.BYSTANDER
    return Place.OFFERED
