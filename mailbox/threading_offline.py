"""A heap of mails into conversations: union-find over every id, and more where headers were lost.

By ids alone (`group_threads`) the result is notmuch's, mail for mail. Relays and list software drop
References and In-Reply-To; `loose` then also joins a mail without any to the one it answers, by
what only an answer has: lines that it quotes from it, or an attribution that names its writer above
the same subject. Two mails with the same subject alone stay two. In the daemon nothing loose ever
joins: there it is a suggestion.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from deskless.mailbox.message import Message
from deskless.mailbox.threading import base_subject, mentioned_ids

AGE = timedelta(days=60)  # an answer this much later is no answer
SERIES = timedelta(minutes=15)  # mails that one `git send-email` sent
LINES = 400  # lines of a mail that are compared

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_QUOTED = re.compile(r"^[ \t]{0,3}(?:[A-Za-z]{1,4}>|[>|])[>| \t]*")
_REPLY = re.compile(
    r"\s*(?:\[[^\]\n]{1,60}\]\s*)*(?:re|aw|antw?|sv|vs|odp|r|rif|tr|回复|返信|答复)\s?(?:\[\d+\])?\s?[:：]",
    re.I,
)
_PATCH = re.compile(
    r"\[(?P<tag>[^\]\n]*?\b(?:patch|rfc)\b[^\]\n]*?)\s0*(?P<n>\d+)/0*(?P<all>\d+)\]", re.I
)
_SIGNED = re.compile(
    r"(?im)^[^\n>]{0,300}(?:wrote|writes|schrieb|a écrit|escribió|skrev|ha scritto)\b.{0,40}$"
)


class _Groups:
    """Union-find with path halving; the elder root stays."""

    def __init__(self) -> None:
        self._over: dict[str, str] = {}

    def root(self, number: str) -> str:
        over = self._over
        over.setdefault(number, number)
        while over[number] != number:
            over[number] = over[over[number]]
            number = over[number]
        return number

    def join(self, number: str, other: str) -> None:
        self._over[self.root(other)] = self.root(number)


def group_threads(messages: Sequence[Message], *, loose: bool = False) -> list[list[Message]]:
    """The conversations among these mails, each oldest mail first, in order of their first mails.

    Every mail is in exactly one. Two different mails with one Message-ID stay two, in the same
    conversation. `loose` also joins mails that lost their references; see the module.
    """
    groups = _Groups()
    keys = [f"\0{place}" for place in range(len(messages))]  # no id holds a NUL
    for key, message in zip(keys, messages, strict=True):
        for name in mentioned_ids(message):
            groups.join(key, name)
    if loose:
        for first, other in _loose(messages):
            groups.join(keys[first], keys[other])
    by_root: dict[str, list[Message]] = {}
    for place in sorted(range(len(messages)), key=lambda n: messages[n].date or _NEVER):
        by_root.setdefault(groups.root(keys[place]), []).append(messages[place])
    return list(by_root.values())


def _loose(messages: Sequence[Message]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of which the later mail answers the earlier without saying so."""
    order = sorted(range(len(messages)), key=lambda n: messages[n].date or _NEVER)
    by_words: dict[str, list[int]] = {}
    about: dict[str, list[int]] = {}
    sent: dict[tuple[str, str, str], int] = {}
    for place in order:
        message = messages[place]
        own, quoted = _lines(message)
        subject = base_subject(message.subject)
        series = _series(message)
        if not message.references:
            before = _quoted_from(quoted, by_words, messages, place)
            if before is None and _REPLY.match(message.subject):
                before = _answered(message, about.get(subject, ()), messages)
            if before is None and series in sent:
                before = _near(sent[series], message, messages)
            if before is not None:
                yield before, place
        if series is not None:
            sent[series] = place
        about.setdefault(subject, []).append(place)
        for line in own:
            by_words.setdefault(line, []).append(place)


def _lines(message: Message) -> tuple[list[str], list[str]]:
    """The lines a mail says itself and the ones it quotes, only those that say something."""
    own: dict[str, None] = {}
    quoted: dict[str, None] = {}
    for line in message.text.splitlines()[:LINES]:
        mark = _QUOTED.match(line)
        bare = " ".join(line[mark.end() if mark else 0 :].split())
        if len(bare) >= 18 and bare.count(" ") >= 2:
            (quoted if mark else own)[bare] = None
    return list(own), list(quoted)


def _quoted_from(
    quoted: Iterable[str], by_words: dict[str, list[int]], messages: Sequence[Message], place: int
) -> int | None:
    """The mail that most of the quoted lines come from; lines that many mails say do not count."""
    counts: dict[int, int] = {}
    asked = 0
    for line in quoted:
        writers = by_words.get(line, ())
        asked += 1
        if 0 < len(writers) <= 3:
            for writer in writers:
                counts[writer] = counts.get(writer, 0) + 1
    if not counts:
        return None
    best = max(counts, key=lambda number: (counts[number], number))
    enough = counts[best] >= 2 or (asked <= 2 and counts[best] >= 1)
    return best if enough and _in_time(messages[best], messages[place]) else None


def _answered(message: Message, before: Iterable[int], messages: Sequence[Message]) -> int | None:
    """The latest mail of this subject whose writer the reply names or writes to."""
    greeting = " ".join(match.group(0) for match in _SIGNED.finditer(message.text[:20_000])).lower()
    addressed = {address.email for address in (*message.to, *message.cc)}
    for place in reversed(list(before)):
        earlier = messages[place]
        if not _in_time(earlier, message) or earlier.sender is None:
            continue
        writer = earlier.sender
        named = writer.email in greeting or (
            len(writer.name) > 3 and writer.name.lower() in greeting
        )
        if named or writer.email in addressed:
            return place
    return None


def _series(message: Message) -> tuple[str, str, str] | None:
    """What the mails of one patch series have in common: writer, tag and count."""
    match = _PATCH.search(message.subject) if message.sender else None
    if match is None or message.sender is None or _REPLY.match(message.subject):
        return None
    return message.sender.email, match["tag"].lower(), match["all"]


def _near(place: int, message: Message, messages: Sequence[Message]) -> int | None:
    before, after = messages[place].date, message.date
    close = before is not None and after is not None and abs(after - before) <= SERIES
    return place if close else None


def _in_time(earlier: Message, later: Message) -> bool:
    if earlier.date is None or later.date is None:
        return True
    return later.date - earlier.date <= AGE
