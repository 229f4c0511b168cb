"""Which conversation a mail belongs to, and whose words it adds."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from corpora import corpora

from deskless.mailbox.message import Address, Message
from deskless.mailbox.parse import read_message
from deskless.mailbox.sender.attribution import Insiders
from deskless.mailbox.thread import UNKNOWN, Post, Side
from deskless.mailbox.threading import (
    UNPROVEN,
    Seen,
    base_subject,
    mail_posts,
    mentioned_ids,
    suggest_thread,
    with_answered,
)
from deskless.mailbox.threading_offline import group_threads

TEAM = {"maya@acme.example": "p1", "ben@acme.example": "p2"}
AGENT = frozenset({"support@acme.example", "deskless@acme.example"})
PEOPLE = Insiders(
    lambda key: key in TEAM or key in {"Maya Roth", "Roth, Maya"}, AGENT.__contains__,
    frozenset({"acme.example"}),
)  # fmt: skip


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
    (post,) = mail_posts(value, PEOPLE)
    assert (post.side, post.text, post.internal) == (Side.CUSTOMER, "Where is it?", False)
    assert (post.key, post.subject) == (value.digest, "Order 66")
    assert post.at == datetime(2026, 10, 1, 10, tzinfo=UTC)


def test_a_teammates_forward_is_the_customers_post_and_an_internal_note() -> None:
    """The inner sender is the customer; the comment stays apart."""
    note = "Ben, third time this week.\nCall me: carl@other.example\n\n"
    value = mail(note + BLOCK, "Maya <maya@acme.example>", Subject="Fwd: Order 66")
    customer, comment = mail_posts(value, PEOPLE)
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
    (post,) = mail_posts(mail(body, sender, **more), PEOPLE)
    assert post.sender is not None
    assert (post.sender.email, post.reply_to) == ("ana@shop.example", elsewhere)
    assert post.sender.name in {"Ana", ""}


def test_a_forward_without_a_note_is_one_post() -> None:
    """Nothing was said, nothing is noted."""
    value = mail(BLOCK, "Maya <maya@acme.example>", Subject="Fwd: Order 66")
    (post,) = mail_posts(value, PEOPLE)
    assert post.side is Side.CUSTOMER


def test_a_strangers_forward_never_changes_who_speaks() -> None:
    """Else anybody could put words into a customer's mouth."""
    value = mail("See below.\n\n" + BLOCK, "Eve <eve@other.example>", Subject="Fwd: Order 66")
    (post,) = mail_posts(value, PEOPLE)
    assert post.sender is not None
    assert post.sender.email == "eve@other.example"
    assert post.text == "See below.\n\nWhere is it?"


def test_a_forward_of_a_teammates_mail_is_the_teams() -> None:
    """No customer stands in it."""
    inner = BLOCK.replace("Ana <ana@shop.example>", "Ben <ben@acme.example>")
    value = mail("fyi\n\n" + inner, "Maya <maya@acme.example>", Subject="Fwd: Order 66")
    (post,) = mail_posts(value, PEOPLE)
    assert (post.side, post.internal) == (Side.TEAM, True)


def inner_head(who: str) -> str:
    """A forward whose program wrote names alone into the head of the mail inside."""
    return (
        f"see below\n\nFrom: {who}\nSent: Wednesday, September 30, 2026 9:00 AM\nTo: Maya Roth\n"
        "Subject: Order 66\n\nHello Maya,\n\nour label printers all stand still.\n"
    )


# whose name stands in the head of the mail inside | what stands below | whose post it is
NAMES = {
    "Outlook, signed": ("Ana Sommer", "\nAna Sommer\nana@shop.example\n", "ana@shop.example"),
    "Exchange, the last name first": (
        "Sommer, Ana", "\n--\nAna Sommer | ana.sommer@shop.example\n", "ana.sommer@shop.example"),
    "Notes": ("Ana Sommer/Shop@Shop", "\nana@shop.example\n", "ana@shop.example"),
    "an X.500 name": (
        "Ana Sommer </O=SHOP/OU=EU/CN=ASOMMER>", "\nana@shop.example", "ana@shop.example"),
    "two addresses, one like the name": (
        "Ana Sommer", "\nask jo@mill.example too\n\nAna\nana@shop.example\n", "ana@shop.example"),
    "two addresses, none like the name": (
        "Ana Sommer", "\njo@mill.example, al@mill.example\n", UNKNOWN),
    "our own address in the text": ("Ana Sommer", "\nI wrote to support@acme.example\n", UNKNOWN),
    "no address at all": ("Ana Sommer", "", UNKNOWN),
    "a robot's address": ("Ana Sommer", "\nno-reply@shop.example\n", UNKNOWN),
    "nobody": ("", "", UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("way", NAMES)
def test_a_forward_that_bears_only_a_name_is_a_customers(way: str) -> None:
    """The best name is taken and marked; a customer whom nothing names is still one."""
    who, below, email = NAMES[way]
    value = mail(inner_head(who) + below, "Maya <maya@acme.example>", Subject="FW: Order 66")
    customer, note = mail_posts(value, PEOPLE)
    assert (customer.side, note.side, note.internal) == (Side.CUSTOMER, Side.TEAM, True)
    assert "label printers" in customer.text
    assert customer.sender is not None
    assert customer.sender.email.endswith(email)
    assert customer.sender.name.startswith("Ana" if who.startswith("Ana") else "")
    assert any(flaw.startswith(UNPROVEN) for flaw in customer.flaws)


@pytest.mark.parametrize("who", ["Maya Roth", "Roth, Maya", "Maya Roth/Acme"])
def test_a_colleague_by_name_alone_is_no_customer(who: str) -> None:
    """Talk among the team that is passed on stays the team's."""
    value = mail(inner_head(who), "Ben <ben@acme.example>", Subject="FW: Order 66")
    assert [(post.side, post.internal) for post in mail_posts(value, PEOPLE)] == [(Side.TEAM, True)]


def said_in_answer(body: str, to: str, **more: str) -> list[Post]:
    """The posts of Maya's answer, read as one that brings us in."""
    value = mail(body, "Maya Roth <maya@acme.example>", To=to, Subject="Re: Printers", **more)
    return list(mail_posts(with_answered(value), PEOPLE))


TO_ANA = "ana@shop.example, support@acme.example"
# what Maya writes and quotes | to whom | whose words are the customer's
ANSWERS = {
    "Gmail": (
        "I add our desk.\n\nOn Wed, Sep 30, 2026 at 9:00 AM Ana <ana@shop.example> wrote:\n"
        "> our label printers all stand still\n", TO_ANA, "ana@shop.example"),
    "Thunderbird, a name alone": (
        "I add our desk.\n\nAm 30.09.26 um 09:00 schrieb Ana Sommer:\n"
        "> our label printers all stand still\n", TO_ANA, "ana@shop.example"),
    "Outlook, a name alone": (inner_head("Ana Sommer"), TO_ANA, "ana@shop.example"),
    "to the desk alone": (inner_head("Ana Sommer"), "support@acme.example", UNKNOWN),
    "Ben had answered first": (
        "I add our desk.\n\nOn Wed, Sep 30, 2026 at 9:30 AM Ben <ben@acme.example> wrote:\n"
        "> I ask Maya.\n>\n> On Wed, Sep 30, 2026 at 9:00 AM Ana <ana@shop.example> wrote:\n"
        "> > our label printers all stand still\n", TO_ANA, "ana@shop.example"),
}  # fmt: skip


@pytest.mark.parametrize("way", ANSWERS)
def test_an_answer_that_brings_us_in_passes_on_what_it_quotes(way: str) -> None:
    body, to, email = ANSWERS[way]
    customer, note = said_in_answer(body, to)
    assert (customer.side, note.side) == (Side.CUSTOMER, Side.TEAM)
    assert "label printers" in customer.text
    assert customer.sender is not None
    assert customer.sender.email.endswith(email)
    assert note.internal is ("ana@shop.example" not in to)


QUIET = {
    "nothing quoted": "Here is the invoice that you asked for.",
    "a colleague's words": "I agree.\n\nOn Wed, Sep 30, 2026 at 9:00 AM Ben <ben@acme.example> "
        "wrote:\n> lunch at one?\n",
    "a colleague by name": inner_head("Roth, Maya"),
    "her own": "P.S. see above\n\nOn Wed, Sep 30, 2026 at 9:00 AM Maya <maya@acme.example> "
        "wrote:\n> Friday then\n",
}  # fmt: skip


@pytest.mark.parametrize("way", QUIET)
def test_an_answer_without_a_customers_words_stays_the_teams(way: str) -> None:
    assert [post.side for post in said_in_answer(QUIET[way], TO_ANA)] == [Side.TEAM]


# who writes, with what text and headers | whose words they are | what marks the name
ANNA = "ana@shop.example"
FORM = "Name: Ana Sommer\nE-mail: ana@shop.example\nMessage: our label printers all stand still"
PROGRAMS = {
    "a form tool nobody lists": ("Forms <hello@formtool.example>", FORM, {}, ANNA),
    "the same as a table": ("Forms <hello@formtool.example>", FORM.replace(": ", "\t\t"), {}, ANNA),
    "the same in German": (
        "Formulare <info@formtool.example>",
        "Neue Anfrage\nVorname: Ana\nE-Mail-Adresse: ana@shop.example\nNachricht: steht still", {},
        ANNA),
    "our chat tool": ("Acme Chat <bot@acme.example>", f"New chat\n{FORM}", {}, ANNA),
    "our chat tool, Reply-To": (
        "Acme Chat <bot@acme.example>", "a visitor left", {"Reply_To": ANNA}, ANNA),
    "our chat tool, in a sentence": (
        "Acme Chat <bot@acme.example>", "Ana (ana@shop.example) waited: all is down", {}, ANNA),
    "an approval mailbox": ("Approval <mailbox{7}@acme.example>", INNER,
        {"Content_Type": "message/rfc822"}, ANNA),
    "a voice box": ("Voice <noreply@phones.example>", "new message of +49 30 1: all is down", {},
        "noreply@phones.example"),
    "a colleague whom the matrix does not know": (
        "Jo <jo@acme.example>", "a customer rang: all is down", {}, "jo@acme.example"),
}  # fmt: skip


@pytest.mark.parametrize("way", PROGRAMS)
def test_behind_a_program_or_our_own_domain_the_best_name_is_taken(way: str) -> None:
    """It is marked, because no plain From of a person's names it."""
    sender, body, more, email = PROGRAMS[way]
    (post,) = mail_posts(mail(body, sender, To="support@acme.example", **more), PEOPLE)
    assert post.side is Side.CUSTOMER
    assert post.sender is not None
    assert post.sender.email == email
    assert any(flaw.startswith(UNPROVEN) for flaw in post.flaws)


PERSONS = {
    "who names somebody else": f"Hi,\n\nplease take over:\n{FORM.replace('shop', 'mill')}",
    "of the same house": FORM.replace("ana@", "jo@"),
    "who signs": "Nothing prints.\n\nAna\nPhone: 12\nE-mail: ana@other.example",
}


@pytest.mark.parametrize("way", PERSONS)
def test_a_person_who_writes_of_an_address_stays_the_sender(way: str) -> None:
    sent = mail(PERSONS[way], "Ana <ana@shop.example>", To="support@acme.example")
    (post,) = mail_posts(sent, PEOPLE)
    assert post.sender is not None
    assert post.sender.email == ANNA
    assert not any(flaw.startswith(UNPROVEN) for flaw in post.flaws)


def test_a_forwarded_forward_leads_to_the_customer() -> None:
    """Ben forwarded it to Maya, Maya to the inbox."""
    outer = (
        "---------- Forwarded message ---------\nFrom: Ben <ben@acme.example>\n"
        "Date: Wed, 30 Sep 2026 10:00:00 +0000\nSubject: Fwd: Order 66\n"
        "To: Maya <maya@acme.example>\n\nlook at this\n\n" + BLOCK
    )
    value = mail("mine?\n\n" + outer, "Maya <maya@acme.example>", Subject="Fwd: Fwd: Order 66")
    customer, note = mail_posts(value, PEOPLE)
    assert customer.sender is not None
    assert customer.sender.email == "ana@shop.example"
    assert note.text == "mine?"


def test_the_teams_answer_is_not_internal() -> None:
    """It is what the customer was told; a mail among the team is."""
    told = mail(
        "Friday.", "Maya <maya@acme.example>", To="ana@shop.example", Cc="support@acme.example"
    )
    assert [(post.side, post.internal) for post in mail_posts(told, PEOPLE)] == [(Side.TEAM, False)]
    among = mail("who?", "Maya <maya@acme.example>", To="ben@acme.example, support@acme.example")
    assert [(post.side, post.internal) for post in mail_posts(among, PEOPLE)] == [(Side.TEAM, True)]
    shared = mail("Friday.", "Acme <support@acme.example>", To="ana@shop.example")
    assert [(post.side, post.internal) for post in mail_posts(shared, PEOPLE)] == [
        (Side.TEAM, False)
    ]


def test_machines_have_a_side_of_their_own() -> None:
    """Also where the address is a teammate's: an out-of-office says nothing."""
    value = mail("I am away.", "Maya <maya@acme.example>", Auto_Submitted="auto-replied")
    assert [post.side for post in mail_posts(value, PEOPLE)] == [Side.MACHINE]


def test_a_refused_sender_is_a_customer_whose_name_is_unproven() -> None:
    """A forged teammate is not one of the team; whoever else is named is whom we answer."""
    raw = b"From: maya@acme.example\nFrom: eve@other.example\nDate: 1 Oct 2026 10:00 +0000\n\nyes"
    (post,) = mail_posts(read_message(raw), PEOPLE)
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
