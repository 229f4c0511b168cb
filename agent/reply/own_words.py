"""`SEND:` and words of one's own, which go to the customer exactly as they stand.

What has left cannot be taken back, so nothing is read more strictly. All that stands behind the
colon is the mail, to its last line; whatever in it could be somebody else's, meant for us or for
the team, or the end of the writer's own mail, is a doubt: then nothing leaves, and the text is
shown as it would go.
"""

import re
from collections.abc import Iterator, Sequence

from deskless.agent.case.verbs import Command, Verb
from deskless.agent.language.fold import LIMIT, fold_line, fold_text
from deskless.agent.language.lexicon import DISCLAIMER, REVERSAL, speech
from deskless.agent.reply.contradictions import ends
from deskless.agent.reply.parts import Scene

FEWEST, LONGEST = 6, 8_000
"""Words that a mail to a customer has at the least, and characters at the most."""
SIGNED = 2
"""Lines below a closing line that are a name and what its bearer does."""
QUOTED = re.compile(
    r"^\s*[>|]|^\s*-{3,}\s?\w.*-{3,}\s*$|\b(?:wrote|schrieb\b.*|a ecrit|escribio) ?:\s*$"
    r"|^\s*(?:from|von|de|sent|gesendet|envoye|enviado|subject|betreff|objet|asunto|to|an|a|para"
    r"|date|datum|fecha|reply-to|cc) ?: ?\S",
)
"""How a line looks that a mail program wrote above or before somebody else's words."""
OURS = re.compile(
    r"\bdeskless\b|\bsev ?- ?[1-4]\b|\bnot stated\b|\bdk-[a-z2-7]{26}\b|\b[a-z][a-z0-9]*-\d+-\d+\b"
)
"""What stands in our mails to the team, and never in one to a customer."""
ABOUT = re.compile(
    r"\b(?:(?:the|our|this|dem|der|den|unse\w+|le|la|au|el|al) )?"
    r"(?:customer|client|kunden?|kundin|cliente|draft|entwurf|brouillon|borrador)\b"
    r"|^(?:tell|ask|say|write|change|use|sag|frag|schreib|dis|dites|dile|diga)\b"
)
"""Words about the customer or the text, rather than to the customer."""
WORD = re.compile(r"[^\W_]+")
NOTHING = "There are no words behind SEND:"


def read_own_words(lines: Sequence[str], scene: Scene, *, quoted: bool = False) -> Command | None:
    """`SEND:` at the beginning of these lines, with what is to go; None: they begin otherwise.

    `quoted`: quoted lines stood among the writer's own. The words are the field `words`; without
    any, or in doubt, the command says why. Words that hold one of our commands are not taken.
    """
    first = fold_line(lines[0])
    head = speech().heads[Verb.SEND].match(first.text)
    if head is None or not re.match(r" ?:", first.text[head.end() :]):
        return None
    words = "\n".join([lines[0].partition(":")[2], *lines[1:]]).strip()
    doubts = tuple(_doubts(words, scene, quoted=quoted)) if words else (NOTHING,)
    mixed = any(_commands(line, fold_text(line)) for line in words.splitlines())
    fields = (("words", words),) if words and not mixed else ()
    return Command(Verb.SEND, line=first.raw[:LIMIT], fields=fields, doubts=doubts)


def _doubts(words: str, scene: Scene, *, quoted: bool) -> Iterator[str]:
    """Why words may not be what the customer is to read, a sentence each."""
    lines = [line for line in words.splitlines() if line.strip()]
    folded = [fold_text(line) for line in lines]
    if quoted:
        yield "Quoted lines stand between your words."
    if len(words) > LONGEST:
        yield "It is too long for a mail."
    if len(words.split()) < FEWEST:
        yield "It is very short for a mail to a customer."
    for line, text in zip(lines, folded, strict=True):
        if QUOTED.search(text):
            yield f"The line “{line.strip()[:80]}” looks quoted."
        if OURS.search(text):
            yield f"The line “{line.strip()[:80]}” holds words of ours."
        if _commands(line, text):
            yield f"The line “{line.strip()[:80]}” reads as a word to me."
    if ABOUT.search(folded[0]) or REVERSAL.match(folded[0]) or speech().turn.match(folded[0]):
        yield "It may be meant for me rather than for the customer."
    yield from _names(words, scene)
    yield from _below(lines, folded)


def _commands(line: str, text: str) -> bool:
    """Whether a line is one of our words in capitals."""
    word = text.split()[0].strip(".,:;!") if text.split() else ""
    return line.strip().isupper() and word in speech().typos


def _names(words: str, scene: Scene) -> Iterator[str]:
    """Teammates that the words name besides their writer."""
    text = f" {' '.join(WORD.findall(fold_text(words)))} "
    for person in scene.people:
        names = [name for name in fold_text(person.name).split() if len(name) > 2]
        if person.id != scene.asked.writer and any(f" {name} " in text for name in names):
            yield f"It names {person.name}."


def _below(lines: Sequence[str], folded: Sequence[str]) -> Iterator[str]:
    """What hangs below the end of the words and may be a signature."""
    end = next((at for at, line in enumerate(lines) if ends(fold_line(line))), None)
    if end is None:
        return
    below = list(zip(lines[end + 1 :], folded[end + 1 :], strict=True))
    odd = len(below) > SIGNED or any(re.search(r"\d|@|www|https?:", text) for _, text in below)
    if odd or lines[end].strip().startswith("--") or DISCLAIMER.search(" ".join(folded[end:])):
        yield f"Below “{lines[end].strip()[:40]}” stands what may be your signature."
