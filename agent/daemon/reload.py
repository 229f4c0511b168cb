"""New policies, matrix or accounts while we run: swapped as a whole, or not at all.

A set with a mistake in it changes nothing: the last good one stays in force and the founder hears
of it once, with file and line. A good set is an entry, with its whole text kept once under its
hash.
"""

from hashlib import sha256

from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.office import journal
from deskless.agent.office.adopting import adopt
from deskless.agent.office.office import Office
from deskless.agent.operations.heartbeat import BROKEN
from deskless.agent.outbound.write_letter import Envelope, write
from deskless.policies.problems import Problems
from deskless.store import state
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.templates import values


def reload(agent: Agent) -> bool:
    """Read everything again; True when a new set is in force."""
    office = agent.office
    try:
        fresh = assemble.rulebook(agent.config, office.store)
    except Problems as problems:
        with office.store.transaction() as session:
            _broken(office, session, problems)
        return False
    changed = fresh.book.hash != office.rules.book.hash
    with office.store.transaction() as session:
        state.drop(session, BROKEN)
        if changed:
            adopt(office, session, fresh)
    office.rules = fresh
    return changed


def _broken(office: Office, session: Session, problems: Problems) -> None:
    named = sha256(str(problems).encode()).hexdigest()[:16]
    if state.get(session, BROKEN) == named:
        return
    state.put(session, BROKEN, named)
    files = tuple(sorted({one.file for one in problems.problems}))
    value = values.PolicyBroken(
        files=files,
        problems=tuple(
            values.Problem(
                where=f"{one.file}:{one.line}" if one.line else one.file,
                sentence=one.text,
                line=one.offending,
                fix=f"Did you mean `{one.suggestion}`?" if one.suggestion else "",
            )
            for one in problems.problems[:20]
        ),
        kept=f"The set {office.rules.book.hash[:12]} stays in force.",
    )
    to = office.rules.founder
    write(office, session, value, Envelope(to=to, kind="policy_broken", answers=False))
    note = journal.Note(
        kind="not_adopted", at=office.clock.now(), data={"problems": len(problems.problems)}
    )
    entries.append(session, [journal.note(note)])
