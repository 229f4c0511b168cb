"""A new installation decides everything and mails nobody but the founder, until GO."""

from pathlib import Path

import pytest
from harness import company

TROUBLE = "I was charged twice for October.\n\nVera Lind"


def test_shadow_first_then_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One digest a day; RIGHT per item; after GO the next case is a real one."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False) as acme:
        acme.customer_writes(TROUBLE)
        assert acme.cases() == []
        acme.pass_time(hours=7)  # 17:00
        digest = acme.mail("maya", "would have asked Ana Lopez")
        assert not any(acme.mails(who) for who in ("tom", "ana", "ben", "cleo"))
        acme.reply("maya", "RIGHT 1", to=digest)
        assert [entry.data["mark"] for entry in acme.entries("marked")] == ["right"]
        acme.reply("maya", "GO", to=digest)
        acme.pass_time(hours=17)
        acme.customer_writes(TROUBLE, subject="Again")
        assert len(acme.cases()) == 1
        assert acme.brief("ana")


def test_one_policy_can_go_live_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LIVE outage: outages are mailed, refunds stay in the shadow."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False) as acme:
        acme.customer_writes(TROUBLE)
        acme.pass_time(hours=7)
        acme.reply("maya", "LIVE outage", to=acme.mail("maya", "would have asked"))
        acme.customer_writes(TROUBLE, subject="Another bill", sender="O <o@cornercafe.example>")
        assert acme.cases() == []
        acme.customer_writes("nobody can log in", subject="Down")
        assert len(acme.cases()) == 1
