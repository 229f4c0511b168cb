"""Letters about winning a customer back: the plan, an offer and its answer, a check-in, tasks."""

from collections.abc import Callable

from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.after.event_after import Rated
from deskless.agent.case.after.files import Goodwill, OfferState
from deskless.agent.case.after.impact import (
    ACTIONS,
    LASTING,
    MENU,
    MONTHS,
    ended_at,
)
from deskless.agent.case.after.recovery import check_in_times, gesture_words
from deskless.agent.case.say_time import say_length
from deskless.agent.live.facts import told_facts
from deskless.agent.outbound.after.care_drafts import check_in_draft, goodwill_draft
from deskless.agent.outbound.after.words import offer_line, points_lines, task_line, task_words
from deskless.agent.outbound.letter_context import LetterContext
from deskless.templates import values
from deskless.templates.parts import Fact
from deskless.templates.reports import CaseFile, Topic

SHOWN_ABOUT = "you look after this account"


def recovery_plan(told: LetterContext) -> values.Mail:
    """To whoever wins the customer back: how hard they were hit, what to do, and what to say."""
    view, case, file = told.view, told.view.case, told.view.case.recovery
    assert file is not None, "the plan opens with its file"
    open_tasks = [task_line(view, task, told.mail.to) for task in case.tasks if task.open]
    offers = [offer_line(view, offer) for offer in case.offers]
    return CaseFile(
        news=f"{view.customer} is to be won back: the impact of {case.key} was {file.level.value}.",
        why_you=SHOWN_ABOUT,
        ask="Nothing goes to the customer by itself. Reply with what you offer (OFFER credit 1 "
        "month), what you commit to (“commit: … @NAME by Friday”), or another level (“impact: "
        "severe because …”).",
        topics=(
            Topic(title="How hard they were hit", lines=points_lines(view, file)),
            Topic(title="What that asks of us", lines=ACTIONS[file.level]),
            Topic(title="The conversation", facts=conversation(told)),
            Topic(title="Goodwill in proportion", lines=_menu(told)),
            *((Topic(title="Offers so far", lines=tuple(offers)),) if offers else ()),
            *((Topic(title="Open tasks", lines=tuple(open_tasks)),) if open_tasks else ()),
        ),
        choices=(("Make an offer", "OFFER "), ("Commit to something", "commit: ")),
    )


def conversation(told: LetterContext) -> tuple[Fact, ...]:
    """The six parts of the talk with the customer, filled with what is on record."""
    view, case, to = told.view, told.view.case, told.mail.to
    facts = told_facts(view.events)
    first, end = case.first_mail or case.opened_at, ended_at(case)
    spell = f", {say_length(end - first)}" if end else ""
    missed = f"; {case.broken_promises} promised updates did not come" * bool(case.broken_promises)
    later = [at for at in check_in_times(case, told.setting) if at > view.now]
    words = task_words(view.events)
    prevents = [words.get(task.number, "") for task in case.tasks if task.kind == "prevention"]
    stands = [text for text in (facts.prevention, *prevents) if text]
    word = f"you write to them again {view.time(later[0], to)}" if later else None
    return (
        Fact(
            name="1. What it cost them",
            value=f"“{view.thread.subject}”, from {view.time(first, to)} to {view.time(end, to)}"
            f"{spell}{missed}",
        ),
        Fact(name="2. That it was ours to prevent", value=facts.cause or view.cause or None),
        Fact(name="3. What we did", value="; ".join(facts.ever) or None),
        Fact(name="4. What keeps it from coming back", value="; ".join(stands) or None),
        Fact(name="5. What to ask them", value="What else do you need from us?"),
        Fact(name="6. What comes next", value=word),
    )


def _menu(told: LetterContext) -> tuple[str, ...]:
    """What may be offered on this level, up to how long, and who says yes."""
    setting, file = told.setting, told.view.case.recovery
    assert file is not None, "goodwill belongs to a plan"
    limit = setting.goodwill_months.get(file.level, MONTHS[file.level])
    spell = f", up to {limit} month{'s' * (limit != 1)}"
    menu = [
        gesture.value + (spell if gesture in LASTING else "") for gesture in MENU[file.level]
        if limit or gesture not in LASTING
    ]  # fmt: skip
    approver = told.who(setting.approver or setting.founder)
    return (*menu, f"{approver} approves; anything beyond this {told.who(setting.founder)} decides")


def _offer(told: LetterContext) -> Goodwill:
    number = int(told.mail.says("offer"))
    return next(offer for offer in told.view.case.offers if offer.number == number)


def approval(told: LetterContext) -> values.Mail:
    """To whoever decides: an offer of goodwill, with why and what stands behind it."""
    view, case, offer, file = told.view, told.view.case, _offer(told), told.view.case.recovery
    assert file is not None, "an offer belongs to a plan"
    what = gesture_words(offer.gesture, offer.months)
    revenue = f"{case.revenue:,} a year" if case.revenue else None
    before = [offer_line(view, each) for each in case.offers if each.number < offer.number]
    return CaseFile(
        news=f"{told.who(offer.by)} wants to offer {view.customer}: {what}.",
        why_you="goodwill needs your yes",
        ask="Reply APPROVE, or DECLINE because … Nothing goes to the customer yet: your yes gives "
        f"{told.who(offer.by)} the letter to send.",
        topics=(
            Topic(
                title="What it is for",
                facts=(
                    Fact(name="Offer", value=offer_line(view, offer)),
                    Fact(name="How hard it hit", value=file.level.value),
                    Fact(name="Customer’s tier", value=case.account_tier or None),
                    Fact(name="Customer’s revenue", value=revenue),
                ),
            ),
            Topic(title="How hard they were hit", lines=points_lines(view, file)),
            *((Topic(title="Earlier offers", lines=tuple(before)),) if before else ()),
        ),
        choices=(("Approve", "APPROVE"), ("Decline", "DECLINE because ")),
    )


def goodwill_answer(told: LetterContext) -> values.Mail:
    """To whoever made the offer: the yes with the letter, or the no with its reason."""
    view, offer = told.view, _offer(told)
    what = gesture_words(offer.gesture, offer.months)
    who = told.who(offer.approver)
    if offer.state is OfferState.DECLINED:
        return CaseFile(
            news=f"{who} declined the offer to {view.customer}: {what}.",
            why_you="you made the offer",
            ask="You may make another one: OFFER and what.",
            topics=(Topic(title="Why", lines=(offer_line(view, offer),)),),
            choices=(("Another offer", "OFFER "),),
        )
    return CaseFile(
        news=f"{who} approved the offer to {view.customer}: {what}.",
        why_you="you made the offer",
        ask="It is offered once this letter leaves: SEND.",
        draft=goodwill_draft(view, told.mail.to, offer, told.setting),
    )


def check_in(told: LetterContext) -> values.Mail:
    """To whoever wins the customer back: the mail that asks how it goes."""
    view, case, to = told.view, told.view.case, told.mail.to
    times = check_in_times(case, told.setting)
    number = sum(at <= view.now for at in times)
    rest = [task_line(view, task, to) for task in case.tasks if task.open]
    return CaseFile(
        news=f"Ask {view.customer} how it goes since {case.key} ended ({number} of {len(times)}).",
        why_you=SHOWN_ABOUT,
        ask="SEND lets it go as it stands; “SEND: …” sends your own words. If you spoke to them, "
        "“CALLED: …” keeps what they said.",
        draft=check_in_draft(view, to, told.setting),
        topics=(Topic(title="Still owed", lines=tuple(rest)),) if rest else (),
    )


def tasks_owed(told: LetterContext) -> values.Mail:
    """To whoever owes something: that they were named for it, or that its time has come."""
    view, case, mail = told.view, told.view.case, told.mail
    numbers = mail.says("tasks").split(",")
    some = [task for task in case.tasks if str(task.number) in numbers]
    if mail.says("late"):
        news = f"Overdue on {case.key} ({view.customer}): {len(some)} of yours is still open."
    else:
        news = f"{told.who(mail.says('by'))} put you down for this on {case.key} ({view.customer})."
    return CaseFile(
        news=news,
        why_you="it stands under your name",
        ask=f"When it is done, reply DONE {some[0].number}. It is asked for again each "
        "week while it is open.",
        topics=(Topic(title="What", lines=tuple(task_line(view, task, mail.to) for task in some)),),
        choices=tuple((f"Task {task.number} is done", f"DONE {task.number}") for task in some),
    )


def rating_letter(told: LetterContext) -> values.Mail:
    """To whoever wins the customer back: a low mark, in the customer's words."""
    view, case = told.view, told.view.case
    mark = case.rating.score if case.rating else None
    words = [past.note for past in view.events if isinstance(past, Rated) and past.note]
    return CaseFile(
        news=f"{view.customer} gave {mark} of 5 after {case.key}.",
        why_you=SHOWN_ABOUT,
        ask="Nobody has answered them: what you write or call counts. Win them back with OFFER and "
        "what, or “commit: … by Friday”.",
        topics=(Topic(title="In their words", lines=(words[-1],)),) if words else (),
    )


def relation_letter(told: LetterContext) -> values.Mail:
    """To whoever wins the customer back: how the relationship stands, in one word."""
    view, case, to = told.view, told.view.case, told.mail.to
    ended = view.time(ended_at(case), to)
    mark = f"{case.rating.score} of 5" if case.rating else None
    return CaseFile(
        news=f"How does it stand with {view.customer}, a month after {case.key}?",
        why_you=SHOWN_ABOUT,
        ask="Reply LOST, KEPT or STRONGER; a reason behind it is kept.",
        topics=(
            Topic(
                title="What there was",
                facts=(
                    Fact(name="Ended", value=ended),
                    Fact(name="Their mark", value=mark),
                    Fact(
                        name="Goodwill",
                        value="; ".join(offer_line(view, each) for each in case.offers) or None,
                    ),
                ),
            ),
        ),
        choices=(("Kept", "KEPT"), ("Stronger", "STRONGER"), ("Lost", "LOST because ")),
    )


def said_relation(told: LetterContext, _: WriteLetter) -> str:
    """What a receipt says of the relationship."""
    relation = told.view.case.relation
    stands = relation.standing.value if relation else ""
    return f"noted: {told.view.customer} is {stands} after {told.view.case.key}."


def said_lesson(told: LetterContext, _: WriteLetter) -> str:
    """What a receipt says of a lesson."""
    return f"kept for the report on {told.view.case.key}."


def said_goodwill(told: LetterContext, part: WriteLetter) -> str:
    """What a receipt says of an offer, or of the answer to one."""
    number = int(part.says("offer"))
    offer = next(each for each in told.view.case.offers if each.number == number)
    what = gesture_words(offer.gesture, offer.months)
    if part.says("verb") == "goodwill":
        asked = told.who(offer.approver)
        return f"{asked} is asked to approve {what} for {told.view.customer}. You hear the answer."
    return (
        f"{offer.state.value}: {what} for {told.view.customer}. {told.who(offer.by)} hears of it."
    )


def said_task(told: LetterContext, part: WriteLetter) -> str:
    """What a receipt says of a task."""
    view = told.view
    task = next(each for each in view.case.tasks if str(each.number) == part.says("task"))
    return f"task {task_line(view, task, told.mail.to)}, on {view.case.key}."


AFTER_RECEIPTS: dict[str, Callable[[LetterContext, WriteLetter], str]] = {
    "goodwill": said_goodwill, "approve": said_goodwill, "decline": said_goodwill,
    "commit": said_task, "prevent": said_task, "finished": said_task, "drop": said_task,
    "relation": said_relation, "lesson": said_lesson,
}  # fmt: skip
AFTER_LETTERS: dict[LetterKind, Callable[[LetterContext], values.Mail]] = {
    LetterKind.RECOVERY: recovery_plan, LetterKind.APPROVAL: approval,
    LetterKind.GOODWILL: goodwill_answer, LetterKind.CHECK_IN: check_in,
    LetterKind.TASK: tasks_owed, LetterKind.RATING: rating_letter,
    LetterKind.RELATION: relation_letter,
}  # fmt: skip
