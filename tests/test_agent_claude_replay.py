"""What a replay costs is told before anybody is asked, and a no leaves the rules alone."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from messages_api import MessagesApi, Seen, Told, error
from rich.console import Console

from deskless.agent.cli import common
from deskless.agent.commands import judge, replay
from deskless.agent.commands.replay import Cost, judging_cost
from deskless.agent.model.claude import Claude, Settings
from deskless.agent.model.claude_wire import Wire
from deskless.agent.settings.config import Config, load_config
from deskless.mailbox.parse import read_message
from deskless.policies.book import book
from deskless.policies.people.matrix import Matrix

TOML = """
[inbox]
address = "s@acme.example"
imap = "imaps://s@acme.example"
smtp = "smtps://s@acme.example"
[team]
founder = "m@acme.example"
[judge]
base_url = "http://127.0.0.1:9"
price_in = 2.0
price_out = 10.0
"""
STARTER = book.load_book(book.starter_folder())
RAW = (
    "From: Ana <a{n}@x.example>\nTo: s@acme.example\nSubject: Card {n}\n"
    "Message-ID: <{n}@x.example>\nDate: Mon, 5 Jan 2026 09:00:00 +0000\n\n"
    "You charged me twice, I want my money back.\n"
)
MAILS = [read_message(RAW.format(n=n).encode()) for n in range(5)]


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """A folder with a model of its own that nobody answers for."""
    (tmp_path / "deskless.toml").write_text(TOML)
    (tmp_path / "policies").mkdir()
    for path in book.starter_folder().glob("*.md"):
        (tmp_path / "policies" / path.name).write_text(path.read_text())
    (tmp_path / "matrix.csv").write_text("tier,name,email\n1,A,a@y.example\n2,B,m@acme.example\n")
    return load_config(tmp_path)


def test_the_cost_counts_conversations_calls_and_dollars(settings: Config) -> None:
    """Two sets cost twice; the criteria are kept by the server after the first call."""
    once = judging_cost(settings, MAILS, Matrix(()), [STARTER])
    assert (once.conversations, once.calls) == (5, 5)
    assert 0.02 < once.dollars < 0.2
    twice = judging_cost(settings, MAILS, Matrix(()), [STARTER, STARTER])
    assert twice == replace(once, calls=10, dollars=pytest.approx(2 * once.dollars))
    assert str(Cost("m", 5, 10, 0.123)) == (
        "5 conversations; m would be asked 10 times, for about 0.12 USD."
    )


def test_the_servers_own_count_of_tokens_goes_before_an_estimate(settings: Config) -> None:
    """One question a set, about its first conversation; where nobody counts, we estimate."""
    estimate = judging_cost(settings, MAILS, Matrix(()), [STARTER])

    def priced(body: str) -> tuple[Cost, list[Seen]]:
        with MessagesApi(Told(body=body.encode())) as api:
            model = Claude(Wire(api.url, timeout=5), Settings("claude-x", lambda: "sk-test"))
            return judging_cost(settings, MAILS, Matrix(()), [STARTER], model), api.seen

    dear, seen = priced('{"input_tokens": 60000}')
    assert [each.path for each in seen] == ["/v1/messages/count_tokens"]
    assert set(seen[0].body) == {"model", "system", "messages"}
    assert dear.counted
    assert dear.dollars > 2 * estimate.dollars
    assert str(dear).endswith(" USD (its own count of tokens).")
    for body in ("{}", '{"input_tokens": null}', "<html>"):
        assert priced(body)[0] == estimate
    with MessagesApi(error(404, "not_found_error")) as api:
        model = Claude(Wire(api.url, timeout=5), Settings("claude-x", lambda: "sk-test"))
        assert judging_cost(settings, MAILS, Matrix(()), [STARTER], model) == estimate


@pytest.mark.parametrize("agrees", [True, False])
def test_a_no_lets_the_rules_judge_alone(
    settings: Config, agrees: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is judged before the answer."""
    told: list[Cost] = []
    used: list[bool] = []
    of_mails = judge.judge_mails

    def watched(mails: list, sources: judge.Sources) -> object:
        assert told
        used.append(sources.alone)
        return of_mails(mails, replace(sources, alone=True))

    def agreed(one: Cost) -> bool:
        told.append(one)
        return agrees

    monkeypatch.setattr(replay, "_mails", lambda *_: iter(MAILS))
    monkeypatch.setattr(judge, "judge_mails", watched)
    comparison = replay.replay_history(
        settings, "90d", settings.folder / "policies", Console(file=StringIO()), agreed
    ).comparison
    assert used == [not agrees] * 2
    assert comparison.same
    assert comparison.threads == 5


def test_without_a_terminal_only_a_flag_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script spends nothing unasked."""
    monkeypatch.setattr("sys.stdin", StringIO())
    assert not common.agreed(Cost("m", 1, 1, 0.1), yes=False)
    assert common.agreed(Cost("m", 1, 1, 0.1), yes=True)


CALM = (
    "From: Bo <bo@y.example>\nTo: s@acme.example\nSubject: Logo\nMessage-ID: <b@y.example>\n"
    "Date: Tue, 6 Jan 2026 09:00:00 +0000\n\nWhere do I find your logo?\n"
)


def test_a_replay_names_conversations_as_people_know_them(
    settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Day, customer, subject, to whom, the sentence; and how many of how many."""
    mails = [*MAILS[:2], read_message(CALM.encode())]
    monkeypatch.setattr(replay, "_mails", lambda *_: iter(mails))
    replayed = replay.replay_history(
        settings, "90d", None, Console(file=StringIO()), lambda _: False
    )
    lines = list(replay.replay_lines(replayed, as_json=False, changed=False))
    assert lines[0].startswith("2026-01-05 a0@x.example “Card 0”: escalated as SEV-")
    assert lines[0].endswith(", to B")
    assert "“You charged me twice, I want my money back.”" in lines[1]
    assert "2 of 3 conversations would have moved." in lines
    assert not any("Logo" in line for line in lines)
    rows = [json.loads(line) for line in replay.replay_lines(replayed, as_json=True, changed=False)]
    assert [row["customer"] for row in rows if "customer" in row] == [
        "a0@x.example",
        "a1@x.example",
    ]


def test_a_changed_set_names_what_goes_another_way(
    settings: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after, of the conversations that differ alone."""
    monkeypatch.setattr(replay, "_mails", lambda *_: iter(MAILS[:1]))
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    (quiet / "legal.md").write_text((settings.folder / "policies" / "legal.md").read_text())
    replayed = replay.replay_history(
        settings, "90d", quiet, Console(file=StringIO()), lambda _: False
    )
    lines = list(replay.replay_lines(replayed, as_json=False, changed=True))
    [change] = [line for line in lines if "→ review" in line]
    assert change.startswith("2026-01-05 a0@x.example “Card 0”: escalate → review")
