"""Commands that are about no single case: GO, LIVE, RIGHT and WRONG, LEDGER, STATUS, HELP, STOP."""

from collections.abc import Callable
from typing import Any

from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Decision
from deskless.agent.case.reply_parts import who_helps
from deskless.agent.case.verbs import Command, Unclear, Verb
from deskless.agent.inbound import dialogue, shadow_words
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.outbound import case_list, perform
from deskless.agent.outbound.help_words import office_words
from deskless.agent.outbound.write_letter import TRIAL, Envelope, write_letter
from deskless.policies.people.matrix import Person
from deskless.store.engine.session import Session
from deskless.templates.values import (
    AsItStands,
    AskBack,
    AskRequester,
    Fact,
    Help,
    Mail,
    OtherParty,
)

OPEN = frozenset({Verb.LEDGER, Verb.STATUS, Verb.HELP})
"""What anybody of the team may ask, without a token: it changes nothing."""


def obey_office(
    office: Office, session: Session, mail: Incoming, person: str, asked: Command
) -> str:
    """Do a command that is about no case. What only the founder may say is refused to others."""
    if asked.verb in OPEN:
        if asked.verb is Verb.HELP:
            help_with(office, session, person)
        elif asked.verb is Verb.STATUS and asked.subject_id:
            _tell_case(office, session, mail, person, asked.subject_id.upper())
        else:
            tell_person(
                office, session, person, case_list.ledger_mail(office, session, person), "list"
            )
        return asked.verb.value
    if asked.confirm or asked.doubts:
        word = f"{asked.verb.value.upper()} {asked.subject_id}".strip()
        why = " ".join(asked.doubts) or f"I read it as {word}. Reply {word} and it is done."
        value = AskBack(line=asked.line, doubt=why, choices=((word.capitalize(), word),))
        tell_person(office, session, person, value, "ask_back")
        return "asked"
    if person != office.rules.founder:
        _say(office, session, person, "Only the founder can do that.", "you wrote it")
        return "refused"
    COMMANDS[asked.verb](office, session, mail, asked)
    return asked.verb.value


def help_with(office: Office, session: Session, person: str, line: str = "") -> None:
    """What this person can write without a case; `line` is the one that could not be read."""
    founder = person == office.rules.founder
    tell_person(
        office, session, person, Help(line=line, commands=office_words(founder=founder)), "help"
    )


def answer_unread(
    office: Office, session: Session, person: str, asked: Command | Unclear, *, proven: bool = True
) -> None:
    """The answer to words about no case that ask nothing we can do: never silence to the team.

    Whose mail proves nothing is told once an hour, so that no machine keeps a loop going.
    """
    if not proven:
        hour = f"{office.clock.now():%Y-%m-%dT%H}"
        if state_keys.HELPED.once(session, True, f"{person}:{hour}"):
            help_with(office, session, person, asked.line if isinstance(asked, Unclear) else "")
        return
    if isinstance(asked, Command) and asked.verb is Verb.THANKS:
        return
    if _is_question(asked):
        _introduce(office, session, person)
        return
    count = dialogue.count_reading(session, person, read=False)
    if not dialogue.loses_patience(count):
        help_with(office, session, person, asked.line)
        return
    helper = office.person(who_helps(office.setting(session, office.clock.now()), person))
    name = f"{helper.name} ({helper.emails[0]}) can help." if helper else "Please ask a colleague."
    value = AskBack(
        line=asked.line, doubt=f"I still cannot read it. {name}",
        choices=(("All words", "HELP"), ("Live cases", "LEDGER")),
    )  # fmt: skip
    tell_person(office, session, person, value, "ask_back")


def _is_question(asked: Command | Unclear) -> bool:
    if isinstance(asked, Command):
        return asked.verb is Verb.QUESTION
    return asked.line.rstrip().endswith("?")


def _introduce(office: Office, session: Session, person: str) -> None:
    """A question about no case: who we are, what there is, and what can be written."""
    lines = case_list.ranked_lines(office, session, limit=5)
    facts = tuple(
        Fact(name=case.key, value=f"{line.customer}, {line.severity}, {line.owner or line.state}")
        for case, line in lines
    )
    words = "; ".join(f"{word} ({does})" for word, does in office_words(founder=False))
    value = AsItStands(
        kindly=f"This is the program that watches {office.config.inbox.address} and hands "
        "escalations on; no person reads this mail.",
        why="These cases are live." if facts else "There is no live case.",
        facts=facts, can=f"You can write: {words}.", question=True,
    )  # fmt: skip
    tell_person(office, session, person, value, "answer")


def _tell_case(office: Office, session: Session, mail: Incoming, person: str, key: str) -> None:
    """STATUS with a key: that one case as it stands."""
    case = journal.read_case(session, key)
    if case is None:
        _say(office, session, person, f"There is no case {key}.", "you wrote STATUS")
        return
    situation = read_situation(office, session, case.ticket, mail.now)
    told = Decision(case, (), (WriteLetter(LetterKind.STATUS, person),))
    perform.carry_out(office, session, told, situation)


WOULD = {
    Verb.ACCEPT: "it would be yours now, and the customer's next update would be in your hands",
    Verb.BOUNCE: "it would go to the next person with your note, and the customer's clock runs on",
    Verb.LATER: "it would stay nobody's, and you would be asked again then",
    Verb.NEED: "your question would go to whoever knows, and you would hear the answer",
    Verb.NOTE: "your note would be kept with the case",
    Verb.QUESTION: "you would get the answer from the case, and nothing would change",
}
"""What an answer to a brief would have done, had it been a real one."""
PROOF = {
    "dmarc": "Your mail server vouched for you: a yes of yours counts at once.",
    "code": "Your mail carried no verdict, so a code proved you: each yes will ask for one. "
            "`deskless check` tells how to spare you that.",
}  # fmt: skip


def thank_for_trial(
    office: Office, session: Session, person: Person, asked: Command | Unclear, proof: str
) -> str:
    """Somebody answered a trial brief: how it was read, what it would have done, and thanks.

    Nothing of it is a case's. An answer that is unclear may be tried again.
    """
    if isinstance(asked, Command) and not asked.doubts and not asked.confirm:
        read_as = f"I read it as {asked.verb.value.upper()}."
        would = WOULD.get(asked.verb, "it would be done, and confirmed to you with a way back")
        done = state_keys.TrialAnswered(at=office.clock.now().isoformat(), proof=proof)
        state_keys.TRIED.put(session, done, person.id)
    else:
        read_as = f"I could not read “{asked.line[:120]}” for certain."
        would = "nothing would change, and you would be asked back; please try once more"
    value = OtherParty(
        subject="[Deskless] Thank you: the trial", news=f"Thank you. {read_as}",
        facts=(
            Fact(name="In a real case", value=f"{would[:1].upper()}{would[1:]}."),
            Fact(name="Who you are", value=PROOF.get(proof, "")),
            Fact(name="This time", value="It was a trial: no customer, no case, nothing to do."),
        ), why_you="you answered a trial brief",
    )  # fmt: skip
    envelope = Envelope(to=person.id, kind="trial_thanks", purpose=TRIAL, trial=True, answers=True)
    write_letter(office, session, value, envelope)
    return "trial"


def ask_again(office: Office, session: Session, case: Case, missing: tuple[str, ...]) -> None:
    """The answer held only a part: ask for the rest."""
    value = AskRequester(
        about=case.key, reason_missing="reason" in missing, tried_missing="tried" in missing
    )
    envelope = Envelope(
        to=case.asked or office.rules.founder, kind="ask_requester", purpose="ask", case=case.key,
        ticket=case.ticket,
    )  # fmt: skip
    write_letter(office, session, value, envelope)


def tell_person(office: Office, session: Session, person: str, value: Mail, kind: str) -> None:
    """A letter about no case."""
    write_letter(office, session, value, Envelope(to=person, kind=kind, purpose="office"))


def _say(office: Office, session: Session, person: str, news: str, why: str) -> None:
    tell_person(office, session, person, OtherParty(subject=news, news=news, why_you=why), "answer")


def _go(office: Office, session: Session, mail: Incoming, _: Command) -> None:
    was_live = state_keys.LIVE.get(session) is True
    state_keys.LIVE.put(session, True)
    journal.enter(session, office_events.WentLive(**_head(office, mail)))
    more = "" if was_live else shadow_words.take_up(office, session, mail.now)
    _say(office, session, office.rules.founder,
         f"Deskless is live: briefs go out from now on.{more}", "you wrote GO")  # fmt: skip


def _live(office: Office, session: Session, mail: Incoming, asked: Command) -> None:
    book = office.rules.book
    named = asked.subject_id
    if book.policy(named) is None:
        known = ", ".join(policy.id for policy in book.asked())
        _say(office, session, office.rules.founder,
             f"There is no policy `{named}`. Known: {known}.", "you wrote LIVE")  # fmt: skip
        return
    live = state_keys.LIVE.get(session)
    chosen = sorted({*(live if isinstance(live, list) else []), named})
    if live is not True:
        state_keys.LIVE.put(session, chosen)
    journal.enter(session, office_events.WentLive(criterion=named, **_head(office, mail)))
    more = "" if live is True else shadow_words.take_up(office, session, mail.now, named)
    _say(office, session, office.rules.founder,
         f"{named} is live; the rest stays in the shadow.{more}", "you wrote LIVE")  # fmt: skip


def _mark(office: Office, session: Session, mail: Incoming, asked: Command) -> None:
    """RIGHT 2, WRONG 3: the founder's judgement on items of a shadow digest."""
    news = shadow_words.mark_items(office, session, mail, asked)
    _say(office, session, office.rules.founder, news, "you judged the digest")


def _stop(office: Office, session: Session, mail: Incoming, asked: Command) -> None:
    which = asked.subject_id or "weekly"
    state_keys.STOPPED.put(session, mail.now, which)
    journal.enter(session, office_events.RegularMailStopped(what=which, **_head(office, mail)))
    _say(office, session, office.rules.founder, f"The {which} mail stops.", "you wrote STOP")


def _head(office: Office, mail: Incoming) -> Any:
    """What every event by the founder's mail begins with."""
    return {"at": mail.now, "by": office.rules.founder, "cause": mail.cause}


COMMANDS: dict[Verb, Callable[[Office, Session, Incoming, Command], None]] = {
    Verb.GO: _go, Verb.LIVE: _live, Verb.RIGHT: _mark, Verb.WRONG: _mark, Verb.STOP: _stop,
}  # fmt: skip
