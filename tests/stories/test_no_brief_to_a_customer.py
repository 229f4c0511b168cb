"""No brief goes to an address of a customer, whatever stands in the matrix."""

from dataclasses import replace
from pathlib import Path

import pytest
from harness import ACCOUNTS, MATRIX, company

from deskless.agent.daemon.reload import reload
from deskless.policies.people.accounts import read_accounts

TROUBLE = "I was charged twice for October.\n\nVera Lind"
AGENCY = MATRIX.replace("ana@acme.example", "ana@cornercafe.example")


def test_a_matrix_row_with_a_customers_domain_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found at a reload: the last good set stays in force, and the founder reads the line."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as acme:
        (acme.folder / "matrix.csv").write_text(AGENCY)
        reload(acme.agent)
        acme.settle()
        said = " ".join(acme.mail("maya", "matrix.csv").text.split())
        assert "is one of the customer Corner Cafe" in said
        assert "matrix.csv:3" in said
        acme.customer_writes(TROUBLE)
        assert acme.brief("ana")


def test_a_letter_is_held_against_the_customers_once_more_when_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana's domain became a customer's after the check: her brief does not go; the next is asked.

    The customer whose domain it is reads nothing of Northwind.
    """
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as acme:
        mine = ACCOUNTS + "Ana's Agency,ana@acme.example,basic,1,,,email\n"
        acme.office.rules = replace(acme.office.rules, accounts=read_accounts(mine))
        acme.customer_writes(TROUBLE)
        acme.settle()
        assert not acme.mails("ana")
        [lost] = acme.entries("undeliverable")
        assert lost.private == {"said": "the address of a customer: ana@acme.example"}
        assert acme.case.handoff is not None
        assert acme.case.handoff.to == acme.id("ben")
        assert acme.brief("ben")
