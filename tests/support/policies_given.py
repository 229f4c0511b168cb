"""What the tests of the policies room start from: a thread, a policy, a matrix, facts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from deskless.mailbox.message import Address
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.book.book import parse_policy
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.matrix_csv import read_matrix
from deskless.policies.policy import Policy
from deskless.policies.verdict import Finding, Met, Quote

Refusal = TypeVar("Refusal", bound=Exception)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday
CUSTOMER = Address("ida@harbour.example", "Ida")
SHEET = """tier,name,email,role,lead,backup,hours,languages,handles
1,Ana,ana@acme.example,Support,,,,en,
1,Ben,ben@acme.example,Support,,,,"en, de",
2,Cleo,cleo@acme.example,Billing,,Dev,,en,business
2,Dev,dev@acme.example,Engineer,,,,"en, de",technical
3,Maya,maya@acme.example,Founder,yes,,24/7,,
"""


def post(text: str, side: Side = Side.CUSTOMER, *, hours: float = 0, **more: object) -> Post:
    """One post, `hours` after the first; its key is the hour."""
    sender = CUSTOMER if side is Side.CUSTOMER else Address("ana@acme.example", "Ana")
    content: dict[str, object] = {"sender": sender, "subject": "", "key": f"mail-{hours:g}"}
    content |= {"at": NOON + timedelta(hours=hours), "side": side, "text": text} | more
    return Post(**content)  # type: ignore[arg-type]


def thread(*posts: Post | str) -> Thread:
    """A thread of posts; a text is a customer's post an hour after the one before."""
    made = [post(item, hours=n) if isinstance(item, str) else item for n, item in enumerate(posts)]
    return Thread("ACME-1", "Help", CUSTOMER, tuple(made))


def policy(id: str = "refund", **front: str) -> Policy:  # noqa: A002
    """A live policy; keyword arguments are lines of its front matter."""
    lines = {"status": "live", "severity": "SEV-2"} | front
    head = "\n".join(f"{key}: {value}" for key, value in lines.items())
    return parse_policy(
        f"---\nid: {id}\n{head}\n---\n# {id.replace('-', ' ').title()}\nEscalate when asked.\n"
        '## Examples\n- escalate: "I want my money back"\n- ignore: "How do refunds work?"\n',
        f"{id}.md",
    )


def matrix(text: str = SHEET) -> Matrix:
    """A matrix: two on T1, two on T2, the founder on T3."""
    return read_matrix(text)


def facts(**known: object) -> Facts:
    """Facts at noon."""
    return Facts(**({"at": NOON} | known))  # type: ignore[arg-type]


def finding(id: str, met: Met = Met.MET, *words: str, sure: bool = True) -> Finding:  # noqa: A002
    """A finding whose quotes claim to stand in the first mail."""
    return Finding(id, met, "The reason.", tuple(Quote("mail-0", word) for word in words), sure)


def opinion(engine: str, *findings: Finding, trouble: str = "") -> Opinion:
    """What a judge says."""
    made = Opinion(engine, findings)
    made.trouble = trouble
    return made


def refused(kind: type[Refusal], call: Callable[[], object]) -> Refusal | None:
    """The refusal that a call ends in; None when it succeeds. Any other error is a bug."""
    try:
        call()
    except kind as error:
        return error
    return None
