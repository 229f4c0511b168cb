"""Which conversation a mail belongs to, and whose words it adds."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from corpora import corpora

from deskless.mailbox.message import Address, Message
from deskless.mailbox.parse import read_message
from deskless.mailbox.thread import Side
from deskless.mailbox.threading import (
    UNPROVEN,
    Seen,
    base_subject,
    mail_posts,
    mentioned_ids,
    suggest_thread,
)
from deskless.mailbox.threading_offline import group_threads

TEAM = {"maya@acme.example": "p1", "ben@acme.example": "p2"}
AGENT = frozenset({"support@acme.example", "deskless@acme.example"})


def mail(body: str, sender: str = "Ana <ana@shop.example>", **headers: str) -> Message:
    lines = {"From": sender, "To": "support@acme.example", "Date": "Thu, 1 Oct 2026 10:00:00 +0000"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    return read_message(
        ("\n".join(f"{k}: {v}" for k, v in lines.items()) + f"\n\n{body}\n").encode()
    )


BLOCK = (
    "---------- Forwarded message ---------\nFrom: Ana <ana@shop.example>\n"
    "Date: Wed, 30 Sep 2026 09:00:00 +0000\nSubject: Order 66\nTo: Maya <maya@acme.example>\n\n"
    "Where is it?\n"
)


def test_a_customers_mail_is_one_post_of_the_customer() -> None:
    """The fresh words, under the mail's own key."""
    value = mail("Where is it?\n\nOn Thu, Maya wrote:\n> Hello", Subject="Order 66")
    (post,) = mail_posts(value, TEAM.get, AGENT)
    assert (post.side, post.text, post.internal) == (Side.CUSTOMER, "Where is it?", False)
    assert (post.key, post.subject) == (value.digest, "Order 66")
    assert post.at == datetime(2026, 10, 1, 10, tzinfo=UTC)


def test_a_teammates_forward_is_the_customers_post_and_an_internal_note() -> None:
    """The inner sender is the customer; the comment stays apart."""
    note = "Ben, third time this week.\nCall me: carl@other.example\n\n"
    value = mail(note + BLOCK, "Maya <maya@acme.example>", Subject="Fwd: Order 66")
    customer, comment = mail_posts(value, TEAM.get, AGENT)
    assert (customer.side, customer.text) == (Side.CUSTOMER, "Where is it?")
    assert customer.sender is not None
    assert customer.sender.email == "ana@shop.example"
    assert (customer.subject, customer.at.day) == ("Order 66", 30)
    assert (comment.side, comment.internal) == (Side.TEAM, True)
    assert comment.text.startswith("Ben, third time")
    assert "Where is it" not in comment.text


LIST = "<helpers.lists.example>"
OWN = "helpers@lists.example"
WRAPPED = {"Content_Type": "message/rfc822", "List_Id": LIST}
INNER = "From: Ana <ana@shop.example>\nSubject: Order 66\n\nWhere is it?"
NAMED = {
    "a list that put itself there": (
        "Ana <ana@shop.example>", "Where?", {"List_Id": LIST, "Reply_To": OWN}, ""),
    "a list that put itself there first": (
        f"Ana via Helpers <{OWN}>", "Where?",
        {"List_Id": LIST, "Reply_To": f"{OWN}, ana@shop.example"}, ""),
    "a list that wrapped the mail": (OWN, INNER, WRAPPED, ""),
    "a person's own wish": (
        "Ana <ana@shop.example>", "Where?", {"Reply_To": "desk@shop.example"}, "desk@shop.example"),
    "a local part in quotes": ('Ana <"ana"@shop.example>', "Where?", {}, ""),
    "a remark that nothing closes": ("Ana (desk <mailto:ana@shop.example>", "Where?", {}, ""),
}  # fmt: skip


@pytest.mark.parametrize("way", NAMED)
def test_an_answer_goes_to_who_wrote_and_to_no_list(way: str) -> None:
    """All of a list would read what is meant for one."""
    sender, body, more, elsewhere = NAMED[way]
    (post,) = mail_posts(mail(body, sender, **more), TEAM.get, AGENT)
    assert post.sender is not None
    assert (post.sender.email, post.reply_to) == ("ana@shop.example", elsewhere)
    assert post.sender.name in {"Ana", ""}


def test_a_forward_without_a_note_is_one_post() -> None:
    """Nothing was said, nothing is noted."""
    value = mail(BLOCK, "Maya <maya@acme.example>", Subject="Fwd: Order 66")
    (post,) = mail_posts(value, TEAM.get, AGENT)
    assert post.side is Side.CUSTOMER


def test_a_strangers_forward_never_changes_who_speaks() -> None:
    """Else anybody could put words into a customer's mouth."""
    value = mail("See below.\n\n" + BLOCK, "Eve <eve@other.example>", Subject="Fwd: Order 66")
    (post,) = mail_posts(value, TEAM.get, AGENT)
    assert post.sender is not None
    assert post.sender.email == "eve@other.example"
    assert post.text == "See below.\n\nWhere is it?"


def test_a_forward_of_a_teammates_mail_is_the_teams() -> None:
    """No customer stands in it."""
    inner = BLOCK.replace("Ana <ana@shop.example>", "Ben <ben@acme.example>")
    value = mail("fyi\n\n" + inner, "Maya <maya@acme.example>", Subject="Fwd: Order 66")
    (post,) = mail_posts(value, TEAM.get, AGENT)
    assert (post.side, post.internal) == (Side.TEAM, True)


def test_a_forwarded_forward_leads_to_the_customer() -> None:
    """Ben forwarded it to Maya, Maya to the inbox."""
    outer = (
        "---------- Forwarded message ---------\nFrom: Ben <ben@acme.example>\n"
        "Date: Wed, 30 Sep 2026 10:00:00 +0000\nSubject: Fwd: Order 66\n"
        "To: Maya <maya@acme.example>\n\nlook at this\n\n" + BLOCK
    )
    value = mail("mine?\n\n" + outer, "Maya <maya@acme.example>", Subject="Fwd: Fwd: Order 66")
    customer, note = mail_posts(value, TEAM.get, AGENT)
    assert customer.sender is not None
    assert customer.sender.email == "ana@shop.example"
    assert note.text == "mine?"


def test_the_teams_answer_is_not_internal() -> None:
    """It is what the customer was told; a mail among the team is."""
    told = mail(
        "Friday.", "Maya <maya@acme.example>", To="ana@shop.example", Cc="support@acme.example"
    )
    assert [(post.side, post.internal) for post in mail_posts(told, TEAM.get, AGENT)] == [
        (Side.TEAM, False)
    ]
    among = mail("who?", "Maya <maya@acme.example>", To="ben@acme.example, support@acme.example")
    assert [(post.side, post.internal) for post in mail_posts(among, TEAM.get, AGENT)] == [
        (Side.TEAM, True)
    ]
    shared = mail("Friday.", "Acme <support@acme.example>", To="ana@shop.example")
    assert [(post.side, post.internal) for post in mail_posts(shared, TEAM.get, AGENT)] == [
        (Side.TEAM, False)
    ]


def test_machines_have_a_side_of_their_own() -> None:
    """Also where the address is a teammate's: an out-of-office says nothing."""
    value = mail("I am away.", "Maya <maya@acme.example>", Auto_Submitted="auto-replied")
    assert [post.side for post in mail_posts(value, TEAM.get, AGENT)] == [Side.MACHINE]


def test_a_refused_sender_is_a_customer_whose_name_is_unproven() -> None:
    """A forged teammate is not one of the team; whoever else is named is whom we answer."""
    raw = b"From: maya@acme.example\nFrom: eve@other.example\nDate: 1 Oct 2026 10:00 +0000\n\nyes"
    (post,) = mail_posts(read_message(raw), TEAM.get, AGENT)
    assert (post.side, post.sender) == (Side.CUSTOMER, Address("eve@other.example"))
    assert f"{UNPROVEN}: a From that is not plain" in post.flaws


def test_every_id_counts_also_those_only_mentioned() -> None:
    """Two answers to a mail that nobody has seen belong together."""
    value = mail("a", Message_ID="<1@x>", References="<0@x>", X_Google_Original_Message_ID="<g@x>")
    assert mentioned_ids(value) == ("1@x", "g@x", "0@x")
    two = mail("b", Message_ID="<2@x>", In_Reply_To="<0@x>")
    other = mail("c", Message_ID="<3@x>", Subject="Re: the same")
    assert [len(thread) for thread in group_threads([value, two, other])] == [2, 1]


def test_two_mails_with_one_id_stay_two() -> None:
    """An id is no proof that it is the same mail."""
    value, two = mail("a", Message_ID="<1@x>"), mail("b", Message_ID="<1@x>")
    (result,) = group_threads([value, two])
    assert {each.digest for each in result} == {value.digest, two.digest}


SUBJECTS = [
    ("Re: Order 66", "order 66"),
    ("AW: WG: Re[2]: Order  66", "order 66"),
    ("[support] Re: [support] Order 66", "order 66"),
    ("回复: Order 66", "order 66"),
    ("[ACME-12]", "[acme-12]"),
    ("Regarding order", "regarding order"),
]


@pytest.mark.parametrize(("subject", "bare"), SUBJECTS)
def test_subjects_are_compared_without_prefixes(subject: str, bare: str) -> None:
    """Re, Fwd, their translations, and list tags."""
    assert base_subject(subject) == bare


def test_the_same_subject_is_a_suggestion_within_a_window() -> None:
    """Only of the same customer, only for a fortnight."""
    value = mail("still broken", Subject="Re: Order 66")
    at = datetime(2026, 9, 25, tzinfo=UTC)
    here = Seen("T-1", "ana@shop.example", "Order 66", at)
    assert suggest_thread(value, "ana@shop.example", [here]) == "T-1"
    assert suggest_thread(value, "eve@other.example", [here]) is None
    assert suggest_thread(value, "ana@shop.example", [replace(here, subject="Order 67")]) is None
    assert (
        suggest_thread(value, "ana@shop.example", [replace(here, last=at - timedelta(days=30))])
        is None
    )
    later = replace(here, thread="T-2", last=at + timedelta(days=1))
    assert suggest_thread(value, "ana@shop.example", [later, here]) == "T-2"


def test_lost_references_are_found_again_by_what_is_quoted() -> None:
    """But two customers with the same subject stay two."""
    long = "The export of our invoices stops at page seven since Monday."
    first = mail(long, Message_ID="<1@x>", Subject="Help")
    answer = mail(
        f"Which browser?\n\nOn Thu, Ana <ana@shop.example> wrote:\n> {long}",
        "Maya <maya@acme.example>", Message_ID="<2@x>", Subject="Re: Help", To="ana@shop.example",
    )  # fmt: skip
    stranger = mail("Cannot log in.", "Eve <eve@other.example>", Message_ID="<3@x>", Subject="Help")
    reply = mail("any news?", "Eve <eve@other.example>", Message_ID="<4@x>", Subject="Re: Help")
    assert [len(thread) for thread in group_threads([first, answer, stranger, reply])] == [
        1,
        1,
        1,
        1,
    ]
    result = group_threads([first, answer, stranger, reply], loose=True)
    assert sorted(len(item) for item in result) == [1, 1, 2]


def pairs(groups: list[list[str]]) -> set[frozenset[str]]:
    return {
        frozenset(two) for group in groups for two in itertools.combinations(sorted(set(group)), 2)
    }


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["default", "threading"])
def test_threads_are_notmuchs(name: str) -> None:
    """Exactly, mail for mail."""
    folder = corpora("threading")
    lines = (folder / f"{name}.threads.txt").read_text().splitlines()
    want = sorted(sorted(line.split()[1:]) for line in lines)
    result = group_threads(
        [read_message(path.read_bytes()) for path in sorted((folder / name).iterdir())]
    )
    assert sorted(sorted({item.message_id or "" for item in each}) for each in result) == want


@pytest.mark.corpora
@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_threads_survive_the_loss_of_references(share: float) -> None:
    """Precision 1.0; recall 1.0 on these, where ids alone give 0.81, 0.53 and 0."""
    folder = corpora("threading")
    lines = (folder / "default.threads.txt").read_text().splitlines()
    want = pairs([line.split()[1:] for line in lines])
    mails = [read_message(path.read_bytes()) for path in sorted((folder / "default").iterdir())]
    chance = random.Random(7)
    cut = [replace(item, references=()) if chance.random() < share else item for item in mails]
    result = group_threads(cut, loose=True)
    got = pairs([[item.message_id or "" for item in each] for each in result])
    assert got <= want
    assert len(got) / len(want) > 0.97
