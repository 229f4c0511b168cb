"""A teammate's reply as a request to Claude, and its answer as a proposal: an act and its words.

The system part is the same for every reply, so that the server can keep it. The reply stands in
the user's turn between marks with a random code, masked as all mail is. What comes back is checked
for its form here and for its meaning in `reply/understand`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskless.agent.case.verbs import Proposal
from deskless.agent.model.claude_prompt import PROMPTS, prompt_words, random_mark, without_marks
from deskless.agent.model.masking import Masked
from deskless.policies.hash import json_digest
from deskless.policies.judge import Opinion
from deskless.policies.settle.model_answer import Unfit, answer_object

NOTHING = "none"
"""What a model answers where no act is plainly meant."""
LONGEST = 600
"""Characters of a quote that are read."""
TOKENS = 3_000
"""Tokens that an answer may have, thinking included."""


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A reply to be read: its words, what it answers (a line of ours), the acts to choose from."""

    words: str
    answers: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of asking: a proposal, or None; `opinion` has what it cost and why it failed."""

    opinion: Opinion
    proposal: Proposal | None = None


def reply_body(model: str, effort: str, sheet: Masked, request: ReplyRequest) -> dict[str, Any]:
    """The request; `sheet` are the words as the model sees them."""
    mark = random_mark([sheet.text])
    text = prompt_words(
        "reply_words", mark=mark, answers=request.answers, acts=request.acts, text=sheet.text
    )
    cache = {"type": "ephemeral", "ttl": "1h"}
    task = {"type": "text", "text": prompt_words("reply_task"), "cache_control": cache}
    form = {"type": "json_schema", "schema": reply_schema(request.acts)}
    return {
        "model": model,
        "max_tokens": TOKENS,
        "system": [task],
        "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}],
        "output_config": {"effort": effort, "format": form},
    }


def reply_sheet(request: ReplyRequest, *, mask: bool) -> Masked:
    """The words of a reply without secrets and without our marks."""
    return without_marks(request.words, mask=mask)


def reply_schema(acts: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a proposal: the reason first, then an act and the words that say it."""
    text = {"type": "string"}
    fields: dict[str, Any] = {
        "reason": text, "quote": text, "when": text, "who": text,
        "act": {"type": "string", "enum": [*acts, NOTHING]},
    }  # fmt: skip
    return {
        "type": "object", "properties": fields, "required": list(fields),
        "additionalProperties": False,
    }  # fmt: skip


def reply_version(*more: object) -> str:
    """The version of this prompt: changes with any word of its templates."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(PROMPTS.glob("reply_*.j2"))]
    return json_digest([*texts, TOKENS, *map(str, more)])[:12]


def read_proposal(text: str, acts: Sequence[str], sheet: Masked) -> Proposal | None:
    """The proposal in an answer; None where it proposes nothing.

    Raises Unfit for what is no answer of this form, or quotes what does not stand in the reply.
    """
    data = answer_object(text, "act")
    act = data.get("act")
    if act == NOTHING:
        return None
    if not isinstance(act, str) or act not in acts:
        raise Unfit("its act is none of those that were asked about", json=True)
    quote, when, who = (_quoted(data.get(name), sheet) for name in ("quote", "when", "who"))
    if not quote:
        raise Unfit("it has no quote", json=True)
    return Proposal(act, quote, when, who)


def _quoted(value: object, sheet: Masked) -> str:
    """The reply's own words for a quote of the masked text; empty for an empty one."""
    if not isinstance(value, str):
        raise Unfit("a quote is no text", json=True)
    words = value[:LONGEST].strip()
    original = sheet.back(words) if words else ""
    if original is None:
        raise Unfit("a quote does not stand in the reply", json=True)
    return original
