"""A case that its owner calls solved, while the customer does not answer.

Its owner has the mail that asks the customer again in hand after three and after ten working days.
Three working days after that, in which nothing happened to the case, it is closed as unconfirmed,
and counted as that. A customer who wrote that all is well has confirmed, whoever was asked.
"""

import re
from datetime import datetime, timedelta

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import tell_end
from deskless.policies.people.working_time import instant_after

ASKING, ENDING = "confirm", "unconfirmed"
AGAIN = (timedelta(days=3), timedelta(weeks=2))
"""The customer is asked again so long after they were, or could have been: three working days, and
ten, of which a week has five.
"""
LAST = timedelta(days=3)
"""Working days without a word of anybody after the last asking."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


YES = _words("""
    yes yep yeah yup confirmed solved resolved fixed sorted works working
    ja jawohl jepp bestätigt gelöst erledigt behoben läuft funktioniert geht geklappt
    oui ouais confirmé résolu réglé marche fonctionne
    sí si confirmado resuelto solucionado arreglado funciona
""")
"""Words by which a customer says that it is solved."""
BESIDE_YES = _words("""
    it its it's is was has been that that's this all everything the problem issue now again for us
    me my our side good fine great perfect perfectly super well done ok okay indeed thanks thank
    you many thx very much so a lot your quick help support answer reply and we are happy glad here
    es das ist alles wieder jetzt nun bei für uns mir gut bestens prima perfekt in ordnung hat
    danke dankeschön vielen dank schön sehr ihre die schnelle hilfe antwort und passt
    c'est ça tout est bien bon parfait merci beaucoup maintenant nouveau à pour nous moi chez votre
    aide réponse et le problème de en ordre
    está esta todo ya bien perfecto gracias muchas mil por su la ayuda respuesta y el problema
    nosotros ahora correctamente
""")
"""Words that may stand beside a plain yes and change nothing of it."""
NO = re.compile(
    r"(?:sorry|unfortunately|leider|malheureusement|lamentablemente|desgraciadamente)?[,\s]*"
    r"(?:no|nope|not (?:yet|really|solved|fixed|quite|sure)|still not|nein|noch nicht"
    r"|immer noch nicht|nicht(?: wirklich| ganz)?|non|pas (?:encore|vraiment|du tout)"
    r"|toujours pas|(?:todav[ií]a|a[uú]n) no|no del todo)\W*"
)
"""A whole clause by which a customer says that it is not solved, or that they doubt it."""
GREETS = re.compile(
    r"(?:hello|hi|hey|dear|hallo|guten (?:tag|morgen)|moin|liebe[rs]?|bonjour|bonsoir|hola"
    r"|buenos d[ií]as|buenas tardes)\b"
)
ENDS = re.compile(
    r"(?:(?:best|kind|warm) (?:regards|wishes)|regards|cheers|sincerely"
    r"|(?:viele|beste|liebe|freundliche|herzliche) gr(?:ü|ue)(?:ß|ss)e"
    r"|(?:mit )?(?:freundlichen|besten|vielen) gr(?:ü|ue)(?:ß|ss)en|mfg|lg|cordialement"
    r"|bien (?:à|a) vous|salutations|(?:un )?saludos?|atentamente)\b"
)
WORD = re.compile(r"[\w'’]+")
SHORT = 4
"""Words that a line of greeting has at most."""


def solved_by_word(words: str, name: str) -> bool | None:
    """What a customer answers who was asked whether it is solved, by their new words alone.

    True: a plain yes, with nothing beside it; False: a plain no, or a doubt; None: they say more
    than that, which is for the judge. `name` is theirs, as it may stand below.
    """
    signed = set(WORD.findall(name.casefold()))
    clauses: list[str] = []
    for line in words.replace("’", "'").casefold().splitlines():
        if ENDS.match(line.strip()):
            break
        spoken = WORD.findall(line)
        greets = not clauses and GREETS.match(line.strip()) and len(spoken) <= SHORT
        if not greets and not set(spoken) <= signed:
            clauses += [part for part in re.split(r"[.,;:!–—]+", line) if WORD.search(part)]
    if clauses and NO.fullmatch(clauses[0]):
        return False
    every = {word for clause in clauses for word in WORD.findall(clause)}
    asks = "?" in words or not every <= YES | BESIDE_YES
    return None if asks or not every & YES else True


def _askings(case: Case, setting: Setting) -> tuple[datetime, ...]:
    """When the customer is to be asked again (UTC), the first time first; empty: nobody waits."""
    since = case.asked_at or case.resolved_at
    if case.status is not Status.RESOLVED or since is None:
        return ()
    return tuple(_after(span, since, setting) for span in AGAIN)


def _after(span: timedelta, since: datetime, setting: Setting) -> datetime:
    return instant_after(span, since, setting.team) or since + span


def ask_due(case: Case, setting: Setting) -> datetime | None:
    """When the owner gets the next mail that asks the customer again (UTC); None: there is none.

    What time went by unseen is asked for once.
    """
    last = dict(case.ticked).get(ASKING)
    left = [at for at in _askings(case, setting) if last is None or at > last]
    passed = [at for at in left if at <= setting.now]
    return passed[-1] if passed else next(iter(left), None)


def ask_again(draft: DecisionDraft) -> None:
    """The owner, or the founder where they left, gets the mail for the customer."""
    known = draft.setting.matrix.person(draft.case.owner or "")
    owner = known.id if known else draft.setting.founder
    draft.happen(event.Reminded, to=owner)
    draft.mail(LetterKind.CONFIRM_END, owner, why="silent")


def end_due(case: Case, setting: Setting) -> datetime | None:
    """When nobody waits for the customer's answer any longer (UTC); None: not yet known."""
    asked, askings = dict(case.ticked).get(ASKING), _askings(case, setting)
    if asked is None or not askings or asked < askings[-1]:
        return None
    return _after(LAST, case.changed_at, setting)


def end_unconfirmed(draft: DecisionDraft) -> None:
    """It is over, and nobody knows whether for the customer too."""
    reason = Why.CONFIRMED if draft.case.content else Why.UNCONFIRMED
    draft.happen(event.Closed, reason=reason)
    tell_end(draft)
