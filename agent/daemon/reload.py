"""New policies, matrix or accounts while we run: swapped as a whole, or not at all.

A set with a mistake in it changes nothing: the last good one stays in force and the founder hears
of it once, with file and line. A good set is an entry, with its whole text kept once under its
hash.
"""

from hashlib import sha256

from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.adopting import adopt_rules
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.policies.problems import Problems
from deskless.store.engine.session import Session
from deskless.templates import values


def reload(agent: Agent) -> bool:
    """Read everything again; True when a new set is in force."""
    office = agent.office
    try:
        fresh = assemble.read_rulebook(agent.config, office.store, office.clock)
    except Problems as problems:
        with office.store.transaction() as session:
            _broken(office, session, problems)
        office.log.warning("reloaded: mistakes in the files, the last good set stays in force")
        return False
    changed = fresh.book.hash != office.rules.book.hash
    with office.store.transaction() as session:
        state_keys.POLICIES_BROKEN.drop(session)
        if changed:
            adopt_rules(office, session, fresh)
    office.rules = fresh
    office.log.info(
        "reloaded", criteria=len(fresh.book.policies), changed=changed,
        people=len(fresh.matrix.people), customers=len(fresh.accounts.accounts),
    )  # fmt: skip
    return changed


def _broken(office: Office, session: Session, problems: Problems) -> None:
    named = sha256(str(problems).encode()).hexdigest()[:16]
    if state_keys.POLICIES_BROKEN.get(session) == named:
        return
    state_keys.POLICIES_BROKEN.put(session, named)
    files = tuple(sorted({problem.file for problem in problems.problems}))
    value = values.PolicyBroken(
        files=files,
        problems=tuple(
            values.FileProblem(
                where=f"{problem.file}:{problem.line}" if problem.line else problem.file,
                sentence=problem.text,
                line=problem.offending,
                fix=f"Did you mean `{problem.suggestion}`?" if problem.suggestion else "",
            )
            for problem in problems.problems[:20]
        ),
        kept=f"The set {office.rules.book.hash[:12]} stays in force.",
    )
    to = office.rules.founder
    write_letter(office, session, value, Envelope(to=to, kind="policy_broken", answers=False))
    event = office_events.BookRefused(at=office.clock.now(), problems=len(problems.problems))
    journal.enter(session, event)
