"""What people paste into a mail: posts of a chat with their authors and times, and links.

Chats are read from what Slack, Teams and WhatsApp put on the clipboard or into an export, in the
forms of several languages. A text without such heads holds no posts; a line that merely looks like
one head is none where that form is common in prose. Pure functions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LINES = 2_000
MOST = 200
_TIME = (
    r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?::[0-5]\d)?"
    r"(?:[\s\u00a0\u202f]?[ap]\.?[\s\u00a0]?m\.?)?(?:\s?(?:Uhr|h))?"
)
_DATE = r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{1,2}-\d{1,2})"
_DAY = r"(?:today|yesterday|heute|gestern|hier|aujourd.hui|hoy|ayer|[^\W\d_]{2,12}\.?)"
_NAME = r"[^\W\d_][^\n:;<>\[\]{}|\"?!]{0,48}?"
_UNSEEN = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class ChatPost:
    """One post of a pasted chat: who wrote it and when, both as they stand there."""

    app: str
    name: str
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class _Form:
    """How an app heads a post. `sure`: one head alone is proof; `inline`: the text follows it."""

    app: str
    pattern: re.Pattern[str]
    sure: bool
    inline: bool


def _form(app: str, pattern: str, *, sure: bool, inline: bool) -> _Form:
    return _Form(app, re.compile(pattern, re.IGNORECASE), sure, inline)


_FORMS = (
    _form("WhatsApp", rf"\[(?P<time>{_DATE},? {_TIME})\] (?P<name>[^:\n]{{1,60}}): (?P<text>.*)",
          sure=True, inline=True),
    _form("WhatsApp", rf"(?P<time>{_DATE},? {_TIME}) [-–] (?P<name>[^:\n]{{1,60}}): (?P<text>.*)",
          sure=True, inline=True),
    _form("Teams", rf"\[(?P<time>{_DATE},? {_TIME})\] (?P<name>{_NAME})\s*", sure=True,
          inline=False),
    _form("Teams", rf"\[(?P<time>(?:{_DAY},? )?{_TIME})\] (?P<name>{_NAME}): (?P<text>.*)",
          sure=True, inline=True),
    _form("Teams", rf"\[(?P<time>(?:{_DAY},? )?{_TIME})\] (?P<name>{_NAME})\s*", sure=False,
          inline=False),
    _form("Slack", rf"(?P<name>{_NAME})(?:\s+APP)?\s+\[(?P<time>{_TIME})\]\s*", sure=True,
          inline=False),
    _form("Teams", rf"(?P<name>{_NAME}), (?P<time>(?:{_DATE},? |{_DAY},? )?{_TIME})\s*",
          sure=False, inline=False),
    _form("Teams", rf"(?P<name>{_NAME})\s+(?P<time>{_DATE},? {_TIME})\s*", sure=False,
          inline=False),
    _form("Slack", rf"(?P<name>{_NAME})(?:\s+APP)?\s+(?P<time>(?:{_DAY} (?:at|um|à) )?{_TIME})\s*",
          sure=False, inline=False),
)  # fmt: skip
_AGAIN = re.compile(rf"\[(?P<time>{_TIME})\]\s*(?P<text>.*)", re.IGNORECASE)
"""The next post of the same author, as Slack copies it."""
_NOTICE = re.compile(rf"\[?{_DATE},? {_TIME}\]?(?: [-–])? [^:\n]+$")
"""What WhatsApp itself says between posts."""
_WORDS = 5


@dataclass(frozen=True, slots=True)
class PastedChat:
    """A text apart from the chat that was pasted into it.

    `before` stands above its first post. The last post ends with its paragraph, because nothing
    marks where a chat ends: `after` may be the mail's own writer again, or more of that post. It
    also holds what an app says between posts, and what is too far down to be read as posts.
    """

    before: str
    posts: tuple[ChatPost, ...]
    after: str


def cut_chat(text: str) -> PastedChat | None:
    """A text apart from the chat in it, with no word lost; None where there is none."""
    lines = [_UNSEEN.sub("", line).strip() for line in text.splitlines()]
    posts: list[ChatPost] = []
    starts: list[int] = []
    loose: list[str] = []
    sure, notice, apart = False, False, False
    for at, line in enumerate(lines[:LINES]):
        following = next((rest for rest in lines[at + 1 : at + 3] if rest), "")
        head = _head(line, following, posts[-1] if posts else None)
        if head is not None:
            sure, notice = sure or head[1], False
            posts.append(head[0])
            starts.append(at)
        elif posts and (notice or (posts[-1].app == "WhatsApp" and _NOTICE.match(line))):
            notice = True
            loose.append(line)
        elif posts and line:
            last = posts[-1]
            joined = f"{last.text}\n{apart * chr(10)}{line}" if last.text else line
            posts[-1] = ChatPost(last.app, last.name, last.time, joined)
        apart = not line
    end = starts[MOST] if len(starts) > MOST else min(len(lines), LINES)
    whole = [post for post in posts[:MOST] if post.text]
    if not whole or not (sure or (len(posts) >= 2 and len(whole) >= 2)):
        return None
    last = whole[-1]
    words, _, rest = last.text.partition("\n\n")
    whole[-1] = ChatPost(last.app, last.name, last.time, words)
    after = "\n".join(part for part in (rest, *loose, *lines[end:]) if part)
    return PastedChat("\n".join(lines[: starts[0]]).strip(), tuple(whole), after)


def _head(line: str, following: str, last: ChatPost | None) -> tuple[ChatPost, bool] | None:
    """The post that a line begins, and whether that alone is proof."""
    if last is not None and last.app == "Slack" and (again := _AGAIN.fullmatch(line)):
        return ChatPost("Slack", last.name, again["time"].strip(), again["text"].strip()), False
    for form in _FORMS:
        match = form.pattern.fullmatch(line)
        if match is None or len(match["name"].split()) > _WORDS:
            continue
        words = match["text"].strip() if form.inline else ""
        if not words and not following:
            continue
        name = match["name"].strip(" ~,\u00a0")
        return ChatPost(form.app, name, match["time"].strip(), words), form.sure
    return None


@dataclass(frozen=True, slots=True)
class PastedLink:
    """A link in somebody's words, and what it leads to, by its host."""

    kind: str
    url: str


LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}|\\^`]+", re.IGNORECASE)
KINDS: dict[str, tuple[str, ...]] = {
    "ticket": (
        "zendesk.com", "freshdesk.com", "freshservice.com", "app.intercom.com", "helpscout.net",
        "helpscout.com", "frontapp.com", "app.hubspot.com/help-desk", "app.hubspot.com/contacts",
        "desk.zoho.com", "desk.zoho.eu", "service-now.com", "atlassian.net/browse",
        "atlassian.net/servicedesk", "linear.app", "youtrack.cloud", "app.asana.com", "trello.com",
        "github.com/*/issues", "gitlab.com/*/issues", "app.shortcut.com", "monday.com",
        "gorgias.com", "kayako.com", "crisp.chat",
    ),
    "chat thread": (
        "slack.com/archives", "slack.com/client", "teams.microsoft.com/l/message",
        "teams.microsoft.com/l/channel", "teams.live.com", "discord.com/channels",
        "chat.google.com",
         "wa.me", "t.me", "mattermost.com", "zulipchat.com", "rocket.chat", "matrix.to",
    ),
    "call or recording": (
        "zoom.us", "meet.google.com", "teams.microsoft.com/l/meetup-join",
        "teams.microsoft.com/meet", "gong.io", "fireflies.ai", "otter.ai", "grain.com", "chorus.ai",
        "fathom.video", "tldv.io", "webex.com", "aircall.io", "dialpad.com", "whereby.com",
        "avoma.com", "read.ai", "gotomeeting.com", "meet.jit.si", "ringcentral.com",
    ),
    "Loom video": ("loom.com",),
    "screen recording": (
        "jam.dev", "vidyard.com", "screencast.com", "screencast-o-matic.com", "screenpal.com",
        "streamable.com", "zight.com", "cl.ly", "getcloudapp.com", "cap.so", "tella.tv",
        "vimeo.com",
        "youtube.com", "youtu.be", "veed.io", "bubbles.app", "komododecks.com", "asciinema.org",
    ),
    "screenshot": (
        "imgur.com", "prnt.sc", "prntscr.com", "gyazo.com", "snipboard.io", "monosnap.com",
        "droplr.com", "d.pr", "ibb.co", "postimg.cc", "lightshot.com", "share.cleanshot.com",
        "snag.gy", "awesomescreenshot.com", "markup.io", "marker.io", "screenshot.help",
    ),
    "document": (
        "docs.google.com", "drive.google.com", "sharepoint.com", "1drv.ms", "onedrive.live.com",
        "dropbox.com", "notion.so", "notion.site", "box.com", "atlassian.net/wiki", "figma.com",
        "miro.com", "airtable.com", "wetransfer.com", "we.tl", "coda.io", "evernote.com",
        "quip.com", "pastebin.com", "gist.github.com", "office.com", "icloud.com/iclouddrive",
    ),
}  # fmt: skip
"""What a link leads to → hosts (with all below them), where needed with the beginning of a path."""
_SUFFIXES = {
    "screenshot": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic"),
    "call or recording": (".mp3", ".m4a", ".wav", ".ogg"),
    "screen recording": (".mp4", ".mov", ".webm", ".avi"),
    "document": (".pdf", ".docx", ".xlsx", ".pptx", ".csv", ".odt", ".ods", ".txt", ".log", ".zip"),
}


def pasted_links(text: str) -> Iterator[PastedLink]:
    """Every link of a text with what it leads to, in its order, without what gateways wrap around.

    Nothing is opened: the host tells, else the end of the path, else it is a page.
    """
    for match in LINK.finditer(text):
        url = _unwrapped(match[0].rstrip(".,;:!?*_"))
        yield PastedLink(link_kind(url), url)


def link_kind(url: str) -> str:
    """What a link leads to by its host and path."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "page"
    path = parts.path.lower()
    for kind, places in KINDS.items():
        if any(_leads(place, host, path) for place in places):
            return kind
    return next((kind for kind, ends in _SUFFIXES.items() if path.endswith(ends)), "page")


def _leads(place: str, host: str, path: str) -> bool:
    """Whether a host is that of a place or below it, and the path begins (or goes on) so."""
    known, _, start = place.partition("/")
    if host != known and not host.endswith(f".{known}"):
        return False
    head, star, tail = f"/{start}".partition("*")
    return f"{tail}/" in f"{path}/" if star else path.startswith(head)


def _unwrapped(url: str) -> str:
    """A link as it was before a mail gateway wrapped it: Outlook, Google, Proofpoint."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = (parts.hostname or "").lower()
    wrapped = parse_qs(parts.query)
    if host.endswith("safelinks.protection.outlook.com"):
        return wrapped.get("url", [url])[0]
    if host in {"www.google.com", "google.com"} and parts.path == "/url":
        return (wrapped.get("q") or wrapped.get("url") or [url])[0]
    if host == "urldefense.com" and (inner := re.match(r"/v3/__(.+?)__;", parts.path + ";")):
        return unquote(inner[1])
    return url
