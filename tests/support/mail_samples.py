"""One filled value for every mail, as realistic as the demo's, and extreme ones beside them."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from deskless.templates import values

ASK = {
    "subject": "[ACME-1042-1] Northwind: refund of €620 disputed",
    "reply": "deskless+6b3xuvoghwyick5lqz7dn4raeu@acme.example",
    "case": "ACME-1042-1",
    "canary": "quiet-harbour-7f3a91",
    "head": "1871 b64:Qk9vZ3l3b29naWU",
}
BANK = values.Said(
    text="I will go to my bank if this is not settled today.",
    at="Thu 20 Nov 09:12 CET",
    who="Jo Lindqvist",
    mail=3,
    policy="Refund over €500",
)
DRAFT = values.Draft(
    to="jo@northwind.example",
    subject="We have your message and are on it",
    text=(
        "Hello Jo Lindqvist,\n\nThank you for writing to us. We understand that you were charged"
        " twice for October.\n\nDana Kowalski is looking after this and will write to you by"
        " Fri 21 Nov 16:00 CET.\n\nKind regards\nDana Kowalski, Acme"
    ),
)
FACTS = (
    values.Fact(name="Owner", value="Sam Okafor since Fri 21 Nov 10:14 CET"),
    values.Fact(name="Customer", value="Northwind"),
    values.Fact(name="Promised to the customer", value=None),
)
LINES = (
    values.CaseLine(
        case="ACME-1042-1",
        customer="Northwind",
        severity="SEV-2",
        what="Charged twice, refund of €620 disputed",
        state="offered",
        asked="Dana Kowalski",
        blocker="missing decision",
        next="Dana answers the offer",
        deadline="Fri 21 Nov 14:00 CET",
        timer="in 2 h 10 min",
        promised="an answer by Fri 21 Nov 16:00 CET",
        why="impact 3 × time 4 × revenue 3 × no owner 2 = 72",
    ),
    values.CaseLine(
        case="ACME-1039-2",
        customer="Hofmann Logistik",
        severity="SEV-1",
        what="Labels cannot be printed since Thursday",
        state="owned",
        owner="Priya Nair",
        deadline="Fri 21 Nov 11:00 CET",
        timer="late by 40 min",
        late=True,
        why="impact 4 × time 5 × revenue 2 × owned 1 = 40",
    ),
)

BRIEF = values.Brief(
    **ASK,
    preheader="Waiting since Thursday. Answer by 14:00. Reply ACCEPT or BOUNCE.",
    question="Can you take this one, Dana?",
    severity="SEV-2",
    type="business",
    policy="Refund over €500",
    ticket="ACME-1042",
    deadline="Fri 21 Nov 14:00 CET",
    deadline_in="in 2 h 10 min",
    clock="2 working hours from Fri 21 Nov 11:50 CET (Mon–Fri 09:00–18:00, Europe/Berlin)",
    happened="Northwind was charged twice for October and wants €620 back. Third mail in two days.",
    blocked="The refund needs a decision by billing; support may refund up to €500.",
    next_mover="You, once you accept",
    promised=None,
    if_nothing="The customer has said they will open a chargeback with their bank today.",
    customer="Jo Lindqvist, Northwind",
    triage=(
        values.Answered(question="What exactly?", answer="A double charge of €620", quote=BANK),
        values.Answered(question="Since when?", answer="1 November"),
        values.Answered(question="Who is affected?", answer=None),
        values.Answered(question="Business impact?", answer=None),
        values.Answered(
            question="What has been tried?", answer="Support confirmed the double charge"
        ),
        values.Answered(question="Is there a workaround?", answer=None),
    ),
    tried=(
        values.Said(
            text="I can see both charges on our side and have asked billing.",
            at="Wed 19 Nov 16:40 CET",
            who="Lena (support)",
            mail=2,
        ),
    ),
    told=(
        values.Said(
            text="Invoice numbers are 2231 and 2232, both paid by card ending 4242.",
            at="Wed 19 Nov 11:02 CET",
            who="Jo Lindqvist",
            mail=1,
        ),
    ),
    account="Northwind Traders",
    tier="Enterprise",
    renewal="15 Jan 2027, in 55 days",
    revenue="€24,000 a year",
    account_owner="Tom Berger",
    channel="email",
    risks=("churn",),
    evidence=(BANK,),
    requested_by="Lena (support)",
    alike=(values.Fact(name="ACME-1039-1", value="Accept my complaint: October"),),
    reason="Over the limit that support may refund",
    why_owner="Billing lead on tier 2, takes refunds, at work until 18:00, one open case",
    chain=("Sam Okafor", "Maya Stein (founder)"),
    attempts=(
        values.Attempt(
            who="Priya Nair",
            at="Fri 21 Nov 10:05 CET",
            outcome="bounced: wrong owner",
            said="Refunds over €500 are billing's, not mine.",
        ),
    ),
    policy_hash="3fa9c1",
    engine="judged by rules only",
    knowledge=(
        values.Said(
            text="Refunds above €500 need the billing lead's yes.", who="knowledge/refunds.md"
        ),
    ),
    draft=DRAFT,
    notified=("Tom Berger (account owner)",),
    later="13:00",
    attached=("thread.txt", "3 original mails (.eml)", "ledger-head.txt"),
    decisive=(BANK,),
    asked=(
        values.Answered(question="Which card was it?", answer="The one ending 4242"),
        values.Answered(question="Is the shop open today?"),
    ),
    warning="The customer's mail holds text addressed to a machine. It was not obeyed.",
)

SAMPLES: tuple[values.Mail, ...] = (
    BRIEF,
    values.Reminder(
        **ASK,
        question="Dana, can you take this one?",
        severity="SEV-2",
        happened="Northwind was charged twice for October and wants €620 back.",
        asked_at="Fri 21 Nov 11:50 CET",
        deadline="Fri 21 Nov 14:00 CET",
        deadline_in="in 30 min",
        then="Sam Okafor is asked next.",
        later="16:00",
    ),
    values.TrialBrief(
        **ASK,
        question="Can you take this one, Dana? (a trial)",
        policy="Refund dispute",
        severity="SEV-3",
        words=values.Said(text="I was charged twice for October.", who="an example of your own"),
        later="16:00",
    ),
    values.UpdateDue(
        **ASK,
        customer="Northwind",
        due="Fri 21 Nov 14:00 CET",
        due_in="in 10 min",
        severity="SEV-1",
        facts=(
            values.Fact(name="What was done since the last letter", value="rolled back"),
            values.Fact(name="What to expect"),
        ),
        draft=DRAFT,
    ),
    values.Receipt(
        **ASK,
        recorded="you accepted ACME-1042-1 (Fri 21 Nov 12:14 CET). Lena has been told.",
        owed="an answer to Northwind by Fri 21 Nov 16:00 CET.",
        undo_until="Fri 21 Nov 12:44 CET",
        read_as="“on it” was read as ACCEPT.",
        draft=DRAFT,
        facts=FACTS,
    ),
    values.OtherParty(
        **ASK,
        news="Dana Kowalski owns ACME-1042-1 since Fri 21 Nov 12:14 CET.",
        why_you="you asked for this escalation.",
        facts=FACTS,
        note=values.Said(
            text="Calling them at 15:00", who="Dana Kowalski", at="Fri 21 Nov 12:14 CET"
        ),
    ),
    values.Stakeholder(
        **ASK,
        news="ACME-1042-1 has changed.",
        why_you="you look after this customer",
        changes=("Owner: Dana Kowalski, was nobody", "Severity: SEV-1, was SEV-2"),
        facts=FACTS,
        clock="SEV-1: 1 h around the clock from Fri 21 Nov 12:14 CET → Fri 21 Nov 13:14 CET",
        red_flags=(
            values.FlagLine(
                name="communication gap",
                seen="the update promised for Fri 21 Nov 12:00 CET has not reached the customer",
                do="Write to them now; nothing new is news too, with the time of the next word.",
            ),
        ),
    ),
    values.Stakeholder(
        **ASK,
        news="ACME-1042-1: nothing new. SEV-1; Dana Kowalski has it; next word to the customer by "
        "Fri 21 Nov 13:30 CET; next status Fri 21 Nov 14:14 CET.",
        why_you="",
        line=True,
    ),
    values.AskBack(
        **ASK,
        line="can't accept before lunch, maybe Sam?",
        doubt="It could mean not now, or that Sam should have it.",
        offer="refund of €620, Northwind",
        deadline="Fri 21 Nov 14:00 CET",
    ),
    values.NoteWanted(
        **ASK,
        recorded="you bounced ACME-1042-1 (Fri 21 Nov 12:14 CET).",
        next_owner="Sam Okafor",
        undo_until="Fri 21 Nov 12:44 CET",
    ),
    values.AskRequester(
        **ASK | {"subject": ""},
        about="FW: still no invoice",
        customer="Hofmann Logistik",
        since="Fri 21 Nov 09:02 CET",
        nag=True,
    ),
    values.AsItStands(
        **ASK,
        kindly="Sam took this one at Fri 21 Nov 10:14 CET, so it is in good hands.",
        why="Your reply answers an offer that has ended.",
        facts=FACTS,
        can="If you would rather have it, write to Sam.",
    ),
    values.CodeMail(
        **ASK | {"subject": ""},
        wanted="that Dana Kowalski accepts ACME-1042-1",
        code="482 913",
        until="Fri 21 Nov 12:44 CET",
        sent_from="dana.private@mail.example",
        at="Fri 21 Nov 12:14 CET",
    ),
    values.LeaseLapsed(
        **ASK,
        promise="an answer about the refund",
        promised_for="Fri 21 Nov 16:00 CET",
        late_by="40 min",
        then="the case is offered to Sam Okafor.",
        deadline="Fri 21 Nov 17:30 CET",
        customer="Northwind",
        suggest="17:00",
    ),
    values.Stranded(
        **ASK,
        question="Nobody has taken this one, Maya. What should happen?",
        severity="SEV-2",
        happened=BRIEF.happened,
        blocked=BRIEF.blocked,
        promised=None,
        if_nothing=BRIEF.if_nothing,
        deadline="Fri 21 Nov 18:00 CET",
        customer="Northwind",
        attempts=BRIEF.attempts,
        people=("Dana Kowalski", "Sam Okafor"),
        evidence=(BANK,),
    ),
    values.WarRoom(
        **ASK,
        news="War room on ACME-1042-1 (SEV-1): Dana Kowalski leads it.",
        severity="SEV-1",
        customer="Northwind",
        happened=BRIEF.happened,
        blocked=None,
        quote=BANK,
        bridge="+49 30 555 000, room 7",
        cadence="the customer every 30 min, the team every 1 h",
        seats=(
            values.Seat(
                name="Dana Kowalski",
                roles="commander, asked to own it, billing",
                phone="+49 30 1234567",
                email="dana@acme.example",
            ),
            values.Seat(name="Sam Okafor", roles="support", email="sam@acme.example"),
        ),
        facts=(values.Fact(name="Case owner", value="Dana Kowalski (asked, not yet accepted)"),),
        spoken=3,
        speakers="Dana Kowalski, Sam Okafor",
    ),
    values.Afternoon(
        **ASK | {"subject": ""},
        owner="Dana",
        what="Charged twice, refund of €620 disputed",
        severity="SEV-2",
        customer="Northwind",
        blocker="missing decision",
        next="Call the bank",
        promised="an answer by Fri 21 Nov 16:00 CET",
        timer="in 50 min",
        since="Fri 21 Nov 12:14 CET",
    ),
    values.Notice(
        **ASK,
        news="Somebody tried to accept ACME-1042-1 in your name.",
        changed=False,
        facts=(
            values.Fact(name="From", value="dana@acme.example"),
            values.Fact(
                name="Why it was refused", value="the receiving server could not vouch for it"
            ),
        ),
        do="If it was you, reply from your usual mailbox. If not, tell whoever runs your mail.",
        quote=values.Said(
            text="ACCEPT", who="Sender claiming to be Dana", at="Fri 21 Nov 12:10 CET"
        ),
    ),
    values.CaseList(
        **ASK | {"subject": "", "case": ""}, at="Fri 21 Nov 11:50 CET", cases=LINES, more=3
    ),
    values.Status(
        **ASK | {"subject": ""},
        at="Fri 21 Nov 11:50 CET",
        what="Charged twice, refund of €620 disputed",
        state="offered",
        severity="SEV-2",
        owner=None,
        blocker="missing decision",
        next=None,
        promised=None,
        facts=FACTS,
        clocks=(values.Fact(name="Resolution", value="SEV-1: 4 h around the clock"),),
        history=(
            values.Fact(
                name="Thu 20 Nov 09:14 CET", value="opened by criterion “Refund over €500”"
            ),
            values.Fact(name="Fri 21 Nov 10:05 CET", value="Priya Nair bounced it: wrong owner"),
        ),
    ),
    values.Help(**ASK, line="cn u ask someone els"),
    values.Welcome(
        reply=ASK["reply"],
        inbox="support@acme.example",
        agent="deskless@acme.example",
        key="deskless.acme.example+9f3c2b7a+ATuZ0o2pQm1sYxk0yq0q3m1y8k4c5f6g7h8i9j0kAbCd",
        founder="Maya",
        at="Fri 21 Nov 09:00 CET",
        policies=("refund-over-500", "outage", "legal-threat"),
        people=("Dana Kowalski", "Sam Okafor", "Priya Nair"),
        unsure=("No Authentication-Results header was seen: each yes is confirmed by code.",),
    ),
    values.Trouble(
        what="The inbox support@acme.example refuses our login.",
        since="Fri 21 Nov 09:02 CET",
        means="Customer mail is not being read. It stays in the inbox and nothing is lost.",
        fix="Set a new app password, then run: deskless check",
        detail="535 5.7.8 Username and Password not accepted",
        canary="quiet-harbour-7f3a91",
    ),
    values.TroubleOver(
        what="The inbox support@acme.example can be read again.",
        since="Fri 21 Nov 09:02 CET",
        until="Fri 21 Nov 10:31 CET",
        lasted="1 h 29 min",
        missed="14 mails have been read since, two of them became cases.",
    ),
    values.BreakerTripped(
        what="mail to dana@acme.example",
        count=7,
        limit=6,
        span="one hour",
        held=3,
        release="deskless outbox release dana@acme.example",
        likely="an out-of-office that answers every mail",
        ends="by itself, at the earliest Fri 21 Nov 14:00 CET",
        letters=("receipt to Dana Ruiz about ACME-1042-1",),
    ),
    values.BreakerClosed(
        what="the same words came back again and again from Dana Ruiz",
        since="Fri 21 Nov 13:00 CET",
        going=1,
        withdrawn=2,
    ),
    values.Canary(
        **ASK | {"subject": ""},
        leaked="ACME-1042-1",
        sender="jo@northwind.example",
        at="Fri 21 Nov 13:00 CET",
        ours="brief of Fri 21 Nov 11:50 CET",
        recipients=("dana@acme.example",),
        excerpt=values.Said(text="why does your mail say churn?", who="Jo Lindqvist"),
    ),
    values.PolicyBroken(
        files=("policies/refund-over-500.md",),
        problems=(
            values.FileProblem(
                where="policies/refund-over-500.md:4:11",
                sentence="“hihg” is no severity",
                line="severity: hihg",
                fix="severity: SEV-2",
            ),
        ),
        kept="3fa9c1",
        since="Thu 20 Nov 17:00 CET",
    ),
    values.Daily(
        day="Fri 21 Nov",
        seen=41,
        undecided=1,
        quarantined=0,
        blind="12 min",
        open=5,
        owed=0,
    ),
    values.ShadowDigest(
        **ASK | {"subject": "", "case": ""},
        day="Fri 21 Nov",
        items=(
            values.Would(
                number=1,
                text="Dana would have been asked at 10:12 to take Northwind’s refund.",
                because="a refund above €500 is disputed",
                policy="refund-over-500",
                quote=BANK,
            ),
            values.Would(
                number=2,
                text="Priya would have been asked at 11:40 about Hofmann’s labels.",
                because="a core function is down for a paying customer",
                policy="outage",
            ),
        ),
        left=38,
        agreed=5,
        answered=6,
        policies=("refund-over-500", "outage"),
    ),
    values.Morning(
        **ASK | {"subject": "", "case": "", "reply": ""},
        day="Fri 21 Nov",
        groups=(
            values.CaseGroup(
                title="Needs executive visibility", why="risk flagged", cases=LINES[1:]
            ),
            values.CaseGroup(title="Needs an engineering response"),
            values.CaseGroup(title="Needs better reproduction"),
            values.CaseGroup(title="Customer reset: a promise drifted", cases=LINES[:1]),
        ),
        seen=41,
        undecided=("Re: question about the plan (Klein & Co)",),
        quarantined=("a mail of 31 MB that could not be taken apart",),
        blind="12 min (09:02 to 09:14 CET)",
        open=2,
    ),
    values.Weekly(
        **ASK | {"subject": "", "case": "", "reply": ""},
        week="2026-W47",
        span="Mon 16 Nov to Sun 22 Nov",
        headline="Nine cases moved, seven on the first ask; two promises were missed.",
        counts=(
            values.Bar(name="Cases opened", figure="9", share=100),
            values.Bar(name="Handoffs accepted", figure="7", share=78, remark="first ask"),
            values.Bar(name="Handoffs bounced", figure="3", share=33),
            values.Bar(name="Cases late", figure="2", share=22),
            values.Bar(name="Repeat contacts", figure="1", share=11),
            values.Bar(name="Ended with the founder", figure="0", share=0),
        ),
        metrics=(
            values.Metric(
                name="First response in time",
                target="95 %",
                value="97 %",
                met=True,
                trend="4 weeks before: 91, 93, 96, 95 %",
            ),
            values.Metric(
                name="Time to resolution in time", target="95 %", value="88 %", met=False
            ),
            values.Metric(
                name="Customer satisfaction", target="4.0 of 5", reason="nobody answered"
            ),
            values.Metric(name="Escalation rate", target="under 5 %", value="3.1 %", met=True),
            values.Metric(name="Repeat rate", target="under 10 %", value="11 %", met=False),
            values.Metric(name="Agreed times kept", target="95 %", value="95 %", met=True),
            values.Metric(name="Customers kept", target="90 %"),
            values.Metric(name="Root-cause actions completed", target="100 %"),
        ),
        bounced_by=(values.Bar(name="Priya Nair", figure="2", share=100),),
        bounced_for=(
            values.Bar(name="refund-over-500", figure="2", share=100, remark="of 3 asked"),
        ),
        load=(
            values.Metric(
                name="Share that ended with the founder",
                target="under 10 %",
                value="0 %",
                met=True,
                trend="4 weeks before: 25, 20, 14, 10 %",
            ),
            values.Metric(
                name="Held by support before the trigger", target="under 1 h", value="34 min"
            ),
            values.Metric(name="Handoffs for each case", target="under 1.5", value="1.3", met=True),
        ),
        late_cases=(values.Fact(name="ACME-1039-2", value="Hofmann Logistik, late by 40 min"),),
        returning=(values.Fact(name="ACME-1031", value="third time since September"),),
        open_cases=(values.Fact(name="ACME-1042-1", value="Northwind, offered to Dana Kowalski"),),
        flags=("Two updates to Hofmann came after the promised time.",),
        coach=("“Refund over €500” was bounced 2 of 3 times: name the owner in it.",),
        left=("ACME-1050 “How long do refunds take?”",),
        silence=("Thu 20 Nov 09:02 to 09:14 CET, login refused",),
        attached=("escalations.csv", "ledger-head.txt"),
    ),
    *(
        values.Acknowledgement(
            lang=lang,
            name="Jo Lindqvist",
            issue="you were charged twice for October",
            update_by="Fri 21 Nov 16:00 CET",
            contact="Dana Kowalski",
            signature="Dana Kowalski, Acme",
            ticket="ACME-1042",
            received="Fri 21 Nov 09:40 CET",
            next_step="we look at both charges",
            role="billing",
            phone="+49 30 1234567",
            urgent=urgent,
        )
        for lang in ("en", "de", "fr", "es")
        for urgent in (False, True)
    ),
    *(
        values.AskedAgain(
            lang=lang,
            name="Jo Lindqvist",
            issue="a double charge in October",
            asked="Fri 21 Nov 16:00 CET",
            contact="Dana Kowalski",
            signature="Dana Kowalski, Acme",
        )
        for lang in ("en", "de", "fr", "es")
    ),
    *(
        values.FollowUp(
            lang=lang,
            name="Jo Lindqvist",
            issue="a double charge in October",
            did=("the billing job counts each invoice once",),
            workaround="pay the first of the two invoices only",
            signature="Dana Kowalski, Acme",
        )
        for lang in ("en", "de", "fr", "es")
    ),
    *(
        values.CustomerQuestion(
            lang=lang,
            name="Jo Lindqvist",
            issue="a double charge in October",
            question="Which of the two invoices did you mean to pay?",
            update_by="Fri 21 Nov 16:00 CET",
            contact="Dana Kowalski",
            signature="Dana Kowalski, Acme",
        )
        for lang in ("en", "de", "fr", "es")
    ),
    *(
        values.Progress(
            lang=lang,
            name="Jo Lindqvist",
            contact="Dana Kowalski",
            signature="Dana Kowalski, Acme",
            issue="label printing",
            status="repair in test",
            cause=cause,
            news=bool(done or cause),
            done=done,
            next_step="The repair goes live at 15:00",
            blocker="a certificate of the printer’s maker",
            workaround="print from the phone app",
            expected="labels print again",
            update_by="Fri 21 Nov 16:00 CET",
            role="product support",
            phone="+49 30 1234567",
            ticket="ACME-1042",
        )
        for lang in ("en", "de", "fr", "es")
        for done, cause in (
            ((), ""),
            ((), "a certificate that had expired"),
            (("We found the fault", "We tested a repair"), ""),
        )
    ),
    *(
        values.Resolution(
            lang=lang,
            name="Jo Lindqvist",
            signature="Dana Kowalski, Acme",
            issue="label printing",
            happened="a certificate had expired",
            did=("We renewed it", "We printed your 40 labels again"),
            prevention="it is renewed by itself now, and watched",
            role="product support",
            phone="+49 30 1234567",
        )
        for lang in ("en", "de", "fr", "es")
    ),
    *(
        values.Apology(
            lang=lang,
            name="Jo Lindqvist",
            executive="Maya Stein",
            role="founder of Acme",
            impact="You could not ship for nine hours.",
            fix="The certificate is renewed.",
            process="Two people now look at this list each week.",
            prevention="A check warns us 30 days ahead.",
            phone=phone,
            missed=missed,
        )
        for lang in ("en", "de", "fr", "es")
        for missed, phone in ((True, "+49 30 1234567"), (False, ""))
    ),
)


def filled(mail: values.Mail, text: str) -> values.Mail:
    """The same mail with this text in every field that may hold other people's words."""
    return _changed(mail, lambda value, plain: value if plain else text)


def extreme(mail: values.Mail) -> values.Mail:
    """The same mail with every text endless and every list long."""
    words = "Unreasonably long words, e.g. Donaudampfschifffahrtsgesellschaftskapitänsmütze. " * 40
    return _changed(mail, lambda value, plain: value if plain else words, many=30)


def _changed(value: Any, change: Callable[[str, bool], str], many: int = 1) -> Any:
    """A copy with every string changed and every list repeated."""
    parts = {}
    for field in fields(value):
        content, plain = getattr(value, field.name), bool(field.metadata.get("plain"))
        plain = plain or field.name in ("lang", "severity")
        if isinstance(content, str):
            content = change(content, plain)
        elif isinstance(content, tuple) and not plain:
            content = tuple(_part(part, change, many) for part in content * many)
        elif is_dataclass(content):
            content = _changed(content, change, 1)
        parts[field.name] = content
    return type(value)(**parts)


def _part(part: Any, change: Callable[[str, bool], str], many: int) -> Any:
    """One entry of a list, changed."""
    if is_dataclass(part):
        # Lists within lists only a little: a report has no more than a few groups.
        return _changed(part, change, min(many, 3))
    if isinstance(part, tuple):
        return tuple(change(item, False) for item in part)
    return change(part, False) if isinstance(part, str) else part
