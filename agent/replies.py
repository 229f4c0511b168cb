"""A person's answer to one of our letters: who speaks, what was asked, what follows.

A command acts only when its sender could be authenticated (`identity`). Where the proof is
missing, the words are kept and a one-time code goes to the address in the matrix; the reply to
that lets them act. Strangers hear nothing, the person they pretended to be hears of it.
"""

from datetime import timedelta

from sqlmodel import Session

from deskless.agent import founding, journal, keys, opening, perform, requests
from deskless.agent.case import command
from deskless.agent.case import event as ev
from deskless.agent.case.case import Status
from deskless.agent.case.command_types import Asked, Command, Unclear, Verb
from deskless.agent.case.draft import Act
from deskless.agent.case.reply import answer
from deskless.agent.identity import CODE, Speaker, Trust, of_token
from deskless.agent.incoming import Incoming
from deskless.agent.office import Office
from deskless.agent.view import view
from deskless.agent.writing import Envelope, write
from deskless.store import entries, notes, papers, tokens
from deskless.store.tokens import Token
from deskless.templates.values import CodeMail, Fact, Notice

CODES = 3
"""Codes that one letter may cause: enough for a person, too few for a flood."""
DAY = timedelta(hours=24)
GLOBAL = frozenset({Verb.LEDGER, Verb.GO, Verb.LIVE, Verb.RIGHT, Verb.WRONG, Verb.STOP})
"""Verbs that are about no case, whatever letter they answer."""


def take(office: Office, session: Session, mail: Incoming, token: Token) -> tuple[str, str | None]:
    """Handle an answer that carries a token."""
    speaker = of_token(office, mail, token)
    case = journal.read(session, token.case) if token.case else None
    ticket = case.ticket if case else None
    if speaker.trust is Trust.ACT:
        if token.purpose == CODE:
            return _confirmed(office, session, mail, token), ticket
        words = mail.message.fresh
        return obey(office, session, mail, token, words, speaker.proof), ticket
    _refused(session, mail, token, speaker)
    if speaker.trust is Trust.CONFIRM or (speaker.trust is Trust.FOREIGN and speaker.person):
        _ask_code(office, session, mail, token, speaker)
        return "held", ticket
    _warn(office, session, mail, token, speaker)
    return "refused", ticket


def obey(  # noqa: PLR0913 - what a reply is, all of it
    office: Office, session: Session, mail: Incoming, token: Token, words: str, proof: str
) -> str:
    """Do what the words ask, for the person the token belongs to."""
    person = office.person(token.person)
    assert person is not None, "identity refuses whoever left the matrix"
    case = journal.read(session, token.case) if token.case else None
    asked = read(office, session, token, words, mail)
    act = _act(office, session, mail, token, proof)
    if isinstance(asked, Command) and asked.verb in GLOBAL:
        return founding.obey(office, session, mail, person.id, asked)
    if case is None:
        return _other(office, session, mail, token, asked)
    if case.status is Status.REQUESTED and case.asked == person.id:
        return requests.complete(office, session, case, asked, act)
    into = None
    if isinstance(asked, Command) and asked.subject_id:
        into = journal.read(session, asked.subject_id.upper())
    setting = office.setting(session, mail.now)
    decision = answer(case, asked, setting, act, into=into)
    if any(isinstance(one, ev.Accepted | ev.Bounced) for one in decision.events):
        tokens.use(session, token.hash, mail.now)
    perform.carry(office, session, decision)
    return asked.verb.value if isinstance(asked, Command) else "unclear"


def _other(
    office: Office, session: Session, mail: Incoming, token: Token, asked: Command | Unclear
) -> str:
    """An answer to a letter about no case: a review's ESCALATE, or something we cannot place."""
    person = token.person or office.rules.founder
    ticket = notes.get(session, f"about:{token.hash[:32]}")
    if isinstance(asked, Command) and asked.verb in founding.OPEN:
        return founding.obey(office, session, mail, person, asked)
    if token.purpose == "review" and ticket and isinstance(asked, Command):
        if asked.verb is Verb.ESCALATE:
            request = requests.request_of(asked, mail.message.fresh)
            opening.by_request(office, session, mail, ticket, (person, request))
            return "request"
        if asked.verb in {Verb.BOUNCE, Verb.CLOSE}:
            note = journal.Note(
                kind="left", at=mail.now, by=person, cause=mail.cause, ticket=ticket
            )
            entries.append(session, [journal.note(note)])
            return "left"
    founding.help_with(office, session, person, asked)
    return "helped"


def read(
    office: Office, session: Session, token: Token, words: str, mail: Incoming
) -> Command | Unclear:
    """The words of an answer as a command, in the light of what the letter asked."""
    person = office.person(token.person)
    prose = {"ask": Verb.ESCALATE, "progress": Verb.PROGRESS, "note": Verb.NOTE}.get(token.purpose)
    context = Asked(
        yes={"case": Verb.ACCEPT, CODE: Verb.YES}.get(token.purpose),
        prose=prose,
        writer=token.person,
        hours=person.hours if person else None,
        languages=office.config.team.languages,
    )
    zone = person.hours.zone if person else office.config.team.zone
    return command.read(words, people=office.rules.matrix, now=mail.now, zone=zone, asked=context)


def _act(office: Office, session: Session, mail: Incoming, token: Token, proof: str) -> Act:
    number = int(token.handoff.rpartition("/")[2]) if token.handoff else None
    return Act(
        by=token.person or ev.DESKLESS,
        cause=mail.cause,
        message_id=mail.message.message_id or "",
        number=number,
        proof=proof,
        draft=_draft(office, session, token),
    )


def _draft(office: Office, session: Session, token: Token) -> str:
    """The digest of the draft that the answered letter showed, if the draft may go out."""
    shown = notes.get(session, f"draft:{token.hash[:32]}")
    return str(shown) if shown and papers.drafted(session, str(shown)) else ""


def _refused(session: Session, mail: Incoming, token: Token, speaker: Speaker) -> None:
    """The attempt as an entry, with the words kept beside it."""
    why = ev.Why.UNPROVEN if speaker.trust is Trust.CONFIRM else ev.Why.FORGED
    sender = mail.message.sender.email if mail.message.sender else ""
    note = journal.Note(
        kind="attempt",
        at=mail.now,
        by=token.person or ev.DESKLESS,
        cause=mail.cause,
        data={"why": why, "trust": speaker.trust, "about": token.case, "handoff": token.handoff},
        private={"said": speaker.why, "from": sender, "words": mail.message.fresh[:2000]},
    )
    entries.append(session, [journal.note(note)])


def _ask_code(
    office: Office, session: Session, mail: Incoming, token: Token, speaker: Speaker
) -> None:
    """Keep the words and send a code to the matrix's address, at most a few times a letter."""
    if speaker.person is None or notes.bump(session, f"codes:{token.hash[:32]}") > CODES:
        return
    secret = keys.token()
    held = entries.count(session)
    until = mail.now + DAY
    code = keys.code()
    kept = {"seq": held, "token": token.hash, "code": code}
    notes.put(session, f"held:{tokens.digest(secret)[:32]}", kept)
    first = mail.message.fresh.strip().split("\n", 1)[0][:120]
    value = CodeMail(
        wanted=first or "nothing that could be read",
        code=code,
        until=f"{until.astimezone(speaker.person.hours.zone):%a %d %b %H:%M %Z}",
        sent_from=mail.message.sender.email if mail.message.sender else "",
    )
    case = journal.read(session, token.case) if token.case else None
    envelope = Envelope(
        to=speaker.person.id, kind="code", purpose=CODE, case=token.case, handoff=token.handoff,
        ticket=case.ticket if case else None, token=secret, urgency=1,
        subject=view(office, session, case).subject if case else "",
    )  # fmt: skip
    write(office, session, value, envelope)


def _confirmed(office: Office, session: Session, mail: Incoming, token: Token) -> str:
    """Somebody answered a code mail: with YES or the code, what was held acts now, once."""
    held = notes.get(session, f"held:{token.hash[:32]}")
    asked = read(office, session, token, mail.message.fresh, mail)
    verb = asked.verb if isinstance(asked, Command) and not asked.doubts else None
    right = verb is Verb.CODE and isinstance(asked, Command)
    right = right and held is not None and getattr(asked, "subject_id", "") == held["code"]
    if verb is not Verb.YES and not right:
        return "denied"
    if held is None or not tokens.use(session, token.hash, mail.now):
        return "spent"
    notes.drop(session, f"held:{token.hash[:32]}")
    span = entries.Span(after=held["seq"] - 1)
    kept = next(entries.read(session, span, limit=1), None)
    original = tokens.find(session, held["token"])
    if kept is None or original is None or not kept.private:
        return "spent"
    return obey(office, session, mail, original, str(kept.private.get("words", "")), "code")


def _warn(office: Office, session: Session, mail: Incoming, token: Token, speaker: Speaker) -> None:
    """Tell the real owner of an attempt, at most once a day; never the sender."""
    person = speaker.person
    day = f"{mail.now:%Y-%m-%d}"
    if person is None or not notes.once(session, f"warned:{person.id}:{day}"):
        return
    case = journal.read(session, token.case) if token.case else None
    value = Notice(
        news=f"Somebody tried to answer {token.case or 'a mail of ours'} in your name.",
        changed=False,
        facts=(
            Fact(name="Why it was not believed", value=speaker.why),
            Fact(name="When", value=f"{mail.now.astimezone(person.hours.zone):%a %d %b %H:%M %Z}"),
        ),
        do="If it was you, answer the original mail again from your own address.",
    )
    envelope = Envelope(
        to=person.id, kind="notice", case=token.case, handoff=token.handoff,
        ticket=case.ticket if case else None,
        subject=view(office, session, case).subject if case else "",
    )  # fmt: skip
    write(office, session, value, envelope)
