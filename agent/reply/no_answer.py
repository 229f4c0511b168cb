"""Words that answer a question by saying that the writer cannot: no reason, nothing tried."""

import re

from deskless.agent.language.fold import fold_text

UNKNOWING = re.compile(
    r"\b(?:no idea|no clue|(?:i )?do(?:n't| not) know|dont know|i wouldn'?t know|not sure"
    r"|i can(?:'t|not) (?:say|tell)|no more than (?:that|you)|only on the phones?|ask (?:somebody|"
    r"someone) else|keine ahnung|weiss (?:ich|es|das)? ?(?:leider )?nicht|weiss ich nicht"
    r"|ich weiss (?:es|das)? ?(?:leider |auch )?nicht|nur am telefon|aucune idee"
    r"|(?:je )?(?:ne )?sais pas|j'ignore|ni idea|no (?:lo )?se\b|no tengo (?:ni )?idea)"
)
"""How people say that they do not know, folded."""
LONG = 25
"""Words from which on somebody who does not know one thing has told another."""


def knows_nothing(text: str) -> bool:
    """Whether an answer only says that its writer does not know."""
    folded = fold_text(" ".join(text.split()))
    return bool(UNKNOWING.search(folded)) and len(folded.split()) <= LONG
