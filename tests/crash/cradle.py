"""A process that has imported everything once and is copied for each life of the daemon.

Reads one job a line from standard input and answers each with one line:

    {"folder": "/tmp/acme", "fail": "*:7", "clock": ["2026-11-23T09:00:00+00:00", …], "log": ""}
    {"killed": true, "taken": {}}

Each job runs in a fork of its own, with its own connections, lock and store, like any daemon: the
kill is a real SIGKILL. The clock is the job's: one instant after the other, each until nothing
moves any more.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog

from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.office import failpoints
from deskless.agent.operations import heartbeat
from deskless.agent.settings import config

TURNS = 12
COUNTING = "*:1000000000"


class Clock:
    """Time as the job tells it."""

    at: datetime

    def now(self) -> datetime:
        """The job's present instant."""
        return self.at


def live(job: dict[str, Any]) -> dict[str, Any]:
    """One life: from the lock to a clean end, unless it is killed on the way.

    What it is told by the environment is its own: the first one is lived in this very process, and
    the model that it asks is gone when the next begins.
    """
    own = {failpoints.VARIABLE: job["fail"] or COUNTING} | job.get("env", {})
    with patch.dict(os.environ, own):
        return _live(job)


def _live(job: dict[str, Any]) -> dict[str, Any]:
    out = open(job["log"] or os.devnull, "a")  # noqa: SIM115
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(10),
        logger_factory=structlog.PrintLoggerFactory(out),
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
    )
    clock = Clock()
    clock.at = datetime.fromisoformat(job["clock"][0])
    made = assemble.build_agent(config.load_config(Path(job["folder"])), clock=clock)
    lock = made.office.store.lock()
    try:
        asyncio.run(_days(made, clock, job["clock"]))
    finally:
        lock.release()
    step = made.office.step
    assert isinstance(step, failpoints.Failpoints)
    return {"killed": False, "taken": dict(step.taken), "failures": made.turn.health.failures}


async def _days(made: Agent, clock: Clock, instants: list[str]) -> None:
    for instant in instants:
        clock.at = datetime.fromisoformat(instant)
        for _ in range(TURNS):
            tally = await made.turn.run()
            heartbeat.write_heartbeat(made.office, made.turn.health)
            if not (tally.read or tally.judged or tally.sent or tally.more):
                break
    await made.close()


def spawn(job: dict[str, Any]) -> dict[str, Any]:
    """Run a job in a fork; what became of it."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        code = 70
        try:
            words = live(job)
            os.write(write, json.dumps(words).encode())
            code = 0
        finally:
            sys.stderr.flush()
            if code:
                import traceback

                traceback.print_exc()
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        words = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return {"killed": True, "taken": {}, "failures": 0}
    if status or not words:
        return {"error": f"status {status}"}
    answer: dict[str, Any] = json.loads(words)
    return answer


def main() -> None:
    """Jobs from standard input, until it ends."""
    for line in sys.stdin:
        job = json.loads(line)
        # A life lived here, not in a copy, leaves its compiled rules and templates behind.
        words = live(job) if job.get("here") else spawn(job)
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
