"""`check` tells whose yes will count without a code, and what helps where it will not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import INBOX, MONDAY, Company, company

from deskless.agent.commands import check, check_verdict
from deskless.agent.commands.finding import Finding
from deskless.agent.daemon import assemble
from deskless.agent.settings import config
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.sender.receiver import Receiver

SERVER = "mx.post.example"
BY = "Received: from x (x [192.0.2.9]) by {} with ESMTP id 1; Mon, 23 Nov 2026 09:00:00 +0000\n"
VERDICT = "Authentication-Results: {}; dmarc={} header.from=acme.example{}\n"
ABOVE = VERDICT.format(SERVER, "pass", "") + BY.format(SERVER)
PROBE = "Authentication-Results: mx.post.example; dmarc=pass header.from=forged.example\n"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company whose people write in between."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made


def of_people(acme: Company, head: str, who: str = "ana") -> list[Finding]:
    """What is said when this is the newest mail of somebody in the inbox."""
    mail = f"{head}From: {who}@acme.example\nDate: {MONDAY:%a, %d %b %Y %H:%M:%S} +0000\n\nhello\n"
    acme.post.put(INBOX, mail.encode())
    settings = acme.office.config.inbox
    inbox = Inbox(assemble.mail_account(settings.imap, acme.office.config, settings.password))
    try:
        return list(check_verdict.of_people(acme.office, inbox))
    finally:
        inbox.close()


CASES = [
    (ABOVE, "ok", "Ana Lopez: a yes counts without a code", ""),
    (BY.format(SERVER) + VERDICT.format(SERVER, "pass", ""), "warn",
     "proves nothing: the Authentication-Results stand below", "milter_default_action = tempfail"),
    (BY.format(SERVER), "warn", "wrote no Authentication-Results", "IgnoreAuthenticatedClients"),
    (ABOVE.replace("dmarc=pass", "dmarc=none"), "warn", "dmarc=none", "Publish a DMARC record"),
    (ABOVE.replace("dmarc=pass", "dmarc=fail (p=none)"), "warn", "p=none", "signs it with DKIM"),
    (ABOVE.replace("dmarc=pass", "dmarc=fail (p=reject)"), "warn", "dmarc=fail", "with DKIM"),
    (ABOVE.replace("dmarc=pass", "dmarc=temperror"), "warn", "dmarc=temperror", "try again later"),
    (ABOVE.replace("; dmarc=pass", "; dkim=pass"), "warn", "no dmarc result", "check_authed"),
    (VERDICT.format("mail.acme.example", "pass", ""), "warn", "is not the configured server's",
     'written by "mail.acme.example"'),
    (ABOVE + "DKIM-Signature: v=1; l=5; d=acme.example\n", "warn", "a part of the body", "l="),
]  # fmt: skip


@pytest.mark.parametrize(("head", "result", "said", "fix"), CASES)
def test_the_newest_mail_of_a_person_is_tried(
    acme: Company, head: str, result: str, said: str, fix: str
) -> None:
    """Each that would ask for a code comes with what helps."""
    first = of_people(acme, head)[0]
    assert (first.id, first.result) == ("verdicts", result)
    assert said in first.said
    assert fix in first.fix


def test_where_nobody_wrote_nothing_is_claimed(acme: Company) -> None:
    """Somebody of the team should write first."""
    [only] = of_people(acme, ABOVE, who="stranger")
    assert "not tried yet" in only.said


HOSTS = [
    ([SERVER], SERVER, Receiver(SERVER)),
    (["store.example", SERVER, "smtp.example"], SERVER, Receiver(SERVER)),
    (["in.mail.example"], "in.mail.example", Receiver(SERVER, ("in.mail.example",))),
    (["store.example", "in.mail.example"], "cannot be told", Receiver(SERVER)),
    ([], "no server names itself", Receiver(SERVER)),
]


@pytest.mark.parametrize(("hosts", "said", "receiver"), HOSTS)
def test_the_probe_tells_by_which_host_our_received_is_known(
    acme: Company, hosts: list[str], said: str, receiver: Receiver
) -> None:
    """What stands above the probe's own field is the servers'; kept for the daemon."""
    head = "".join(BY.format(host) for host in hosts)
    forged_below = BY.format("later.example")
    raw = f"{head}{PROBE}{forged_below}From: deskless@acme.example\n\n".encode()
    first = next(iter(check_verdict.of_probe(acme.office, raw)))
    assert said in first.said
    made = assemble.receiver(config.load_config(acme.folder), acme.office.store, trusting=True)
    assert made == receiver


def test_a_forged_verdict_that_counts_turns_verdicts_off(acme: Company) -> None:
    """Until it does not come through any more."""
    through = f"{PROBE}From: deskless@acme.example\n\n".encode()
    refused = f"{BY.format(SERVER)}{PROBE}From: deskless@acme.example\n\n".encode()
    for raw, result, trusted in ((through, "warn", False), (refused, "ok", True)):
        last = list(check_verdict.of_probe(acme.office, raw))[-1]
        assert (last.id, last.result) == ("authserv", result)
        server = assemble.receiver(acme.office.config, acme.office.store)
        assert (server is not None) is trusted


def test_without_a_configured_server_check_names_the_one_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to write into the setting; where none writes, what to install."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", authserv="") as bare:
        [silent] = of_people(bare, "")
        assert "no server wrote a verdict" in silent.said
        [named] = of_people(bare, ABOVE)
    assert 'authserv = "mx.post.example"' in named.fix


def test_a_verdict_without_a_received_of_ours_is_told(acme: Company) -> None:
    """Then only the order of the fields tells a forgery, and the setting helps."""
    findings = of_people(acme, VERDICT.format(SERVER, "pass", "") + BY.format("in.mail.example"))
    [place] = [finding for finding in findings if finding.id == "place"]
    assert place.result == "warn"
    assert "[inbox] received" in place.fix


def test_the_fix_for_an_agent_without_plus_addresses_is_an_alias(acme: Company) -> None:
    """Turning plus-addresses off is no cure where they are off already."""
    assert "plus = false" in next(check._plus(acme.office, None)).fix
    toml = acme.folder / "deskless.toml"
    toml.write_text(toml.read_text().replace("[agent]", "plus = false\n[agent]"))
    acme.restart()
    assert "an alias" in next(check._plus(acme.office, None)).fix


def test_check_reads_the_probe_and_the_people(acme: Company) -> None:
    """Both stand in what the command says."""
    findings = {finding.id: finding for finding in check.run_checks(acme.folder)}
    assert {"verdicts", "plus", "sent", "copies", "authserv"} <= set(findings)
    assert findings["sent"].said.startswith("sent mail is in Sent")
