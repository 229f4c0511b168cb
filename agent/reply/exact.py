"""The exact words of the verbs that correct, ask and name: a word, and what it is about.

Each must open the line and fill it: "not an outage I think" is prose, "not outage" is a correction.
"""

import re
from dataclasses import replace

from deskless.agent.case.event import CUSTOMER
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.language.fold import Line, fold_text
from deskless.agent.language.lexicon import KEY
from deskless.agent.reply.parts import Parts, Scene, line_labels, split_reason

NEED = re.compile(
    r"(?:i |we |ich |wir )?(?:needs?|brauchen?|(?:es )?fehl(?:t|en)|besoin(?: de)?|(?:il )?manque"
    r"|il me faut|necesito|(?:me )?faltan?)"
    r"(?P<customer> (?:from|of|to know from|vom?|du|de la|del?) (?:the |dem |der )?"
    r"(?:customer|kunden?|kundin|client|cliente))? ?: ?(?=\S)"
)
SEVERITY = re.compile(
    r"(?:(?:raise|lower|set|change)(?: it)? to |(?:this|it)(?: is|'s) (?:a )?|severity ?:? ?)?"
    r"sev ?-? ?([1-4])(?: now)?"
)
TYPE = re.compile(r"(?:type|typ|tipo) ?:? ?(?:is )?([a-z][a-z0-9 -]{1,40})")
OWNED_BY = re.compile(r"(?:customer|kunde|client|cliente) (?:is )?(?=[a-z0-9])")
NOT = re.compile(r"(?:not|kein[e]?|nicht|pas|no es) (?:an? |une? )?([a-z0-9][a-z0-9 -]{1,63})")
COMMANDER = re.compile(
    r"(?:(?:incident ?-?)?commander(?: is)?|(?:einsatz|krisen)leit(?:er(?:in)?|ung)(?: ist)?"
    r"|responsable de (?:la )?crise(?: est)?|(?:responsable|jefa?) de (?:la )?crisis(?: es)?) ?:? "
)
OFFER = re.compile(r"(?:offer|anbieten|proposer|ofrecer)(?: (?:it|this|es))?(?: (?:to|an|a))? ")
SPLIT = re.compile(r"(?:split|trennen|separer|separar)(?: (?:from )?(#?[a-z0-9][a-z0-9-]*))?")
WITHDRAW = re.compile(
    r"withdraw(?: it)?|(?:ich )?ziehe (?:es )?zurueck|retirer|je retire|retirar|lo retiro"
)
DENY = re.compile(
    r"(?:no,? )?(?:that|this|it) (?:was not|wasn'?t|is not|isn'?t) me|not me"
    r"|das war ich nicht|ich war das nicht|ce n'etait pas moi|no fui yo"
)
FIXED = re.compile(
    r"(?:(?:permanently |finally )?fixed(?: for good)?|(?:dauerhaft |endgueltig )?behoben"
    r"|(?:definitivement )?(?:corrige|repare)"
    r"|(?:definitivamente )?(?:corregido|reparado|arreglado)) ?: ?(?=\S)"
)
CALLED = re.compile(
    r"(?:i |we |ich habe |wir haben |j'ai |he |hemos )?"
    r"(?:called|phoned|telephoned|rang|angerufen|telefoniert|appele|telephone|llamado|telefoneado)"
    r"(?: (?:them|her|him|(?:the|den|die) (?:customer|kunden?|kundin)|le client|al cliente))?"
    r" ?: ?(?=\S)"
)
UNREACHED = re.compile(
    r"\b(?:no (?:answer|reply)|voice ?mail|answering machine|not reach\w*|nobody|no one|engaged"
    r"|(?:did ?not|didn't|could ?not|couldn't) (?:reach|answer|pick up|get)"
    r"|nicht erreich\w*|niemand\w*|mailbox|anrufbeantworter|besetzt|keine antwort"
    r"|messagerie|repondeur|pas (?:de )?repon\w*|personne|buzon"
    r"|no contest\w*|nadie|sin respuesta)\b"
)
"""How the words of a call tell that nobody was told."""
FOUND = re.compile(
    r"(?:(?:i |we |i've |we've )?found (?:it|the cause)|(?:ich )?hab(?:e)? ?'?(?:e?s)? gefunden"
    r"|gefunden|(?:j'ai )?trouve|(?:lo )?(?:encontrado|encontre)) ?: ?(?=\S)"
)
"""It is mended for good; the customer was told by word of mouth; a cause may have been found."""
NOTHING_NEW = re.compile(
    r"(?:(?:there(?: i|')s |still )?(?:nothing new|no news)"
    r"(?: (?:yet|so far|here|today|to report))?"
    r"|(?:es gibt |gibt )?(?:noch |bisher |weiter(?:hin)? )?nichts neues"
    r"|(?:toujours )?(?:rien de (?:nouveau|neuf)|pas de nouvelles?)"
    r"|(?:sigue )?(?:sin|no hay) novedad(?:es)?|nada nuevo)[.! ]*"
)
"""An update is one, too, where nothing has changed."""
FACTS = frozenset(
    {
        "progress",
        "blocker",
        "next",
        "cause",
        "status",
        "done",
        "expected",
        "workaround",
        "prevention",
        "impact",
        "process",
    }
)
"""Labels that open a word of progress."""


def read_exact(line: Line, scene: Scene) -> Command | None:
    """The first of these readings that fits the whole line."""
    if line.text.endswith("?") and not NEED.match(line.text):
        return None
    for reader in (_need, _correction, _named, _apart, _fact, _told):
        command = reader(line, scene)
        if command:
            return command
    return None


def _need(line: Line, _: Scene) -> Command | None:
    """`need: which shop ids?`, `need from the customer: …`: the question as it stands."""
    match = NEED.match(line.text)
    if match is None:
        return None
    value = CUSTOMER if match["customer"] else ""
    return Command(Verb.NEED, note=line.rest(match.end()), value=value, line=line.raw)


def _correction(line: Line, scene: Scene) -> Command | None:
    head, reason = split_reason(line)
    text = head.text.rstrip(" .,;:!")
    severity = SEVERITY.fullmatch(text)
    if severity:
        return _set(Verb.SEVERITY, f"SEV-{severity[1]}", line, reason)
    kind = TYPE.fullmatch(text)
    if kind:
        return _set(Verb.TYPE, kind[1].strip(), line, reason)
    owner = OWNED_BY.match(text)
    named = text[owner.end() :] if owner else ""
    if owner and any(name and named.startswith(name) for name in _calls(scene)):
        return _set(Verb.CUSTOMER, head.part(owner.end()).raw.strip(" .,;:!"), line, reason)
    not_met = NOT.fullmatch(text)
    known = {re.sub(r"[ _-]+", "-", name): name for name in scene.asked.criteria}
    name = known.get(re.sub(r"[ _-]+", "-", not_met[1])) if not_met else None
    return _set(Verb.NOT_MET, name, line, reason) if name else None


def _calls(scene: Scene) -> set[str]:
    """What the team's customers are called: by name, by its first word, by address."""
    names = [fold_text(name) for name in scene.asked.customers]
    return {*names, *(name.split()[0] for name in names if name)}


def _set(verb: Verb, value: str, line: Line, note: str) -> Command:
    return Command(verb, value=value, note=note, line=line.raw)


def _named(line: Line, scene: Scene) -> Command | None:
    """`OFFER Omar because …`, `COMMANDER Ben`: a name, and a reason behind it."""
    words = {Verb.OFFER: OFFER, Verb.COMMANDER: COMMANDER}
    hits = ((verb, pattern.match(line.text)) for verb, pattern in words.items())
    verb, match = next((hit for hit in hits if hit[1]), (Verb.OFFER, None))
    if match is None:
        return None
    body, reason = split_reason(line.part(match.end()))
    parts = Parts(notes=[reason] if reason else [])
    if not parts.person(body, scene):
        parts.doubts.append(f"I know nobody on the team called “{body.raw}”.")
    return parts.command(verb, line)


def _apart(line: Line, _: Scene) -> Command | None:
    """`SPLIT`, `WITHDRAW`, `that was not me`."""
    text = line.text.rstrip(" .,;:!")
    split = SPLIT.fullmatch(text)
    if split:
        key = KEY.search(text)
        about = (key[0] if key else split[1] or "").lstrip("#")
        return Command(Verb.SPLIT, subject_id=about.upper(), line=line.raw)
    words = {Verb.WITHDRAW: WITHDRAW, Verb.DENY: DENY}
    verb = next((verb for verb, pattern in words.items() if pattern.fullmatch(text)), None)
    return Command(verb, line=line.raw) if verb else None


def _fact(line: Line, _: Scene) -> Command | None:
    """`blocked: …`, `cause: …`, `next: …`: facts of a case from any reply."""
    labels = line_labels(line.text)
    if not labels or labels[0][1] != 0 or labels[0][0] not in FACTS:
        return None
    return replace(Command(Verb.PROGRESS, note=line.rest()), line=line.raw)


def _told(line: Line, _: Scene) -> Command | None:
    """`FIXED: …`, `CALLED: …`, `found it: …`: what was done, and the words of it."""
    for verb, pattern in ((Verb.FIXED, FIXED), (Verb.CALLED, CALLED), (Verb.PROGRESS, FOUND)):
        if match := pattern.match(line.text):
            value = "found" if verb is Verb.PROGRESS else ""
            asked = Command(verb, note=line.rest(match.end()), value=value, line=line.raw)
            missed = verb is Verb.CALLED and UNREACHED.search(line.text)
            doubt = "It reads as if nobody was reached; a call counts where the customer was told."
            return replace(asked, doubts=(doubt,)) if missed else asked
    if NOTHING_NEW.fullmatch(line.text):
        return Command(Verb.PROGRESS, note=line.raw, line=line.raw)
    return None
