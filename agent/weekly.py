"""The weekly summary to the founder."""

from datetime import datetime

from sqlmodel import Session

from deskless.agent.health import Health
from deskless.agent.office import Office


def send(office: Office, session: Session, due: datetime, health: Health) -> None:
    """Write the summary of the week that ended at `due`."""
    raise NotImplementedError
