"""Where an unexpected failure of one piece of work ends: the one catch-all of the project.

The border stands around a single mail, judgement, due case or regular letter, so that what fails
costs only itself. A failure of the store is no piece of work's own and goes on upwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from deskless.agent.office.office import Office
from deskless.agent.operations.health import Ending, Health
from deskless.store.engine.errors import is_serious


@contextmanager
def border(office: Office, doing: str, health: Health | None = None) -> Iterator[Ending]:
    """Here every unexpected failure of one piece of work ends, save those of the store itself.

    What went wrong stands in the ending, in the log, and with `health` among the troubles.
    """
    ending = Ending()
    try:
        yield ending
    except Exception as error:
        if is_serious(error):
            raise
        ending.why = f"{type(error).__name__}: {error}"[:500]
        office.log.error("failed", doing=doing, error=type(error).__name__)
        if health:
            health.failed(f"{doing}: {ending.why}", office.clock.now())
