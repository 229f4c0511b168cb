"""How severe a case is: proof wakes people, doubt is told as doubt, and the arithmetic is shown."""

from itertools import combinations

import pytest
from judging_set import case, settled
from policies_given import facts, policy

from deskless.policies.book import book
from deskless.policies.judge import Sign
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.severity import GRAVE, REACH, TOLD, UNMISTAKABLE, severity_of
from deskless.policies.verdict import Impact, Outcome, Quote, Severity, Verdict

STARTER = book.load_book(book.starter_folder()).live()
RULES = RulesJudge()
OUTAGE = policy("outage", severity="SEV-2", ceiling="SEV-1", floor="SEV-3")


def signs(*kinds: Impact) -> list[Sign]:
    """A quoted sign of each kind."""
    return [Sign(kind, Quote("m1", f"words that say {kind.value}", "")) for kind in kinds]


def judged(text: str) -> Verdict:
    """The whole verdict on a mail, by the rules and the starter library."""
    raw = {"id": "s", "split": "s", "lang": "", "kind": "s", "expect": "leave", "text": text}
    return settled(case(raw), STARTER, RULES)


@pytest.mark.parametrize("kind", list(Impact))
def test_one_sign_is_enough_only_where_nothing_can_be_mistaken(kind: Impact) -> None:
    """Somebody hurt or threatened, or others' data in plain sight; of what happened or how far it
    reaches one alone stays SEV-2 and says that it may be more.
    """
    severe = severity_of(OUTAGE, facts(), signs(kind))
    proof = kind in {Impact.HURT, Impact.THREAT, Impact.EXPOSED}
    assert (severe.severity is Severity.SEV1) == proof
    half = kind in {*GRAVE, *REACH}
    assert (severe.may_be is Severity.SEV1) == half
    assert ("one sign of two: may be SEV-1" in severe.steps) == half


def test_two_signs_are_proof_only_where_they_are_independent() -> None:
    """What happened and how far it reaches; two of one sort say the same thing twice."""
    kinds = [kind for kind in Impact if kind not in UNMISTAKABLE]
    for pair in combinations(kinds, 2):
        severe = severity_of(OUTAGE, facts(), signs(*pair))
        proof = bool(set(pair) & set(GRAVE)) and bool(set(pair) & set(REACH))
        assert (severe.severity is Severity.SEV1) == proof, pair


def test_every_step_is_shown_with_the_words_behind_it() -> None:
    """From where the criterion starts to what comes out; a way around takes a step back."""
    kinds = (Impact.STOPPED, Impact.CLIENTS, Impact.WORKAROUND)
    severe = severity_of(OUTAGE, facts(), signs(*kinds))
    assert severe.steps[0] == "SEV-2: where Outage starts"
    assert severe.steps[-1] == f"so {severe.severity.value}" == "so SEV-2"
    for kind in kinds:
        assert any(TOLD[kind] in step and kind.value in step for step in severe.steps), kind


def test_a_criterion_that_names_no_bounds_stays_where_it_is() -> None:
    """And a ceiling holds against every sign."""
    fixed = policy("legal", severity="SEV-2")
    assert severity_of(fixed, facts(), signs(*Impact)).severity is Severity.SEV2
    bounded = policy("billing", severity="SEV-3", ceiling="SEV-2", floor="SEV-4")
    assert severity_of(bounded, facts(), signs(*Impact)).severity is Severity.SEV2


def test_who_the_customer_is_makes_no_impact() -> None:
    """A key account with millions and a renewal next week reports the same small fault."""
    vip = facts(tier="enterprise", revenue=5_000_000, renewal_days=5)
    for kinds in ((), (Impact.BROKEN,), (Impact.STOPPED,), (Impact.STOPPED, Impact.MANY)):
        assert severity_of(OUTAGE, vip, signs(*kinds)) == severity_of(
            OUTAGE, facts(), signs(*kinds)
        )


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Nobody can book or pay, we only see a 503.", Severity.SEV1),
        ("Niemand kann buchen oder bezahlen, überall steht 503.", Severity.SEV1),
        ("Plus personne ne peut réserver ni payer, erreur 503 partout.", Severity.SEV1),
        ("Nadie puede reservar ni pagar, sale un 503.", Severity.SEV1),
        ("The export has failed every day since the update.", Severity.SEV2),
        ("Seit einer Woche funktioniert der Abgleich mit der Buchhaltung nicht.", Severity.SEV2),
        ("Depuis lundi la facturation ne marche plus.", Severity.SEV2),
        ("Desde hace cuatro días la sincronización no funciona.", Severity.SEV2),
    ],
)
def test_a_mail_is_as_severe_as_its_words_prove(text: str, severity: Severity) -> None:
    """The same in four languages, with the sentence in the arithmetic."""
    verdict = judged(text)
    assert verdict.outcome is Outcome.ESCALATE
    assert verdict.severity is severity
    if severity is Severity.SEV1:
        assert any(text[:20] in step for step in verdict.steps)


@pytest.mark.parametrize(
    "text",
    [
        "I wrote about my shop not printing labels",
        "I wrote to you about the labels that do not print, any news?",
        "Ich hatte Ihnen wegen der Etiketten geschrieben, die mein Shop nicht druckt.",
        "Je vous avais écrit parce que ma boutique n'imprime plus les étiquettes.",
        "Les escribí porque mi tienda no imprime etiquetas.",
    ],
)
def test_who_reminds_us_of_a_fault_is_looked_at_and_wakes_nobody(text: str) -> None:
    """An open technical matter, told in passing: a person looks, and nothing is SEV-1."""
    verdict = judged(text)
    assert verdict.outcome is not Outcome.LEAVE
    assert verdict.severity in (Severity.SEV2, Severity.SEV3)
    assert verdict.type == "technical"
