"""An act with what stands beside it: the command it makes, or what is missing for it."""

from collections.abc import Mapping
from dataclasses import replace

from deskless.agent.case.verbs import Code, Command, Layer, Unclear, Verb
from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import LIMIT
from deskless.agent.language.modes import Manner
from deskless.agent.reply.features import masked_words
from deskless.agent.reply.parts import Scene, labelled_parts
from deskless.agent.reply.readings import Reading, Whole
from deskless.agent.reply.slots import (
    Promise,
    case_keys,
    judged_numbers,
    name_words,
    positive_people,
    read_criterion,
    read_customer,
    read_one_time_code,
    read_promise,
    read_severity,
    read_type,
)

VERBS: Mapping[str, Verb] = {
    "accept": Verb.ACCEPT, "bounce": Verb.BOUNCE, "later": Verb.LATER, "need": Verb.NEED,
    "note": Verb.NOTE, "progress": Verb.PROGRESS, "resolved": Verb.RESOLVED, "close": Verb.CLOSE,
    "reopen": Verb.REOPEN, "send": Verb.SEND, "undo": Verb.UNDO, "severity": Verb.SEVERITY,
    "type": Verb.TYPE, "customer": Verb.CUSTOMER, "offer": Verb.OFFER, "status": Verb.STATUS,
    "list": Verb.LEDGER, "help": Verb.HELP, "question": Verb.QUESTION, "thanks": Verb.THANKS,
    "go": Verb.GO, "live": Verb.LIVE, "right": Verb.RIGHT, "wrong": Verb.WRONG,
    "confirm": Verb.YES, "deny": Verb.DENY, "reason": Verb.ESCALATE, "withdraw": Verb.WITHDRAW,
    "join": Verb.JOIN, "split": Verb.SPLIT,
}  # fmt: skip
"""The verb of each act; *absent* and *other* ask nothing of us."""


LEAVING = frozenset({Verb.SEND, Verb.CLOSE, Verb.GO, Verb.LIVE})
"""Acts that leave or end: understood by meaning, their exact word is asked for."""


ASKED_AGAIN = frozenset({"ask again"})


TOLD = frozenset({"tells customer"})


def with_slots(act: str, whole: Whole, scene: Scene, fresh: str) -> Command | Unclear:
    """The command of an act, with what stands beside it; or what is missing for it."""
    verb = VERBS[act]
    sentences = [row.sentence for row in whole.readings]
    raw = " ".join(sentence.raw for sentence in sentences)
    line = sentences[0].raw[:LIMIT]
    command = Command(
        verb, line=line, note=raw, inferred=True, layer=Layer.MEANING, confirm=verb in LEAVING
    )
    if verb in {Verb.ACCEPT, Verb.PROGRESS, Verb.LATER}:
        promise = read_promise(sentences, scene, ASKED_AGAIN if verb is Verb.LATER else TOLD)
        return timed(command, promise, whole)
    if verb in {Verb.BOUNCE, Verb.OFFER}:
        return directed(command, act, whole, scene)
    if verb in {Verb.SEVERITY, Verb.TYPE, Verb.CUSTOMER}:
        value = {
            Verb.SEVERITY: read_severity(raw), Verb.TYPE: read_type(raw),
            Verb.CUSTOMER: read_customer(raw, scene, whole.situation.customers),
        }[verb]  # fmt: skip
        if not value:
            return Unclear(line, "I could not tell what it should be instead.", (verb,))
        return replace(command, value=value)
    if verb in {Verb.RIGHT, Verb.WRONG}:
        fields = judged_numbers(sentences)
        if not fields:
            return Unclear(line, "I could not tell which item you mean.", (verb,))
        first = Verb.RIGHT if fields[0][0] == "right" else Verb.WRONG
        return replace(command, verb=first, fields=fields, subject_id=fields[0][1])
    if verb is Verb.LIVE:
        return replace(command, subject_id=read_criterion(raw, whole.situation.criteria))
    if verb is Verb.YES:
        code = read_one_time_code(raw)
        return replace(command, verb=Verb.CODE if code else Verb.YES, subject_id=code)
    if verb in {Verb.JOIN, Verb.SPLIT}:
        keys = case_keys(raw)
        return replace(command, subject_id=keys[-1] if keys else "")
    if verb in {Verb.NOTE, Verb.ESCALATE}:
        return replace(command, fields=labelled_parts(fresh.splitlines()))
    return command


def timed(command: Command, promise: Promise, whole: Whole) -> Command:
    """A command with its time; one that was said and not understood is a doubt."""
    doubts = (promise.doubt,) if promise.doubt and command.verb is not Verb.PROGRESS else ()
    fields = labelled_parts([row.sentence.raw for row in whole.readings]) or spoken_parts(whole)
    step = dict(fields).get("next", "") if command.verb is Verb.ACCEPT else ""
    return replace(command, until=promise.until, doubts=doubts, fields=fields, next_action=step)


def spoken_parts(whole: Whole) -> tuple[tuple[str, str], ...]:
    """Blocker, cause and next step, as far as a sentence is plainly about one of them."""
    patterns = concept_patterns()
    parts: dict[str, str] = {}
    for row in whole.readings:
        text = row.sentence.text
        if patterns["waits"].search(text):
            parts.setdefault("blocker", row.sentence.raw)
        elif patterns["cause"].search(text):
            parts.setdefault("cause", row.sentence.raw)
        elif patterns["i"].search(text) and patterns["tells customer"].search(text):
            parts.setdefault("next", row.sentence.raw)
    return tuple(parts.items())


def directed(command: Command, act: str, whole: Whole, scene: Scene) -> Command | Unclear:
    """A command that points to a person; an offer without one is no offer."""
    carriers = whole.carriers(act)
    named = [
        person
        for row in carriers
        if row.manner is not Manner.HEARSAY
        for person in positive_people(row.sentence.raw, scene)
    ]
    if not named:
        named = [
            person
            for row in whole.readings
            if row.manner is Manner.PLAIN
            for person in positive_people(row.sentence.raw, scene)
        ]
    if not named and command.verb is Verb.BOUNCE:
        named = [
            person for row in whole.readings for person in positive_people(row.sentence.raw, scene)
        ]
    people = list(dict.fromkeys(named))
    if len(people) > 1:
        patterns = concept_patterns()
        directly = [
            person for person in people
            for row in whole.readings
            if person in positive_people(row.sentence.raw, scene)
            and any(patterns[idea].search(masked(row, scene)) for idea in ("name him", "whose"))
        ]  # fmt: skip
        people = list(dict.fromkeys(directly)) or people
    if command.verb is Verb.OFFER and len(people) != 1:
        why = (
            "I could not tell who shall take it."
            if not people
            else "It names more than one person."
        )
        return Unclear(command.line, why, (Verb.OFFER, Verb.BOUNCE))
    if whole.situation.founder and len(people) == 1:
        command = replace(command, verb=Verb.OFFER)
    person = people[0].id if len(people) == 1 else None
    code = Code.WRONG_OWNER if person and command.verb is Verb.BOUNCE else None
    return replace(command, to=person, code=code)


def masked(row: Reading, scene: Scene) -> str:
    """A sentence with its names masked."""
    names = frozenset(word for person in scene.people for word in name_words(person))
    return " ".join(masked_words(row.sentence.raw, names))
