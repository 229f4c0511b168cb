"""The receiving server's word for From: only its own, whole, topmost, and only dmarc."""

import pytest
from hypothesis import given, settings, strategies as st

from deskless.mailbox.sender.dmarc import MICROSOFT, Standing, authenticate

SERVER = "mx.corp.example"
DOMAIN = "corp.example"
PASS = f"{SERVER}; dmarc=pass header.from=corp.example"


def verdict(*values: str, server: str | None = SERVER, more: str = "") -> Standing:
    lines = "".join(f"Authentication-Results: {value}\r\n" for value in values)
    raw = f"{lines}{more}From: owner@corp.example\r\n".encode()
    return authenticate(raw, server, DOMAIN)[0]


BELIEVED = [
    PASS,
    "MX.Corp.Example; dmarc=pass header.from=CORP.example",
    f"{SERVER} 1; dmarc=pass header.from=corp.example",
    f"{SERVER};\r\n\tspf=pass smtp.mailfrom=corp.example;\r\n\tdkim=pass header.d=corp.example;\r\n"
    "\tdmarc=pass (p=none dis=none) header.from=corp.example",
    f"{SERVER}; dkim=fail header.d=x.example; dmarc=pass (p=REJECT) header.from=corp.example",
    f'{SERVER}; dmarc=pass (policy="none") header.from=corp.example',
]


@pytest.mark.parametrize("value", BELIEVED)
def test_a_pass_for_our_domain_counts(value: str) -> None:
    """The configured server, exactly one dmarc, exactly this domain."""
    assert verdict(value) is Standing.PASS


DOUBTED = [
    # A4, A5: what comments swallow or fake.
    f"{SERVER}; dmarc=pass header.from=corp.example(.attack.example)",
    f"{SERVER}; dkim=pass header.d=corp.example(.attack.example)",
    f"{SERVER}; spf=pass smtp.mailfrom=a@corp.example(a.x.example; dmarc=fail header.from=x)",
    f"{SERVER}; spf=pass smtp.mailfrom=x; dmarc=pass header.from=corp.example (; dmarc=fail)",
    f"{SERVER}; spf=pass smtp.mailfrom=a(; dmarc=pass header.from=corp.example",
    # Two results, none, another's.
    f"{SERVER}; dmarc=pass header.from=corp.example; dmarc=fail header.from=corp.example",
    f"{SERVER}; dmarc=pass header.from=corp.example; dmarc=pass header.from=corp.example",
    f"{SERVER}; spf=pass smtp.mailfrom=corp.example; dkim=pass header.d=corp.example",
    f"{SERVER}; none",
    f"{SERVER}",
    f"{SERVER}; dmarc=pass header.from=attack.example",
    f"{SERVER}; dmarc=pass header.from=sub.corp.example",
    f"{SERVER}; dmarc=pass header.from=corp.example.attack.example",
    f"{SERVER}; dmarc=pass header.from=owner@corp.example",
    f"{SERVER}; dmarc=pass",
    f"{SERVER}; dmarc=pass header.d=corp.example",
    f"{SERVER}; dmarc=pass header.from=corp.example header.from=attack.example",
    f"{SERVER}; dmarc=none header.from=corp.example",
    f"{SERVER}; dmarc=bestguesspass header.from=corp.example",
    f"{SERVER}; dmarc=temperror header.from=corp.example",
    f"{SERVER}; dmarc=permerror header.from=corp.example",
    # Other servers that look like ours.
    "evil.example (mx.corp.example); dmarc=pass header.from=corp.example",
    "mx.corp.example.evil.example; dmarc=pass header.from=corp.example",
    "evil.mx.corp.example; dmarc=pass header.from=corp.example",
    '"mx.corp.example"; dmarc=pass header.from=corp.example',
    "mx.corp.example x; dmarc=pass header.from=corp.example",
    "mx.corp.example/evil; dmarc=pass header.from=corp.example",
    "; dmarc=pass header.from=corp.example",
    "dmarc=pass header.from=corp.example",
    "",
    # Bytes that have no business there.
    f"{SERVER}; dmarc=pass header.from=corp\0.example",
    f"{SERVER}; dmarc=pass header.from=corp.example\0",
    f"{SERVER}; dmarc=pass header.from=соrp.example",
    f'{SERVER}; dmarc=pass header.from="corp.example',
]


@pytest.mark.parametrize("value", DOUBTED)
def test_anything_else_is_no_verdict(value: str) -> None:
    """No verdict is not a refusal: a code mail settles it."""
    assert verdict(value) is Standing.NONE


def test_a_fail_is_a_refusal() -> None:
    """dmarc=fail blocks, whatever else passed."""
    fail = f"{SERVER}; dkim=pass header.d=corp.example; dmarc=fail header.from=corp.example"
    assert verdict(fail) is Standing.FAIL


def test_without_a_configured_server_there_is_no_verdict() -> None:
    """Trust is opted into, by name."""
    assert verdict(PASS, server=None) is Standing.NONE
    assert verdict(PASS, server="") is Standing.NONE


def test_only_the_topmost_field_counts() -> None:
    """Below it anybody may have written."""
    assert verdict("other.example; dmarc=pass header.from=corp.example", PASS) is Standing.NONE
    assert verdict(PASS, "other.example; dmarc=fail header.from=corp.example") is Standing.PASS


def test_two_verdicts_of_our_server_are_no_pass() -> None:
    """One of them is a forgery, or we cannot know which speaks of this hop."""
    assert verdict(PASS, PASS) is Standing.NONE
    fail = f"{SERVER}; dmarc=fail header.from=corp.example"
    assert verdict(PASS, fail) is Standing.NONE
    assert verdict(fail, PASS) is Standing.FAIL


def test_an_oddly_spelt_field_is_counted_too() -> None:
    """`Authentication-Results :` is the same field to some."""
    raw = f"Authentication-Results : x.example; none\r\nAuthentication-Results: {PASS}\r\n"
    assert authenticate(raw.encode(), SERVER, DOMAIN)[0] is Standing.NONE


def test_arc_is_not_read() -> None:
    """A forwarder's word is not the receiver's."""
    raw = f"ARC-Authentication-Results: i=1; {PASS}\r\nFrom: owner@corp.example\r\n"
    assert authenticate(raw.encode(), SERVER, DOMAIN)[0] is Standing.NONE


@pytest.mark.parametrize("tag", ["l=10", " l=0", "\r\n\tl = 5"])
def test_a_signature_over_a_part_of_the_body_does_not_count(tag: str) -> None:
    """Words added below `l=` still verify."""
    signature = f"DKIM-Signature: v=1; a=rsa-sha256; d=corp.example;{tag}; b=x\r\n"
    assert verdict(PASS, more=signature) is Standing.NONE


def test_tags_that_only_end_in_l_are_no_length() -> None:
    """`rl=` and a value with `l=` inside base64 are other tags."""
    signature = "DKIM-Signature: v=1; d=corp.example; bh=abl=; b=xxl=yy==\r\n"
    assert verdict(PASS, more=signature) is Standing.PASS


OFFICE = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=corp.example; dkim=pass (signature was "
    "verified) header.d=corp.example;dmarc=pass action=none header.from=corp.example;"
    "compauth=pass reason=100"
)


def test_microsofts_form_counts_only_where_it_is_configured() -> None:
    """It names no server, so it is worth something only where nobody else writes it."""
    assert verdict(OFFICE, server=MICROSOFT) is Standing.PASS
    assert verdict(OFFICE) is Standing.NONE
    assert verdict(PASS, server=MICROSOFT) is Standing.NONE
    assert verdict(OFFICE.replace("dmarc=pass", "dmarc=fail"), server=MICROSOFT) is Standing.FAIL
    assert verdict(OFFICE, OFFICE, server=MICROSOFT) is Standing.NONE
    other = OFFICE.replace("header.from=corp", "header.from=x")
    assert verdict(other, server=MICROSOFT) is Standing.NONE


PIECES = st.sampled_from(
    [SERVER, "evil.example", ";", " ", "(", ")", '"', "dmarc=", "pass", "fail", "header.from=",
     "corp.example", "attack.example", "spf=pass smtp.mailfrom=", "\r\n ", "\\", "=", "1", "none"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=24))
@settings(max_examples=400)
def test_a_pass_always_names_our_server_and_domain(pieces: list[str]) -> None:
    """Whatever is put together: no pass without server first, one dmarc=pass, and our domain."""
    value = "".join(pieces)
    if verdict(value) is Standing.PASS:
        assert value.lstrip().startswith(SERVER)
        assert value.count("dmarc") == 1
        assert "header.from=corp.example" in value
