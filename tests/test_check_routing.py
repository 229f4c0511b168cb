"""`check` tells who would be asked: now, tonight, on Sunday, and what is nobody's."""

from pathlib import Path

import pytest
from harness import MATRIX, OUTAGE, POLICY, company

from deskless.agent.commands import check_routing
from deskless.agent.commands.check_routing import told_by_person
from deskless.policies.problems import Problems
from deskless.policies.tools.check import check_folder

pytestmark = pytest.mark.slow

SHEET = """tier,name,email,role,hours,handles
1,Tom Frey,tom@acme.example,support,,outage
2,Ana Lopez,ana@acme.example,billing,Mon-Fri 09:00-18:00,{handles}
3,Maya Stern,maya@acme.example,founder,24/7,outage
"""


def routed(folder: Path, matrix: str) -> list[tuple[str, str]]:
    """What `check` says of each criterion."""
    with company(folder, matrix=matrix) as acme:
        return [(line.result, line.said) for line in check_routing.of_criteria(acme.office)]


@pytest.mark.parametrize(
    "handles",
    ["refund-dispute technical", "refund-dispute;technical", '"refund-dispute, technical"'],
)
def test_handles_may_be_parted_by_blanks_commas_and_semicolons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handles: str
) -> None:
    """Each way routes, and nobody has to guess which one does."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    lines = routed(tmp_path / "acme", SHEET.format(handles=handles))
    assert ("ok", "refund-dispute: Ana Lopez (not at work: tonight, Sunday)") in lines


ROTA = """from,until,who
2026-11-01 09:00,{until} 09:00,ana@acme.example
"""


@pytest.mark.parametrize(
    ("until", "result", "text"),
    [
        ("2099-11-01", "ok", "Ana Lopez is on call until"),
        ("2026-11-02", "warn", "nobody is on call now"),
    ],
)
def test_check_says_who_is_on_call_and_where_nobody_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: str, result: str, text: str
) -> None:
    """A criterion may ask for it as soon as there is a rota; a hole in it is seen by day."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "oncall.csv").write_text(ROTA.format(until=until))
    policy = POLICY.replace("severity:", "owner: on call\nseverity:", 1)
    with company(
        folder, matrix=SHEET.format(handles=""), policies={"refund.md": policy, "outage.md": OUTAGE}
    ) as acme:
        lines = [(line.result, line.said) for line in check_routing.of_criteria(acme.office)]
    assert lines[0][0] == result
    assert text in lines[0][1]


def test_nobody_can_be_asked_for_a_rota_that_is_not_there(tmp_path: Path) -> None:
    """`owner: on call` without a file is a mistake in the criterion."""
    (tmp_path / "policies").mkdir()
    policy = POLICY.replace("severity:", "owner: on call\nseverity:", 1)
    (tmp_path / "policies" / "refund.md").write_text(policy)
    (tmp_path / "matrix.csv").write_text(SHEET.format(handles=""))
    assert "oncall.csv" in str(Problems(check_folder(tmp_path).problems))


def test_what_is_nobodys_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is asked all the same, and the sheet should say so."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    lines = routed(tmp_path / "acme", SHEET.format(handles="outage"))
    [(result, text)] = [line for line in lines if line[1].startswith("refund-dispute")]
    assert result == "warn"
    assert "nobody's by `handles`" in text


def test_a_slip_in_handles_stops_it_with_the_near_name(tmp_path: Path) -> None:
    """It would route nothing, silently."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "refund.md").write_text(POLICY)
    (tmp_path / "matrix.csv").write_text(SHEET.format(handles="refund-dispute bussiness"))
    checked = check_folder(tmp_path)
    assert not checked.good
    text = str(Problems(checked.problems))
    assert "`bussiness`" in text
    assert "Did you mean `business`?" in text


def test_who_is_asked_at_which_time_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One name, or several with their times."""
    assert told_by_person([("now", ("Ana", True)), ("Sunday", ("Ben", False))]) == (
        "now Ana; Sunday Ben (not at work: Sunday)"
    )
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    lines = routed(tmp_path / "acme", MATRIX)
    assert all(result == "ok" for result, _ in lines)
