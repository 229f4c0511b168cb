"""Pasted chats are posts with authors and times; links say what they lead to."""

import pytest

from deskless.mailbox.quoting.pasted import chat_posts, link_kind, pasted_links

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
