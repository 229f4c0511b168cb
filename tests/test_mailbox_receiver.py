"""What the receiving server wrote is told from what it was handed, by where it stands."""

# ruff: noqa: E501 - fields as servers write them

import os
from pathlib import Path

import pytest

from deskless.mailbox.mime.header import first_head
from deskless.mailbox.sender.dmarc import Receiver, Standing, authenticate, verdict_place
from deskless.mailbox.sender.from_header import strict_sender
from deskless.mailbox.sender.receiver import hops

PASS, NONE, FAIL = Standing.PASS, Standing.NONE, Standing.FAIL
CASES = Path(__file__).resolve().parents[2] / "shared" / "cases" / "auth"
MX = Receiver("mx.acme.example")
TEMPFAIL = Receiver("mx.acme.example", tempfail=True)

# What real servers wrote, and what it proves; the second with the operator's word that mail is
# refused for now while the filter is away.
FILES = {
    "auth-odkim+odmarc-signed": (PASS, PASS),
    "fault-D1-two-AR-one-server": (PASS, PASS),
    "auth-odkim+odmarc-forgedar": (FAIL, FAIL),
    "fault-D3-forged-AR-hides-fail": (FAIL, FAIL),
    "auth-odkim+odmarc-unsigned": (FAIL, FAIL),
    "auth-odkim+odmarc-quar": (FAIL, FAIL),
    "auth-odkim+odmarc-pnone": (NONE, NONE),
    "auth-odkim+odmarc-nodmarc": (NONE, NONE),
    "auth-odkim+odmarc-nonexist": (NONE, NONE),
    "auth-odkim+odmarc-temp": (NONE, NONE),
    "auth-rspamd-signed": (NONE, PASS),
    "auth-rspamd-forgedar": (NONE, PASS),  # by SPF; the sender's own field was taken out
    "auth-rspamd-pnone": (NONE, NONE),
    "auth-rspamd-temp": (NONE, NONE),
    # With that word given, nothing tells this one from rspamd's: the word has to be true.
    "fault-D2-milter-down-forged": (NONE, PASS),
}


def read(raw: bytes, server: Receiver | str) -> Standing:
    who, _ = strict_sender(raw.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0] + b"\n")
    assert who is not None
    return authenticate(raw, server, who.domain)[0]


def given(name: str) -> bytes:
    if not CASES.is_dir():
        if os.environ.get("CI") == "true" and CASES.parent.parent.is_dir():
            pytest.fail(f"{CASES} is gone")
        pytest.skip(f"{CASES} is not here")
    return (CASES / f"{name}.eml").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_what_real_servers_wrote(name: str) -> None:
    """Every file of the shared cases, with and without the operator's word."""
    raw = given(name)
    assert (read(raw, MX), read(raw, TEMPFAIL)) == FILES[name]


def test_no_shared_case_is_left_out() -> None:
    """A new file needs its right end here."""
    given("auth-rspamd-signed")
    assert {path.stem for path in CASES.glob("*.eml")} == set(FILES)


BY = "Received: from out.corp.example (out.corp.example [192.0.2.9])\n\tby {} (Postfix) with ESMTPS id 1; Mon, 23 Nov 2026 09:00:00 +0000\n"
BORDER = BY.format("mx.acme.example")
GOOD = "Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\n"
BAD = GOOD.replace("pass", "fail")
LMTP = "Received: from mx.acme.example\n\tby mx.acme.example with LMTP\n\tid x (envelope-from <a@b>); Mon, 23 Nov 2026 09:00:00 +0000\n"
AGAIN = "Received: from localhost (localhost [127.0.0.1])\n\tby mx.acme.example (Postfix) with ESMTP id 2; Mon, 23 Nov 2026 09:00:00 +0000\n"
SCAN = "Received: from mx.acme.example ([127.0.0.1])\n\tby localhost (mx.acme.example [127.0.0.1]) (amavisd-new, port 10024); Mon, 23 Nov 2026 09:00:00 +0000\n"
STORE = BY.format("store.acme.example")

PLACES = [
    # Above the border: the server's.
    (GOOD + BORDER, PASS),
    (LMTP + GOOD + BORDER, PASS),
    (STORE + GOOD + BORDER, PASS),
    (AGAIN + SCAN + GOOD + BORDER, PASS),
    (LMTP + AGAIN + SCAN + GOOD + BORDER, PASS),
    (GOOD + BORDER + GOOD, PASS),  # a forged one changes nothing
    (GOOD + BORDER + BAD, PASS),
    ("Authentication-Results: mx.acme.example; dkim=pass header.d=acme.example\n" + GOOD + BORDER, PASS),
    (GOOD + "Authentication-Results: other.example; none\n" + BORDER, PASS),
    ("Authentication-Results: other.example; dmarc=fail header.from=acme.example\n" + GOOD + BORDER, PASS),
    # A genuine fail is not hidden.
    (BAD + BORDER + GOOD, FAIL),
    (BAD + GOOD + BORDER, FAIL),
    # Below: the sender's, whatever he writes around it.
    (BORDER + GOOD, NONE),
    (LMTP + BORDER + GOOD, NONE),
    (STORE + BORDER + GOOD, NONE),
    (BORDER + GOOD + BORDER, NONE),
    (BORDER + LMTP + GOOD + BORDER, NONE),
    (BORDER + AGAIN + GOOD + BORDER, NONE),
    (BORDER + AGAIN + SCAN + GOOD, NONE),
    # What he says in his greeting or envelope makes no hop of this machine.
    ("Received: from x by mx.acme.example with LMTP (y [192.0.2.9]) by mx.acme.example with ESMTP; z\n" + GOOD + BORDER, NONE),
    ("Received: from [127.0.0.1] (y [192.0.2.9]) by mx.acme.example with ESMTP; z\n" + GOOD + BORDER, NONE),
    ("Received: from x ([192.0.2.9] helo=[127.0.0.1]) by mx.acme.example with ESMTP; z\n" + GOOD + BORDER, NONE),
    ('Received: from x (x [192.0.2.9]) by mx.acme.example with ESMTP (envelope-from <"a) by mx.acme.example with LMTP"@evil.example>); z\n' + GOOD + BORDER, NONE),
    *((f"Received: from {helo} (x [192.0.2.9]) by mx.acme.example with ESMTP; z\n" + GOOD + BORDER, NONE)
      for helo in ("by", "by by", "x by y.example", "(", ")", "(by", "x)by", "[127.0.0.1]", "a;b", '"', "by;")),
    ("Received: by mx.acme.example (Postfix, from userid 1000) id 3; z\n" + GOOD + BORDER, NONE),
    ("Received: from [127.0.0.1] by mx.acme.example with ESMTP; z\n" + GOOD + BORDER, NONE),
    ("Received: from x with LMTP (y [192.0.2.9]) by mx.acme.example with ESMTP; z\n" + GOOD + BORDER, NONE),
    # Written by a user of the machine itself: nothing but inner hops.
    (AGAIN + GOOD, NONE),
    (AGAIN + GOOD + AGAIN, NONE),
    # Nothing to compare with: the topmost counts, and what stands with it.
    (GOOD, PASS),
    (GOOD + STORE, PASS),
    (STORE + GOOD, PASS),
    ("Authentication-Results: mx.acme.example; dkim=pass header.d=acme.example\n" + GOOD, PASS),
    ("Authentication-Results: mx.acme.example; dkim=none\n" + STORE + GOOD, NONE),
    (GOOD + GOOD, NONE),
    (BAD + GOOD, FAIL),
    (BAD + STORE + GOOD, FAIL),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "standing"), PLACES)
def test_only_what_stands_above_the_servers_own_received_counts(
    headers: str, standing: Standing
) -> None:
    """Inner hops of one machine are passed, forged hops are not."""
    assert read(f"{headers}From: ana@acme.example\n\n".encode(), MX) is standing


def test_a_server_of_another_name_is_learned_or_configured() -> None:
    """The id need not be a host: then the host after `by` tells the border."""
    server = Receiver("acme.example", received=("mx1.mail.example",))
    good = "Authentication-Results: acme.example; dmarc=pass header.from=acme.example\n"
    border = BY.format("mx7.mail.example")
    author = "From: ana@acme.example\n\n"
    assert read(f"{good}{border}{author}".encode(), server) is PASS
    assert read(f"{border}{good}{author}".encode(), server) is NONE
    assert read(f"{border}{good}{author}".encode(), "acme.example") is PASS


def test_where_the_verdict_stands_is_told() -> None:
    """For `check`."""
    assert verdict_place((GOOD + BORDER).encode(), MX) == "above"
    assert verdict_place((BORDER + GOOD).encode(), MX) == "below"
    assert verdict_place((STORE + GOOD).encode(), MX) == "alone"
    assert verdict_place(BORDER.encode(), MX) == ""
    assert [hop.by for hop in hops(first_head((LMTP + STORE + BORDER).encode()))] == [
        "mx.acme.example", "store.acme.example", "mx.acme.example",
    ]  # fmt: skip


FASTMAIL = """\
Received: from mailmx.nyi.internal ([10.202.2.46])
 by compute3.internal (LMTPProxy); Mon, 23 Nov 2026 04:00:00 -0500
Received: from {mx}.messagingengine.com (localhost [127.0.0.1])
 by {mx}.messagingengine.com (Authentication Milter) with ESMTP
 id 1A2B3C; Mon, 23 Nov 2026 04:00:00 -0500
Authentication-Results: {mx}.messagingengine.com; x-csa=none;
    x-me-sender=none; x-ptr=pass smtp.helo=out.acme.example
    policy.ptr=out.acme.example; bimi=skipped (DMARC Policy is not at enforcement);
    arc=none (no signatures found);
    dkim=pass (2048-bit rsa key sha256) header.d=acme.example
    header.i=@acme.example header.b=pFceNgPG header.a=rsa-sha256
    header.s=sel x-bits=2048;
    dmarc=pass policy.published-domain-policy=none
    policy.applied-disposition=none policy.evaluated-disposition=none
    (p=none,d=none,d.eval=none) policy.policy-from=p
    header.from=acme.example;
    iprev=pass smtp.remote-ip=2001:db8::25 (out.acme.example);
    spf=pass smtp.mailfrom=ana@acme.example smtp.helo=out.acme.example
Received: from out.acme.example (out.acme.example [IPv6:2001:db8::25])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
\tby {mx}.messagingengine.com (Postfix) with ESMTPS
\tfor <deskless@acme.example>; Mon, 23 Nov 2026 04:00:00 -0500
From: ana@acme.example

"""
ICLOUD = """\
Received: from p00-icloudmta-smtpin-east-1 (10.1.2.3)
 by p63-mailgateway-smtp-7 (mailgateway 2227B195) with SMTP id 1; Mon, 23 Nov 2026 09:00:00 GMT
Authentication-Results: bimi.icloud.com; bimi=skipped reason="insufficient dmarc"
X-ARC-Info: policy=fail; arc=none
Authentication-Results: arc.icloud.com; arc=none
Authentication-Results: dmarc.icloud.com; dmarc=pass header.from=acme.example
X-DMARC-Info: pass=pass; dmarc-policy=none; s=r1; d=r1; pdomain=acme.example
Authentication-Results: dkim-verifier.icloud.com;
\tdkim=pass (2048-bit key) header.d=acme.example header.i=@acme.example header.b=pFceNgPG
Authentication-Results: spf.icloud.com; spf=pass (spf.icloud.com: domain of
 ana@acme.example designates 2001:db8::25 as permitted sender) smtp.mailfrom=ana@acme.example
Received: from out.acme.example (out.acme.example [192.0.2.9])
 by p00-icloudmta-smtpin-east-1 (Postfix) with ESMTPS id 2; Mon, 23 Nov 2026 09:00:00 GMT
From: ana@acme.example

"""
GOOGLE = """\
Received: by 2002:a05:6402:3584:b0:5cf:1234:5678 with SMTP id y4csp1; Mon, 23 Nov 2026 01:00:00 -0800 (PST)
Received: from mail-sor-f41.google.com (mail-sor-f41.google.com. [209.85.220.41])
        by mx.google.com with SMTPS id 5b1f17b1804b1; Mon, 23 Nov 2026 01:00:00 -0800 (PST)
Received-SPF: pass (google.com: domain of ana@acme.example designates 209.85.220.41 as permitted sender) client-ip=209.85.220.41;
Authentication-Results: mx.google.com;
       dkim=pass header.i=@acme.example header.s=sel header.b=pFceNgPG;
       spf=pass (google.com: domain of ana@acme.example designates 209.85.220.41 as permitted sender) smtp.mailfrom=ana@acme.example;
       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example;
       dara=pass header.i=@acme.example
From: ana@acme.example

"""
OFFICE = """\
Received: from AM6PR05MB1.eurprd05.prod.outlook.com (2603:10a6:20b::1) by
 DB7PR05MB2.eurprd05.prod.outlook.com with HTTPS; Mon, 23 Nov 2026 09:00:00 +0000
Authentication-Results: spf=pass (sender IP is 2001:db8::25)
 smtp.mailfrom=acme.example; dkim=pass (signature was verified)
 header.d=acme.example;dmarc=pass action=none
 header.from=acme.example;compauth=pass reason=100;
Received: from out.acme.example (2001:db8::25) by
 AM6EUR05FT.mail.protection.outlook.com (10.233.240.1) with Microsoft SMTP; Mon, 23 Nov 2026 09:00:00 +0000
From: ana@acme.example

"""

PROVIDERS = [
    *((FASTMAIL.format(mx=mx), authserv)
      for mx in ("mx1", "mx6", "phl-mx-02")
      for authserv in ("mx.messagingengine.com", "mx1.messagingengine.com", "*.messagingengine.com")),
    *((ICLOUD, authserv) for authserv in ("icloud.com", "dmarc.icloud.com", "*.icloud.com")),
    (GOOGLE, "mx.google.com"),
    (OFFICE, "microsoft"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "authserv"), PROVIDERS)
def test_big_providers_are_read_as_they_write(raw: str, authserv: str) -> None:
    """Several servers of one name, several fields, clauses in any order, addresses in the open."""
    assert read(raw.encode(), authserv) is PASS
    assert read(raw.replace("dmarc=pass", "dmarc=fail").encode(), authserv) in {FAIL, NONE}
    assert read(raw.replace("header.from=acme", "header.from=x").encode(), authserv) is NONE


@pytest.mark.parametrize("authserv", ["mx.messagingengine.com", "*.messagingengine.com"])
@pytest.mark.parametrize("name", ["mx9.messagingengine.com.evil.example", "xmessagingengine.com"])
def test_a_family_is_one_domain(authserv: str, name: str) -> None:
    """Names that only look like it are others'."""
    raw = f"Authentication-Results: {name}; dmarc=pass header.from=acme.example\nFrom: a@acme.example\n\n"
    assert read(raw.encode(), authserv) is NONE


def test_fastmails_field_below_its_received_is_the_senders() -> None:
    """mx1 took it in, whoever calls himself mx4 below that did not."""
    forged = FASTMAIL.format(mx="mx4").split("Authentication-Results", 1)[1]
    border = BY.format("mx1.messagingengine.com")
    raw = f"{border}Authentication-Results{forged}"
    assert read(raw.encode(), "mx.messagingengine.com") is NONE


SHAPES = [
    ("mx.acme.example; dmarc=pass header.from=acme.example;", PASS),
    ("mx.acme.example; dmarc=pass header.from=acme.example; ;", PASS),
    ("mx.acme.example; dmarc=pass header.from=acme.example; arc=none", PASS),
    ("mx.acme.example; dmarc=pass header.from=acme.example; spf=pass smtp.remote-ip=2001:db8::1", PASS),
    ("mx.acme.example; iprev=pass policy.iprev=2001:db8::1 (x); dmarc=pass header.from=acme.example", PASS),
    ("mx.acme.example;dmarc=pass (p=reject; dis=none) header.from=acme.example", PASS),
    ('mx.acme.example; dmarc=pass reason="as; told" header.from=acme.example', PASS),
    ("mx.acme.example; dmarc/1=pass header.from=acme.example", PASS),
    ("mx.acme.example; dkim=neutral (bad ; key) header.d=x; dmarc=fail (p=none dis=none) header.from=acme.example", NONE),
    ("mx.acme.example; dmarc=fail (p=reject sp=none dis=none) header.from=acme.example", FAIL),
    ("mx.acme.example; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=acme.example", NONE),
    ('mx.acme.example; spf=pass smtp.mailfrom="a; dmarc=pass header.from=acme.example; x"@evil.example', NONE),
    ("mx.acme.example; spf=pass (a; dmarc=pass header.from=acme.example; b) smtp.mailfrom=x", NONE),
    ("mx.acme.example; xdmarc=pass header.from=acme.example", NONE),
    ("mx.acme.example; x-dmarc=pass header.from=acme.example", NONE),
    ('mx.acme.example; dmarc=pass header.from=acme.example; x="', NONE),
    ("mx.acme.example; dmarc=pass header.from=acme.example; x=)(", NONE),
]  # fmt: skip


@pytest.mark.parametrize(("value", "standing"), SHAPES)
def test_a_field_is_read_clause_by_clause(value: str, standing: Standing) -> None:
    """What stands in one clause, comment or string does not touch the others."""
    raw = f"Authentication-Results: {value}\n{BORDER}From: ana@acme.example\n\n".encode()
    assert read(raw, MX) is standing


@pytest.mark.parametrize(
    "identity",
    [
        "x=3Bdmarc=3Dpass@evil.example",
        '"x;y"@evil.example',
        "x=20y@evil.example",
        "a(b@evil.example",
    ],
)
def test_a_signer_cannot_write_into_the_servers_field(identity: str) -> None:
    """The server copies his name into its field, decoded."""
    signature = f"DKIM-Signature: v=1; d=evil.example; i={identity}; b=x\n"
    raw = f"{GOOD}{BORDER}{signature}From: ana@acme.example\n\n".encode()
    assert read(raw, MX) is NONE
    plain = signature.replace(identity, "ana@acme.example")
    assert read(f"{GOOD}{BORDER}{plain}From: ana@acme.example\n\n".encode(), MX) is PASS
