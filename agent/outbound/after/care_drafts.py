"""Letters to a customer after the end, as drafts of whoever wins them back, in their own name."""

from dataclasses import replace
from typing import Any

from deskless.agent.case.after.effects_after import CHECK_IN, GOODWILL
from deskless.agent.case.after.event_after import TaskKind
from deskless.agent.case.after.files import Goodwill
from deskless.agent.case.after.recovery import check_in_times
from deskless.agent.case.decision import Setting
from deskless.agent.outbound import customer
from deskless.agent.outbound.after.words import task_words
from deskless.agent.outbound.case_view import View
from deskless.templates.parts import Draft

NAMES = ("lang", "name", "issue")


def _caring(view: View, sender: str, setting: Setting) -> dict[str, Any] | None:
    """What these letters say of whom they are from: whoever cares, not who had the case."""
    facts = customer.letter_facts(view, sender, setting)
    person = view.office.person(sender)
    if facts is None or person is None:
        return None
    mine = {"signature": f"{person.name}, {customer.team_name(view)}", "phone": person.phone}
    return {name: facts[name] for name in NAMES} | mine


def goodwill_draft(view: View, sender: str, offer: Goodwill, setting: Setting) -> Draft | None:
    """The draft that makes the customer an approved offer; None where nobody is named."""
    from deskless.templates.customer import Goodwill as Letter

    facts = _caring(view, sender, setting)
    if facts is None:
        return None
    letter = Letter(gesture=offer.gesture.value, months=offer.months, **facts)
    return replace(customer.customer_draft(view, letter), kind=GOODWILL)


def check_in_draft(view: View, sender: str, setting: Setting) -> Draft | None:
    """The draft that asks how it goes, with what was done so that it does not return."""
    from deskless.templates.customer import CheckIn

    facts = _caring(view, sender, setting)
    if facts is None:
        return None
    later = [at for at in check_in_times(view.case, setting) if at > view.now]
    words = task_words(view.events)
    done = tuple(
        words.get(task.number, "") for task in view.case.tasks
        if task.done and task.kind is TaskKind.PREVENTION
    )  # fmt: skip
    letter = CheckIn(
        done=tuple(text for text in done if text),
        next_word=view.customer_time(later[0], setting.language) if later else "", **facts,
    )  # fmt: skip
    return replace(customer.customer_draft(view, letter), kind=CHECK_IN)
