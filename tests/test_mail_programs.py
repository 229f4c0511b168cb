"""Real mail programs, a real responder and a real mail server answer a live brief."""

from collections.abc import Iterator
from pathlib import Path

import mail_programs
import pytest
from harness import Company, company

pytestmark = [pytest.mark.slow, pytest.mark.mailprograms]
TROUBLE = "Hello,\n\nI was charged twice for October, invoice 4411.\n\nVera Lind\nNorthwind"
PROGRAMS = {
    "mutt": ("mutt", mail_programs.answer_with_mutt),
    "s-nail": ("s-nail", mail_programs.answer_with_snail),
    "alpine": ("alpine", mail_programs.answer_with_alpine),
    "emacs": ("emacs-nox", mail_programs.answer_with_gnus),
}


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme, with Ana asked to take a case."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        made.customer_writes(TROUBLE)
        yield made
        made.consistent()


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_answer_from_a_real_program_makes_the_owner(
    acme: Company, tmp_path: Path, name: str
) -> None:
    """With the time that Ana typed, wherever the program puts her words."""
    package, answer = PROGRAMS[name]
    mail_programs.demand(name, package)
    brief = acme.brief("ana")
    home = mail_programs.Home(tmp_path / "home", brief.raw)
    said = answer(home)
    assert home.sent, said
    acme.post.deliver(str(brief.message["Reply-To"]), home.sent)
    acme.settle()
    assert acme.case.owner == acme.id("ana"), home.sent.decode("utf-8", "replace")
    assert acme.case.promise is not None
    assert f"{acme.case.promise:%H:%M}" == "15:00"
