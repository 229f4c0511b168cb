"""`policy test --model`: a model is asked once for each example, and the test then needs no key."""

from pathlib import Path
from typing import Any

import pytest
from messages_api import MessagesApi, error, judging
from typer.testing import CliRunner, Result

from deskless.agent.cli.main import app

TOML = """[inbox]
address  = "support@acme.example"
imap     = "imap://support%40acme.example@127.0.0.1"
smtp     = "smtp://support%40acme.example@127.0.0.1"
password = { env = "ACME_PASSWORD" }
[team]
founder  = "maya@acme.example"
[judge]
engine   = "claude"
model    = "claude-x"
"""
POLICY = """---
id: refund
status: live
phrases: [money back]
---
# Refund
Wants it back.

## Examples
- escalate: The sum left our account two times
- ignore: How are you today?
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one policy, whose example no phrase finds, and no key."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    monkeypatch.setenv("DESKLESS_CONFIG", str(tmp_path))
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    (tmp_path / "deskless.toml").write_text(TOML)
    (tmp_path / "matrix.csv").write_text(
        "tier,name,email,role\n1,Tom,tom@acme.example,\n2,Maya,maya@acme.example,founder\n"
    )
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "refund.md").write_text(POLICY)
    return tmp_path


def trial(*more: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["policy", "test", *more])


def met_where(words: str) -> Any:
    """A model that finds the criterion met where these words stand."""

    def script(seen: Any) -> Any:
        there = words in seen.said
        return (judging("refund", quote=words) if there else judging())(seen)

    return script


def test_what_the_model_said_is_kept_and_needs_no_key(
    acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked once for each example; later, without a key, the very same table."""
    assert trial().exit_code == 1, "the rules alone miss it"
    stored = acme / "policies" / "answers.jsonl"
    with MessagesApi(met_where("left our account two times")) as api:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        first = trial("--model", "--json")
        assert first.exit_code == 0, (first.output, stored.read_text())
        assert len(api.seen) == 2
        assert len(stored.read_text().splitlines()) == 2
        assert trial("--model", "--json").output == first.output
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        assert trial("--model", "--json").output == first.output
        assert len(api.seen) == 2, "the kept answers served"
    assert trial().exit_code == 1, "they count with --model only"


def test_a_changed_criterion_is_asked_anew_and_without_a_key_it_fails(
    acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept answer is to the question that was asked; a test that tests less is none."""
    policy = acme / "policies" / "refund.md"
    with MessagesApi(met_where("left our account two times")) as api:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        assert trial("--model").exit_code == 0
        policy.write_text(POLICY.replace("Wants it back", "Wants all of it back"))
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        words = trial("--model")
        assert words.exit_code == 1
        assert "no key to ask it with" in " ".join(words.output.split())
        assert len(api.seen) == 2


def test_a_model_that_fails_fails_the_test_and_is_asked_again(
    acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is kept of a trouble; a torn file costs a question and no more."""
    (acme / "policies" / "answers.jsonl").write_text('{"key": "x"}\nnot json\n')
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    with MessagesApi() as api:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        api.always = lambda _: error(529, "overloaded_error")
        assert trial("--model").exit_code == 1
        api.always = met_where("left our account two times")
        assert trial("--model").exit_code == 0


def test_without_a_model_in_the_configuration_it_says_so(
    acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing to ask."""
    monkeypatch.setenv("DESKLESS_JUDGE__ENGINE", "rules")
    words = trial("--model")
    assert words.exit_code == 78
    assert "engine is rules" in words.output
    assert acme.is_dir()
