"""Fixtures that more than one test file uses."""

from collections.abc import Iterator

import dovecot as dovecots
import pytest
import structlog
from proxy import Proxy

from deskless.agent.demo.post import PostOffice


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command that ran in this process logs to a stream that ends with its test."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[dovecots.Dovecot]:
    """A real Dovecot over TLS with an SMTP relay before it; `dovecot.user(name)` is a mailbox."""
    server = dovecots.start()
    yield server
    server.stop()


@pytest.fixture
def post() -> Iterator[PostOffice]:
    """An embedded provider with two people of Acme."""
    users = {"support@acme.example": "secret", "maya@acme.example": "secret"}
    with PostOffice(users, authserv="mx.acme.example") as office:
        yield office


@pytest.fixture
def imap_proxy(dovecot: dovecots.Dovecot) -> Iterator[Proxy]:
    """A network between us and Dovecot's TLS port, good until told otherwise."""
    with Proxy(dovecot.host, dovecot.imaps_port) as proxy:
        yield proxy
