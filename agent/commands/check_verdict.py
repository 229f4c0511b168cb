"""What `check` learns about the receiving server's verdicts, and the fix for what does not work.

The probe mail tells by which host the server's own Received is known, and whether a forged verdict
comes through; the newest mail of everybody in the matrix tells whether their yes will count without
a code.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from deskless.agent.commands.finding import Finding
from deskless.agent.daemon import assemble
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.settings.config import FILE
from deskless.agent.settings.edit import edit_setting
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.mime.header import HeaderFields, first_head
from deskless.mailbox.sender.dmarc import Standing, authenticate, verdict_place
from deskless.mailbox.sender.from_header import strict_sender
from deskless.mailbox.sender.receiver import MICROSOFT, Receiver, hops

FORGED = "forged.example"
"""The domain for which the probe brings a verdict of its own."""
DAYS = 7

_TEMPFAIL = (
    "A filter that writes there cannot be told from a forgery while it is away: let it write above "
    "the Received, or set milter_default_action = tempfail (Postfix), then tempfail = true in "
    "[inbox]. Until then every yes asks for a code."
)
_LOOK = "Compare the Authentication-Results of that mail with [inbox] authserv; a code is asked."
_FIXES = (
    (r"below the server's own", _TEMPFAIL),
    (r"for another domain|p=none|dmarc=fail", (
        "Send the team's mail through a server that signs it with DKIM for the domain of From.")),
    (r"dmarc=none", "Publish a DMARC record for the domain: v=DMARC1; p=quarantine."),
    (r"dmarc=\w+error", "The server could not look the domain up; try again later."),
    (r"wrote no|no dmarc result", (
        "Let the server check mail of your own people, too (OpenDMARC: IgnoreAuthenticatedClients "
        "false; Rspamd: check_authed = true), else each yes of theirs asks for a code.")),
    (r"covers a part", "Take l= out of the DKIM signature (OpenDKIM: BodyLengths)."),
)  # fmt: skip


def of_probe(made: Office, arrived: bytes | None) -> Iterator[Finding]:
    """What the probe shows, kept in the store: the border's host, and whether forgeries pass."""
    config = made.config.inbox
    if arrived is None or not config.authserv:
        return
    head = first_head(arrived)
    yield from _border(made, head)
    server = assemble.receiver(made.config, made.store, trusting=True)
    standing = authenticate(arrived, server, FORGED)[0]
    bad = standing is Standing.PASS
    with made.store.transaction() as session:
        state_keys.AUTHSERV_UNSAFE.put(session, bad)
    if bad:
        yield Finding(
            "authserv", "warn",
            f"a forged verdict of {config.authserv} came through: it is not believed",
            "Every yes asks for a code now. Let your server remove such headers (RFC 8601, 5).",
        )  # fmt: skip
    else:
        yield Finding("authserv", "ok", f"forged verdicts of {config.authserv} are refused")


def _border(made: Office, head: HeaderFields) -> Iterator[Finding]:
    """By which host the server's own Received is known; kept where the probe alone tells it."""
    config = made.config.inbox
    if config.received or config.authserv.lower() == MICROSOFT:
        return
    server = Receiver(config.authserv)
    hosts = _hosts(head)
    known = next((host for host in hosts if server.takes(host)), None)
    learned = known or (hosts[0] if len(hosts) == 1 else None)
    with made.store.transaction() as session:
        state_keys.AUTHSERV_RECEIVED.put(session, None if known else learned)
    if learned:
        yield Finding("received", "ok", f"mail is taken in by {learned}; what stands below its "
                      "Received proves nothing")  # fmt: skip
        return
    told = f"mail passes {', '.join(hosts)}" if hosts else "no server names itself in a Received"
    yield Finding(
        "received", "warn", f"{told}: which of them takes in mail from outside cannot be told",
        'Set [inbox] received to that host. Until then a forged verdict is told from a real one '
        "only by standing lower.",
    )  # fmt: skip


def _hosts(head: HeaderFields) -> list[str]:
    """The hosts that took the probe from elsewhere, topmost first: all above what we wrote."""
    names = [field.name for field in head.fields]
    ours = [
        place
        for place, item in enumerate(head.fields)
        if item.name == "authentication-results" and FORGED.encode() in item.value
    ]
    end = min([*ours, *([names.index("from")] if "from" in names else [])], default=len(names))
    written = hops(HeaderFields(head.fields[:end], 0))
    outside = [hop.by for hop in written if not hop.inner] or [hop.by for hop in written]
    return list(dict.fromkeys(outside))


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest mail of somebody: when, what the server said of it, and where that stands."""

    name: str
    domain: str
    on: str
    standing: Standing
    why: str
    place: str
    written_by: str


def of_people(made: Office, inbox: Inbox) -> Iterator[Finding]:
    """Whether the newest mail of each person in the matrix, a week back, would count as theirs."""
    if not made.config.inbox.authserv:
        yield from _writers(made, inbox)
        return
    server = assemble.receiver(made.config, made.store)
    if server is None:
        return
    seen = list(_seen(made, inbox, server))
    if not seen:
        yield Finding(
            "verdicts", "ok", f"nobody of the matrix wrote in the last {DAYS} days: not tried yet",
            "Let somebody of the team write to the inbox, then check again.",
        )  # fmt: skip
        return
    if good := [item.name for item in seen if item.standing is Standing.PASS]:
        yield Finding("verdicts", "ok", f"{', '.join(good)}: a yes counts without a code")
    yield from (_doubted(server, item) for item in seen if item.standing is not Standing.PASS)
    if places := {item.place for item in seen if item.place}:
        yield _stands(server, places)


def _writers(made: Office, inbox: Inbox) -> Iterator[Finding]:
    """Which server wrote the topmost verdict into the team's mail: the one that may be believed."""
    heads = (first_head(raw) for raw in _newest(made, inbox).values())
    topmost = (head.text("authentication-results").partition(";")[0].split() for head in heads)
    writers = Counter(words[0][:80] for words in topmost if words)
    if not writers:
        yield Finding(
            "verdicts", "warn", "no server wrote a verdict into the team's mail of the last "
            f"{DAYS} days: every yes asks for a code",
            "Let your server check DMARC and write Authentication-Results (OpenDMARC, Rspamd).",
        )  # fmt: skip
        return
    name, count = writers.most_common(1)[0]
    yield Finding(
        "verdicts", "warn", f"the topmost verdict in {count} of the team's mails is by {name}: "
        "nobody's is believed yet", f'If that is your own server, set [inbox] authserv = "{name}".',
        edit=edit_setting(made.folder / FILE, "inbox", "authserv", name),
    )  # fmt: skip


def _doubted(server: Receiver, mail: Seen) -> Finding:
    """Somebody whose yes would ask for a code, why, and what helps."""
    fix = next((fix for pattern, fix in _FIXES if re.search(pattern, mail.why)), _LOOK)
    if "configured server's" in mail.why and mail.written_by:
        fix = f'The topmost was written by "{mail.written_by}": is that your authserv?'
    words = f"{mail.name}'s mail of {mail.on} from {mail.domain} proves nothing: {mail.why}"
    return Finding("verdicts", "warn", words, fix)


def _stands(server: Receiver, places: set[str]) -> Finding:
    """Where the server's field stands relative to its own Received."""
    if places == {"alone"}:
        return Finding(
            "place", "warn", f"no Received of {server.authserv} stands in the team's mail: a "
            "forged verdict is told from a real one only by standing lower",
            "Set [inbox] received to the host that your server names itself after `by`.",
        )  # fmt: skip
    places = places - {"alone"}
    where = " and ".join(sorted(places))
    words = f"the verdict stands {where} the Received of {server.authserv}"
    if places == {"above"} or server.below():
        return Finding("place", "ok", words)
    return Finding("place", "warn", words, _TEMPFAIL)


def _seen(made: Office, inbox: Inbox, server: Receiver) -> Iterator[Seen]:
    names = _names(made)
    for email, raw in _newest(made, inbox).items():
        who, _ = strict_sender(raw)
        if who is None or who.email != email:
            continue
        standing, why = authenticate(raw, server, who.domain)
        place = verdict_place(raw, server)
        head = first_head(raw)
        writer = head.text("authentication-results").partition(";")[0].strip()
        yield Seen(names[email], who.domain, _day(head), standing, why, place, writer[:80])


def _names(made: Office) -> dict[str, str]:
    """Every address in the matrix, and whose it is."""
    return {email: person.name for person in made.rules.matrix.people for email in person.emails}


def _newest(made: Office, inbox: Inbox) -> dict[str, bytes]:
    """The header of the newest mail of everybody in the matrix who wrote in the last days."""
    since = (made.clock.now() - timedelta(days=DAYS)).date()
    heads: dict[str, bytes] = {}
    for folder in made.config.inbox.folders:
        heads |= inbox.latest_heads(folder, list(_names(made)), since)
    return heads


def _day(head: HeaderFields) -> str:
    """The day a mail was written, as it says itself."""
    try:
        return f"{parsedate_to_datetime(head.text('date')):%d %b}"
    except (ValueError, TypeError, IndexError):
        return "an unknown day"
