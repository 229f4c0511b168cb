"""Mails that nobody has read: set aside, not given out, or gone. Told at once, in one mail.

The entry and what is owed are written in one transaction, the letter and its end in another: a
restart tells nothing twice and forgets nothing. Whoever of tier 1 is at work looks at it, and the
founder knows. Many of them one after the other are gathered, so that a sick server or a busy rule
of somebody's mail program cannot fill a mailbox.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from deskless.agent.case.escalation_limits import present_matrix
from deskless.agent.judging.reviews import Reviewers, support_lead
from deskless.agent.language.time import say_instant
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.mailbox.mime.header import field_words, read_date, read_head
from deskless.store import quarantine
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry
from deskless.templates.values import Fact, Notice

HOURLY = 4
"""Letters about unread mails within an hour; what comes then is told together when it is over."""
SHOWN = 12
"""Mails that one letter names; the rest is counted."""
HEAD = 65_536
"""Bytes of a mail that could not be handled in which its header lines are looked for."""
LONGEST = 1000
"""Bytes of a header line that are decoded."""


def owe_losses(session: Session, lost: Sequence[Entry]) -> None:
    """These entries are to be told; in the transaction that wrote them."""
    if lost:
        owed = state_keys.LOSSES.get(session) or state_keys.LossesOwed(seqs=[], told=[])
        seqs = [*owed["seqs"], *(entry.seq for entry in lost)]
        state_keys.LOSSES.put(session, {**owed, "seqs": seqs})


def tell_losses(office: Office) -> bool:
    """Write the one letter about everything that is owed; whether there was anything to tell."""
    now = office.clock.now()
    with office.store.reading() as session:
        owed = state_keys.LOSSES.get(session)
    if not owed or not owed["seqs"] or len(_recent(owed["told"], now)) >= HOURLY:
        return False
    with office.store.transaction() as session:
        owed = state_keys.LOSSES.get(session)
        if not owed or not owed["seqs"]:
            return False
        lost = [entry for seq in owed["seqs"] if (entry := entries.get_entry(session, seq))]
        facts = [fact for entry in lost for fact in _facts(office, session, entry)]
        readers = _readers(office, session, now)
        for person in readers:
            _write(office, session, (lost, facts), (person, readers[0]))
        told = [*_recent(owed["told"], now), now.isoformat()]
        state_keys.LOSSES.put(session, state_keys.LossesOwed(seqs=[], told=told))
    return True


def describe_head(office: Office, head: bytes) -> str:
    """Sender, subject and date of a mail, from its header lines alone, in words."""
    fields = read_head(head)
    subject, sender, date = (
        field_words((fields.first(name) or b"")[:LONGEST]) for name in ("subject", "from", "date")
    )
    at = read_date((fields.first("date") or b"")[:LONGEST])
    when = say_instant(at, office.config.team.zone) if at else date or "without a date"
    return f"“{subject or 'no subject'}” from {sender or 'nobody named'}, {when}"


def _recent(told: Sequence[str], now: datetime) -> list[str]:
    hour = timedelta(hours=1)
    return [each for each in told if now - datetime.fromisoformat(each) < hour]


def _readers(office: Office, session: Session, now: datetime) -> tuple[str, ...]:
    """Who of tier 1 is to look, and the founder, who may mend what stands behind it."""
    setting = office.setting(session, now)
    team = Reviewers(
        matrix=present_matrix(setting.matrix, setting), now=now,
        founder=office.rules.founder, lead=support_lead(office),
    )  # fmt: skip
    first = [person.id for person in team.on_duty()[:1]]
    return tuple(dict.fromkeys((*first, office.rules.founder)))


def _write(
    office: Office, session: Session, told: tuple[list[Entry], list[Fact]], people: tuple[str, str]
) -> None:
    """The letter to the first of these people, in which the second is asked to look."""
    (lost, facts), (person, looker) = told, people
    more = len(facts) - SHOWN
    rest = (Fact(name="And", value=f"{more} more, in the ledger"),) if more > 0 else ()
    count = sum(_count(entry) for entry in lost)
    what = "One mail was" if count == 1 else f"{count} mails were"
    value = Notice(
        subject=f"[Deskless] {what} not read",
        news=f"{what} not read by anybody, so nothing was judged. "
        f"{office.name(looker)}, please look.",
        changed=False,
        facts=(*facts[:SHOWN], *rest),
        do="Look in the inbox, the trash and where your mail programs move things. What was set "
        "aside is shown by `deskless quarantine list` and read again by `deskless quarantine "
        "retry`; a mail that needs somebody can be forwarded to the inbox.",
    )
    envelope = Envelope(to=person, kind="losses", purpose="office", urgency=2)
    write_letter(office, session, value, envelope)


def _count(entry: Entry) -> int:
    uids = entry.data.get("uids")
    return int(entry.data.get("count") or (len(uids) if uids else 1))


def _facts(office: Office, session: Session, entry: Entry) -> list[Fact]:
    """What is known of each mail of an entry: subject, sender, date, and why it was not read."""
    private = entry.private or {}
    at = say_instant(entry.at, office.config.team.zone)
    if entry.kind == "quarantined":
        mail = quarantine.get_mail(session, entry.cause.removeprefix("mail:"))
        known = describe_head(office, mail.raw[:HEAD]) if mail else "a mail"
        why = private.get("why", "it could not be handled")
        return [Fact(name="Set aside after three tries", value=f"{known}. Why: {why}")]
    folder = private.get("folder") or "the inbox"
    if entry.kind == "unread":
        lines = list(private.get("shown") or ())
        left = len(entry.data["uids"]) - len(lines)
        lines += [f"{left} of which nothing is known"] * (left > 0)
        why = "the mail server lists it and does not hand it out"
        return [Fact(name=f"Not given out, in {folder}", value=f"{line}. Why: {why}")
                for line in lines]  # fmt: skip
    many = _count(entry)
    numbers = ", ".join(map(str, entry.data["uids"][:6])) + (" …" if many > 6 else "")
    return [
        Fact(
            name=f"Gone from {folder} before it was read",
            value=f"{many} {'mail' if many == 1 else 'mails'} (number {numbers}), noticed {at}. "
            "Sender, subject and date are not known. Why: moved or deleted by somebody or by a "
            "rule before we looked",
        )
    ]
