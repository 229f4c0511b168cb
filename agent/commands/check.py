"""`deskless check`: everything that can be known before it runs, each line with its fix.

Files first, then servers. A probe mail with a forged verdict is sent to our own tagged address: it
shows whether plus-addresses arrive, what the receiving server makes of forged verdicts, and whether
it keeps copies of what it sent. What real mail of the team shows, `check_verdict` tells.
"""

import asyncio
import os
import re
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from rich.text import Text

from deskless.agent.case.say_time import say_length
from deskless.agent.commands import check_routing, check_verdict
from deskless.agent.commands.check_verdict import FORGED
from deskless.agent.commands.finding import Finding
from deskless.agent.daemon import assemble
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations import alerts
from deskless.agent.settings import config, keys
from deskless.agent.settings.config import FILE, Config
from deskless.agent.settings.edit import Edit, apply_edits, edit_setting, edit_slip
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.compose import Outgoing, compose_mail, sign_id
from deskless.mailbox.imap.folders import ToldBy
from deskless.mailbox.imap.inbox import Arrival, Capabilities, FolderCursor, Inbox
from deskless.mailbox.transport.errors import LoginRefused, Permanent, Trouble
from deskless.mailbox.transport.smtp import Courier
from deskless.policies.people.hours import closed_days
from deskless.policies.problems import Problems
from deskless.policies.rules import embeddings
from deskless.store.engine.errors import StoreError

PROBE = 20.0
"""Seconds that the probe mail may take to come back."""
APART = timedelta(minutes=5)
"""How far two clocks may be apart, mail's own travel included."""
SHOWN = 20
"""Folders that are listed for a person to choose from."""


def run_checks(folder: Path, *, offline: bool = False, send: bool = False) -> list[Finding]:
    """Everything in order; what cannot be reached does not keep the rest from being looked at.

    `send` also rings every alert channel once.
    """
    try:
        settings = config.load_config(folder)
        made = assemble.build_office(settings)
    except Problems as problems:
        return [
            Finding("files", "fail", problem.render(), code=os.EX_CONFIG, edit=edit_slip(problem))
            for problem in problems.problems
        ]
    except (StoreError, ValueError) as fault:
        return [Finding("store", "fail", str(fault), code=os.EX_CONFIG)]
    try:
        routing = check_routing.of_criteria(made)
        findings = [*_files(made), *routing, *_judge(settings), _ear(settings)]
        findings += of_alerts(made, send=send and not offline)
        if not offline:
            findings += _servers(made)
        return findings
    finally:
        made.store.close()


def finding_line(finding: Finding) -> Text:
    """A finding as a person reads it."""
    mark = {"ok": ("ok   ", "green"), "warn": ("note ", "yellow"), "fail": ("FAIL ", "bold red")}
    line = Text.assemble(mark[finding.result], (f"{finding.id:<11}", "dim"), finding.said)
    if finding.fix:
        line.append(f"\n                 → {finding.fix}")
    if finding.edit:
        line.append(f"\n                 → write {finding.edit}", "bold")
    return line


def mend_findings(findings: Sequence[Finding]) -> list[Edit]:
    """Make what is safe of the edits that the findings propose; those that were made."""
    return apply_edits(each.edit for each in findings if each.edit and each.edit.safe)


def _files(made: Office) -> Iterator[Finding]:
    rules, settings = made.rules, made.config
    live = len(rules.book.live())
    if settings.mode.now:
        yield Finding(
            "clock", "fail", "[mode] now holds the clock still, and `deskless run` will not start",
            "Take the line `now = …` out of deskless.toml: it is for looking at a record.",
            os.EX_CONFIG,
        )  # fmt: skip
    yield Finding("policies", "ok", f"{len(rules.book.policies)} criteria, {live} live")
    tiers = ", ".join(f"T{tier}: {len(rules.matrix.on(tier))}" for tier in rules.matrix.tiers())
    yield Finding("matrix", "ok", f"{len(rules.matrix.people)} people ({tiers})")
    yield from _namesakes(made)
    yield Finding("accounts", "ok", f"{len(rules.accounts.accounts)} customers")
    free = closed_days(rules.team, made.clock.now().astimezone(settings.team.zone).date(), 5)
    days = ", ".join(f"{day:%a %d %b %Y}" for day in free) or "none"
    yield Finding("hours", "ok", f"{settings.team.hours} {settings.team.timezone}; free: {days}")
    yield Finding("store", "ok", f"{made.store.where}, {len(made.store.integrity())} problems")
    with made.store.reading() as session:
        live_now = made.live(session)
        tried = state_keys.TRIED.under(session)
    if tried:
        names = ", ".join(sorted(made.name(who) for who in tried))
        yield Finding("trial", "ok", f"answered a trial brief: {names}")
    yield Finding("mode", "ok", "live" if live_now else "shadow: only the founder gets mail")
    yield Finding("agent", "ok", f"briefs come from {made.addresses.agent}")
    if not settings.inbox.authserv:
        yield Finding(
            "authserv", "warn", "no receiving server is configured: every yes asks for a code",
            "Set [inbox] authserv to the id in your server's Authentication-Results.",
        )  # fmt: skip


def _namesakes(made: Office) -> Iterator[Finding]:
    """People of one name: an answer that names them could mean either."""
    names: dict[str, dict[str, str]] = {}
    for person in made.rules.matrix.people:
        names.setdefault(person.name.casefold(), {})[person.id] = person.emails[0]
    for emails in names.values():
        if len(emails) > 1:
            name = made.name(next(iter(emails)))
            yield Finding(
                "matrix", "warn", f"{len(emails)} people are called {name} "
                f"({', '.join(emails.values())}): `BOUNCE to {name}` could mean either",
                "Tell them apart by name in matrix.csv; of one person write both addresses into "
                "one cell.",
            )  # fmt: skip


def _judge(settings: Config) -> Iterator[Finding]:
    if settings.judge.engine == "rules":
        yield Finding("judge", "ok", "the rules, offline")
        return
    from deskless.agent.model.model import usable_model

    try:
        known = usable_model(settings)
    except (Problems, SecretMissing) as problem:
        yield Finding("judge", "fail", str(problem), code=os.EX_CONFIG)
        return
    name = f"{settings.judge.model}, {settings.judge.budget}" if known else "the rules, offline"
    yield Finding("judge", "ok", name)


def _ear(settings: Config) -> Finding:
    """Whether the gate of sentence embeddings stands behind the rules, and what it gains."""
    if settings.judge.embed is not False and embeddings.is_installed() and embeddings.has_avx2():
        return Finding("embeddings", "ok", f"{embeddings.NAME}; {embeddings.GAIN}")
    if not embeddings.is_installed():
        there, fix = "not installed", f"Fewer false alarms: {embeddings.INSTALL}."
    elif not embeddings.has_avx2():
        there, fix = "this processor has no AVX2", ""
    else:
        there, fix = "installed, off", "Fewer false alarms: leave `embed` out of [judge]."
    return Finding("embeddings", "ok", f"{there}; {embeddings.GAIN}", fix)


def of_alerts(made: Office, *, send: bool) -> Iterator[Finding]:
    """Who is woken by which kind of channel; with `send` each is rung once. No address is shown."""
    if not made.config.alerts:
        return
    if find_spec("apprise") is None:
        there = "[alerts] names channels, and what rings them is not installed"
        yield Finding("alerts", "fail", there, f"{alerts.INSTALL}.", os.EX_CONFIG)
        return
    for person in {each.id: each for each in made.rules.matrix.people}.values():
        for label, url in alerts.channels_of(made, person.id):
            wrong = alerts.try_channel(made.folder, url, send=send)
            fix = "" if not wrong else "Look at this entry of [alerts] in deskless.toml."
            done = "was rung" if send else "is known; `deskless check --send` rings it"
            yield Finding(
                "alerts", "fail" if wrong else "ok", f"{label}: {wrong or done}", fix,
                os.EX_CONFIG if wrong else 0,
            )  # fmt: skip


def _servers(made: Office) -> list[Finding]:
    settings = made.config
    findings: list[Finding] = []
    try:
        account = assemble.mail_account(settings.inbox.imap, settings, settings.inbox.password)
    except Problems as problems:
        return [
            Finding("login", "fail", problem.render(), code=os.EX_CONFIG)
            for problem in problems.problems
        ]
    inbox = Inbox(account)
    try:
        can = inbox.probe()
        missing = [name for name in settings.inbox.folders if name not in can.names]
        count = len(can.names)
        idle = "IDLE" if can.idle else "no IDLE: it is polled every minute"
        findings.append(Finding("imap", "ok", f"{inbox.account}, {count} folders, {idle}"))
        known = f"Known: {', '.join(can.names)}"
        findings += [
            Finding(
                "folder", "fail", f"there is no folder {name}", known, os.EX_CONFIG,
                _folder_meant(made, name, can.names),
            )
            for name in missing
        ]  # fmt: skip
        findings += of_sent_folder(inbox, can, settings.inbox.sent)
        if missing:
            return findings
        start = inbox.baseline(settings.inbox.folders[0])
        findings += asyncio.run(_sending(made, inbox, start))
        findings += check_verdict.of_people(made, inbox)
    except SecretMissing as missing:
        findings.append(Finding("password", "fail", str(missing), code=os.EX_CONFIG))
    except LoginRefused as refused:
        findings.append(Finding("imap", "fail", str(refused), refused.cure, os.EX_NOPERM))
    except Trouble as trouble:
        findings.append(Finding("imap", "fail", str(trouble), trouble.cure, os.EX_UNAVAILABLE))
    finally:
        inbox.close()
    return findings


async def _sending(made: Office, inbox: Inbox, start: FolderCursor) -> list[Finding]:
    settings = made.config
    url = settings.agent.smtp or settings.inbox.smtp
    secret = settings.agent.password or settings.inbox.password
    courier = Courier(assemble.mail_account(url, settings, secret))
    findings = []
    try:
        offers = await courier.open()
        findings.append(Finding("smtp", "ok", f"{courier.account}, {', '.join(sorted(offers))}"))
        findings += await _probe(made, inbox, start, courier)
    except LoginRefused as refused:
        findings.append(Finding("smtp", "fail", str(refused), refused.cure, os.EX_NOPERM))
    except Permanent as refused:
        to = made.addresses.agent
        findings.append(
            Finding(
                "smtp", "fail", f"the server does not take mail from {to} to itself: {refused}",
                "Make [agent] address an alias of the inbox that this login may send as, or leave "
                "it out.", os.EX_CONFIG,
            )
        )  # fmt: skip
    except Trouble as trouble:
        findings.append(Finding("smtp", "fail", str(trouble), trouble.cure, os.EX_UNAVAILABLE))
    finally:
        await courier.close()
    return findings


async def _probe(
    made: Office, inbox: Inbox, start: FolderCursor, courier: Courier
) -> list[Finding]:
    """Send ourselves a mail with a forged verdict, and look at what arrives."""
    to = made.addresses.reply(keys.new_token())
    message_id, raw = _letter(made, to)
    server = made.config.inbox.authserv or "mx.example"
    forged = f"Authentication-Results: {server};\r\n dmarc=pass header.from={FORGED}\r\n".encode()
    await courier.send(made.addresses.agent, (to,), forged + raw)
    came = await asyncio.to_thread(_await, inbox, start, message_id)
    arrived = came.raw if came else None
    bare = arrived is None and made.config.inbox.plus and await _bare(made, inbox, start, courier)
    sent = made.config.inbox.sent or inbox.folders().get("sent")
    keeps = bool(sent and await asyncio.to_thread(inbox.find, message_id, [sent]))
    return [
        *_plus(made, arrived, bare=bare), *_clocks(made, came),
        *check_verdict.of_probe(made, arrived), *_copies(made, keeps),
    ]  # fmt: skip


async def _bare(made: Office, inbox: Inbox, start: FolderCursor, courier: Courier) -> bool:
    """Whether a probe to the agent's address without any tag arrives, where one with a tag did not.

    Only of an agent with an address of its own: else the tag is what tells its mail.
    """
    agent = made.addresses.agent
    if not made.config.agent.address:
        return False
    message_id, raw = _letter(made, agent)
    await courier.send(agent, (agent,), raw)
    return await asyncio.to_thread(_await, inbox, start, message_id) is not None


def _letter(made: Office, to: str) -> tuple[str, bytes]:
    """A probe to an address of ours: its Message-ID and its bytes."""
    agent = made.addresses.agent
    message_id = sign_id(made.keys.ids, f"probe-{keys.new_token()[:12]}", agent.partition("@")[2])
    raw = compose_mail(
        Outgoing(
            sender=agent, to=(to,), subject="Deskless: a probe, please ignore",
            text="Deskless sent this to itself to see how mail arrives. It may be deleted.",
            message_id=message_id.strip("<>"), date=made.clock.now(), loop=made.keys.loop,
            internal=True,
        )
    )  # fmt: skip
    return message_id.strip("<>"), raw


def _folder_meant(made: Office, name: str, names: Sequence[str]) -> Edit | None:
    """The line with the folder of this account that was meant: other letters, or below another."""
    meant = [
        each for each in names
        if re.split(r"[./]", each)[-1].casefold() == re.split(r"[./]", name)[-1].casefold()
    ]  # fmt: skip
    if len(meant) != 1:
        return None
    folders = [meant[0] if each == name else each for each in made.config.inbox.folders]
    return edit_setting(made.folder / FILE, "inbox", "folders", folders, safe=True)


def _clocks(made: Office, came: Arrival | None) -> Iterator[Finding]:
    """Whether this machine and the mail server agree about the time, by when the probe arrived."""
    if came is None:
        return
    apart = made.clock.now() - came.received
    if abs(apart) <= APART:
        return
    which = "ahead of" if apart > timedelta(0) else "behind"
    yield Finding(
        "clock", "warn", f"this machine's clock is {say_length(abs(apart))} {which} the mail "
        "server's: deadlines and reminders would be off by as much",
        "Set this machine's clock (`timedatectl set-ntp true`); if it is right, tell the provider.",
    )  # fmt: skip


def _await(inbox: Inbox, start: FolderCursor, message_id: str) -> Arrival | None:
    """The probe as it arrived; None when it does not within its time."""
    end = time.monotonic() + PROBE
    cursor = start
    while time.monotonic() < end:
        batch = inbox.fetch(cursor)
        for arrival in batch.arrivals:
            if message_id.encode() in arrival.raw:
                return arrival
        cursor = batch.cursor
        inbox.wait(cursor.folder, min(2.0, end - time.monotonic()))
    return None


def _plus(made: Office, arrived: bytes | None, *, bare: bool = False) -> Iterator[Finding]:
    address = made.addresses.reply("…")
    if arrived is not None:
        yield Finding("plus", "ok", f"mail to {address} arrives in the inbox")
        return
    fix = (
        "Let your server deliver plus-addresses (Postfix: recipient_delimiter = +), or set "
        "[inbox] plus = false."
        if made.config.inbox.plus
        else "Let your server deliver mail to [agent] address into the inbox (an alias)."
    )
    words = f"mail to {address} did not arrive within {PROBE:.0f} s"
    edit = None
    if bare:
        words += f", mail to {made.addresses.agent} did: this server knows no plus-addresses"
        edit = edit_setting(made.folder / FILE, "inbox", "plus", value=False, safe=True)
    yield Finding("plus", "fail", words, fix, os.EX_CONFIG, edit)


def _copies(made: Office, keeps: bool) -> Iterator[Finding]:
    with made.store.transaction() as session:
        state_keys.SENT_KEEPS.put(session, keeps)
    sentence = (
        "the server keeps a copy of what it sends" if keeps else "the server keeps no Sent copy"
    )
    rest = "" if keeps else "; briefs are copied to the inbox as receipts"
    yield Finding("copies", "ok", sentence + rest)


def of_sent_folder(inbox: Inbox, can: Capabilities, setting: str) -> Iterator[Finding]:
    """Which folder is Sent, how that was told, and whether it opens; `setting` beats all else.

    The team's own answers lie there: without them a customer who was answered counts as waiting.
    """
    told = can.sent_told
    name, how = (setting, ToldBy.SETTING) if setting else ("", ToldBy.NAME)
    if not setting and told is not None:
        name, how = told.name, told.told_by
    if not name:
        yield Finding(
            "sent", "warn", "no folder for sent mail can be told: what your team answers is not "
            "seen, and customers who were answered count as waiting", _choose(can.names),
        )  # fmt: skip
        return
    try:
        mails = inbox.remaining(inbox.beginning(name))
    except Trouble as trouble:
        problem = f"sent mail should be in {name} (by {how.value}), but {trouble}"
        fix = _choose(can.names)
        yield Finding("sent", "fail", problem, fix, os.EX_CONFIG)
        return
    others = told.others if told and not setting else ()
    words = f"sent mail is in {name}, by {how.value}; {mails} mails"
    if not others:
        yield Finding("sent", "ok", words)
        return
    more = ", ".join(others)
    yield Finding(
        "sent", "warn", f"{words}; {more} could be it, too",
        f'If your team\'s answers lie there, set [inbox] sent = "{others[0]}".',
    )  # fmt: skip


def _choose(names: Sequence[str]) -> str:
    """The setting to write, with the folders there are."""
    rest = [name for name in names if not re.match(r"(?i)inbox$", name)]
    shown = ", ".join(rest[:SHOWN]) + (" …" if len(rest) > SHOWN else "")
    there = (
        f"one of: {shown}" if shown else "there is none yet: send one mail from your mail program"
    )
    return f'Set [inbox] sent = "…" to the folder with your team\'s answers ({there}).'
