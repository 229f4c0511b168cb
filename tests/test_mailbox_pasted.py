"""Pasted chats are posts with authors and times; links say what they lead to."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deskless.mailbox.message import Address, Unread
from deskless.mailbox.pasted_posts import CHAT, Colleagues, told_apart
from deskless.mailbox.quoting.pasted import MOST, ChatPost, cut_chat, link_kind, pasted_links
from deskless.mailbox.thread import Post, Side

CHATS = [
    ("Slack desktop", "Slack",
     "Vera Lind  [10:32 AM]\nthe export fails again\nsince Tuesday\n\n"
     "Ana Lopez  [10:35 AM]\nlooking into it\n[10:36 AM]\nfound it",
     [("Vera Lind", "10:32 AM", "the export fails again\nsince Tuesday"),
      ("Ana Lopez", "10:35 AM", "looking into it"), ("Ana Lopez", "10:36 AM", "found it")]),
    ("Slack, one post", "Slack", "FYI from the channel:\n\nVera Lind  [10:32 AM]\nit fails",
     [("Vera Lind", "10:32 AM", "it fails")]),
    ("Slack browser", "Slack", "Vera Lind\u00a0 10:32 AM\nit fails\nAna Lopez  10:35 AM\non it",
     [("Vera Lind", "10:32 AM", "it fails"), ("Ana Lopez", "10:35 AM", "on it")]),
    ("Slack German", "Slack", "Vera Lind  10:32 Uhr\nEs geht nicht\n"
     "Ana Lopez  10:35 Uhr\nIch schaue",
     [("Vera Lind", "10:32 Uhr", "Es geht nicht"), ("Ana Lopez", "10:35 Uhr", "Ich schaue")]),
    ("Slack with an app", "Slack",
     "Alerts APP  [10:31]\nexport failing\nAna Lopez  [10:35]\nseen",
     [("Alerts", "10:31", "export failing"), ("Ana Lopez", "10:35", "seen")]),
    ("Teams with dates", "Teams",
     "[24.11.2026 10:32] Vera Lind\nEs geht nicht\n[24.11.2026 10:35] Ana Lopez\nIch schaue",
     [("Vera Lind", "24.11.2026 10:32", "Es geht nicht"),
      ("Ana Lopez", "24.11.2026 10:35", "Ich schaue")]),
    ("Teams with times", "Teams", "[10:32] Vera Lind\nit fails\n[10:35] Ana Lopez\non it",
     [("Vera Lind", "10:32", "it fails"), ("Ana Lopez", "10:35", "on it")]),
    ("Teams with days", "Teams",
     "[Yesterday 10:32 AM] Vera Lind\nit fails\n[Yesterday 10:35 AM] Ana Lopez\non it",
     [("Vera Lind", "Yesterday 10:32 AM", "it fails"),
      ("Ana Lopez", "Yesterday 10:35 AM", "on it")]),
    ("Teams with commas", "Teams", "Vera Lind, 10:32\nEs geht nicht\n\n"
     "Ana Lopez, 10:35\nIch schaue",
     [("Vera Lind", "10:32", "Es geht nicht"), ("Ana Lopez", "10:35", "Ich schaue")]),
    ("Teams, new", "Teams", "Vera Lind\t24/11/2026 10:32\nit fails\n"
     "Ana Lopez\t24/11/2026 10:35\nok",
     [("Vera Lind", "24/11/2026 10:32", "it fails"), ("Ana Lopez", "24/11/2026 10:35", "ok")]),
    ("WhatsApp iPhone", "WhatsApp",
     "\u200e[24.11.26, 10:32:11] Vera Lind: Es geht nicht\nseit Dienstag\n"
     "[24.11.26, 10:35:02] Ana: Ich schaue",
     [("Vera Lind", "24.11.26, 10:32:11", "Es geht nicht\nseit Dienstag"),
      ("Ana", "24.11.26, 10:35:02", "Ich schaue")]),
    ("WhatsApp Android", "WhatsApp",
     "24/11/2026, 10:32 - Vera Lind: it fails\n"
     "24/11/2026, 10:33 - Messages and calls are end-to-end encrypted\n"
     "24/11/2026, 10:35 - +49 171 2345678: on it",
     [("Vera Lind", "24/11/2026, 10:32", "it fails"),
      ("+49 171 2345678", "24/11/2026, 10:35", "on it")]),
    ("WhatsApp American", "WhatsApp", "11/24/26, 10:32\u202fAM - Vera Lind: it: fails",
     [("Vera Lind", "11/24/26, 10:32\u202fAM", "it: fails")]),
    ("WhatsApp Spanish", "WhatsApp", "[24/11/26, 10:32:11 a. m.] ~ Vera: no funciona",
     [("Vera", "24/11/26, 10:32:11 a. m.", "no funciona")]),
]  # fmt: skip


def chat_posts(text: str) -> tuple[ChatPost, ...]:
    """The posts of the chat in a text; empty where there is none."""
    chat = cut_chat(text)
    return chat.posts if chat else ()


@pytest.mark.parametrize(("case", "app", "text", "posts"), CHATS, ids=[row[0] for row in CHATS])
def test_a_pasted_chat_is_read_as_posts(
    case: str, app: str, text: str, posts: list[tuple[str, str, str]]
) -> None:
    """Each with author and time as they stand there, in order."""
    found = chat_posts(text)
    assert [(post.name, post.time, post.text) for post in found] == posts
    assert {post.app for post in found} == {app}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We met at 10:32\nand it failed.",
        "Hello Ana,\n\nthe export stopped at 10:32.\nIt fails since.\n\nVera",
        "Meeting, 10:32\nRoom 4",
        "On Mon, 23 Nov 2026 at 10:32, Ana Lopez wrote:\n> it works",
        "From: Vera\nSent: 24.11.2026 10:32\nTo: Ana\n\nit fails",
        "[1] the first\n[2] the second",
        "Steps:\n10:32 start\n10:35 stop",
        "2026-11-24 10:32:11 ERROR export: failed\n2026-11-24 10:32:12 INFO done",
    ],
)
def test_prose_logs_and_quotes_are_no_chat(text: str) -> None:
    """A time at the end of a line proves nothing."""
    assert chat_posts(text) == ()


def test_a_huge_text_is_read_in_time() -> None:
    """Patterns stay linear on lines that nearly fit."""
    assert chat_posts("A " * 200_000) == ()
    assert chat_posts("\n".join(["Vera Lind " * 30 + "10:3"] * 5000)) == ()


C, T = Side.CUSTOMER, Side.TEAM
VERA = Address("vera@northwind.example", "Vera Lind")
TEAM = Colleagues(
    (Address("ana@acme.example", "Ana Lopez"), Address("ben@acme.example", "Ben Okafor"),
     Address("tim@acme.example", "Tim Reed"), Address("tim.b@acme.example", "Tim Bell")),
    frozenset({"acme.example"}),
)  # fmt: skip
ASKED = Post(
    key="k", at=datetime(2026, 11, 24, 11, tzinfo=UTC), side=C, sender=VERA, subject="Export",
    text="", reply_to="desk@northwind.example", unread=(Unread.CUT,),
)  # fmt: skip
NOTE = replace(
    ASKED, side=T, sender=Address("ben@acme.example"), internal=True, reply_to="", unread=()
)
SIDES = [
    ("a colleague by whole name", ASKED, "Hi,\n\nBo Berg  [10:32 AM]\nit fails\n"
     "Ana Lopez  [10:35 AM]\nwe will sue\n\nCan you help?",
     [(C, "Vera Lind", "Hi,"), (C, "Bo Berg", "it fails"), (T, "Ana Lopez", "we will sue"),
      (C, "Vera Lind", "Can you help?")]),
    ("a first name is anybody's", ASKED, "Ana  [10:35 AM]\nit fails", [(C, "Ana", "it fails")]),
    ("of a colleague's note it is hers", NOTE, "[24.11.26, 10:35:02] Ana: on it\n"
     "[24.11.26, 10:36:02] Vera: it fails\nnobody can work\n\nall is dark",
     [(T, "Ana Lopez", "on it"), (C, "Vera", "it fails\nnobody can work\n\nall is dark")]),
    ("of two who bear it, nobody's", NOTE, "Tim  [10:35 AM]\nit fails", [(C, "Tim", "it fails")]),
    ("written as in a directory", NOTE, "Lopez, Ana (Guest)  [10:35 AM]\non it\n\nTake it, Ben",
     [(T, "Ana Lopez", "on it"), (T, "", "Take it, Ben")]),
    ("by address", ASKED, "ana@acme.example  [10:35 AM]\non it\nVera Lind  [10:36 AM]\nit fails",
     [(T, "Ana Lopez", "on it"), (C, "Vera Lind", "it fails")]),
    ("by our domain", ASKED, "new@acme.example  [10:35 AM]\non it\nBo  [10:36 AM]\nit fails",
     [(T, "new@acme.example", "on it"), (C, "Bo", "it fails")]),
    ("a remark between two posts is the writer's", ASKED,
     "Ana Lopez  [10:35 AM]\non it\n\nIt still fails!\n\nAna Lopez  [10:40 AM]\ndone",
     [(T, "Ana Lopez", "on it"), (C, "Vera Lind", "It still fails!"), (T, "Ana Lopez", "done")]),
    ("nothing but our words is passed on", ASKED, "Ana Lopez  [10:35 AM]\nyour data is lost",
     [(C, "Vera Lind", "Ana Lopez  [10:35 AM]\nyour data is lost")]),
    ("a customer of a colleague's name", replace(ASKED, sender=Address("a@b.example", "Ana Lopez")),
     "Ana Lopez  [10:35 AM]\nit fails", [(C, "Ana Lopez", "it fails")]),
    ("what WhatsApp says, and what follows, is kept", ASKED,
     "24/11/2026, 10:32 - Ana Lopez: on it\n24/11/2026, 10:33 - You left\nstill down",
     [(T, "Ana Lopez", "on it"), (C, "Vera Lind", "24/11/2026, 10:33 - You left\nstill down")]),
    ("what the team wrote to a customer stays whole", replace(NOTE, internal=False),
     "You wrote:\nVera Lind  [10:35 AM]\nit fails",
     [(T, "", "You wrote:\nVera Lind  [10:35 AM]\nit fails")]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "mail", "text", "parts"), SIDES, ids=[row[0] for row in SIDES])
def test_a_post_of_a_chat_is_its_authors(
    case: str, mail: Post, text: str, parts: list[tuple[Side, str, str]]
) -> None:
    """Sure colleagues are the team, whoever else speaks the customer: judged rather than missed."""
    posts = told_apart([replace(mail, text=text)], TEAM)
    assert [(post.side, post.sender and post.sender.name, post.text) for post in posts] == parts
    theirs = [post for post in posts if post.side is C]
    assert sum(post.unread == (Unread.CUT,) for post in theirs) == (mail.unread != ())
    assert all(post.internal for post in posts if post.chat and post.side is T)
    assert {post.answers_to for post in theirs if not mail.internal} <= {"desk@northwind.example"}


def test_who_is_known_from_a_chat_alone_is_unproven_and_not_written_to() -> None:
    """Beside a forwarded mail of the customer, that is who answers go to."""
    note = replace(NOTE, text="Vera  [10:35 AM]\nit fails")
    [alone] = told_apart([note], TEAM)
    assert alone.answers_to.endswith("@sender.invalid")
    assert alone.flaws == (CHAT,)
    _, beside = told_apart([ASKED, note], TEAM)
    assert (beside.answers_to, beside.flaws, beside.chat) == (
        "desk@northwind.example", (), "Slack, 10:35 AM",
    )  # fmt: skip


def test_no_word_of_a_long_chat_is_lost() -> None:
    """Posts beyond the limit are the writer's own words."""
    text = "\n".join(f"Bo  [10:3{number % 10} AM]\nword{number}" for number in range(MOST + 50))
    chat = cut_chat(text)
    assert chat is not None
    assert len(chat.posts) == MOST
    read = " ".join([*(post.text for post in chat.posts), chat.after])
    assert all(f"word{number}" in read for number in range(MOST + 50))


LINKS = [
    ("https://acme.zendesk.com/agent/tickets/4411", "ticket"),
    ("https://acme.atlassian.net/browse/SUP-12", "ticket"),
    ("https://acme.atlassian.net/wiki/spaces/OPS", "document"),
    ("https://linear.app/acme/issue/ENG-1", "ticket"),
    ("https://github.com/acme/shop/issues/7", "ticket"),
    ("https://github.com/acme/shop", "page"),
    ("https://acme.slack.com/archives/C01/p1699", "chat thread"),
    ("https://teams.microsoft.com/l/message/19:x", "chat thread"),
    ("https://teams.microsoft.com/l/meetup-join/19", "call or recording"),
    ("https://us02web.zoom.us/rec/share/x", "call or recording"),
    ("https://app.gong.io/call?id=1", "call or recording"),
    ("https://www.loom.com/share/abc", "Loom video"),
    ("https://jam.dev/c/1", "screen recording"),
    ("https://prnt.sc/xyz", "screenshot"),
    ("https://files.northwind.example/shots/1.PNG?x=1", "screenshot"),
    ("https://docs.google.com/document/d/1", "document"),
    ("https://northwind.sharepoint.com/:w:/s/1", "document"),
    ("https://northwind.example/terms.pdf", "document"),
    ("https://notloom.com/share", "page"),
    ("https://loom.com.evil.example/share", "page"),
    ("https://northwind.example/orders/4411", "page"),
    ("https://[bad", "page"),
]


@pytest.mark.parametrize(("url", "kind"), LINKS)
def test_a_link_says_what_it_leads_to(url: str, kind: str) -> None:
    """By host and path; a host that only looks like one is a page."""
    assert link_kind(url) == kind


WRAPPED = [
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.loom.com%2Fshare%2Fa&data=1",
    "https://www.google.com/url?q=https://www.loom.com/share/a&sa=D",
    "https://urldefense.com/v3/__https://www.loom.com/share/a__;!!x",
    "see (https://www.loom.com/share/a), please.",
]


@pytest.mark.parametrize("text", WRAPPED)
def test_what_a_gateway_wraps_around_a_link_is_taken_off(text: str) -> None:
    """Else every link would lead to Microsoft."""
    [link] = pasted_links(text)
    assert (link.kind, link.url) == ("Loom video", "https://www.loom.com/share/a")
