"""Judging mails from files: the decision that the daemon would make of them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deskless.agent.cli.main import app
from deskless.agent.commands.judge import Sources, describe_judged, judge_files
from deskless.policies.verdict import Outcome

GRAVE = "You charged me twice. I want my money back today or my bank will claw it back."


def mail(name: str, *more: str, to: str = "support@acme.example", text: str = GRAVE) -> str:
    """A mail as text, with further header lines."""
    lines = (f"From: Ana <{name}@shop.example>", f"To: {to}", f"Message-ID: <{name}@shop.example>",
             "Subject: my card", "Date: Mon, 5 Jan 2026 09:00:00 +0000", *more)  # fmt: skip
    return "\n".join(lines) + f"\n\n{text}\n"


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ((), Outcome.ESCALATE),
        # What can be unsubscribed from, of nobody we know: a person looks, and nobody is woken.
        (("List-Id: News <news.shop.example>", "List-Unsubscribe: <https://x.example/u>"),
         Outcome.REVIEW),
        (("Auto-Submitted: auto-replied",), Outcome.ESCALATE),
        (("Auto-Submitted: auto-replied (vacation)",), Outcome.LEAVE),
        # The shared inbox is a group address: everything that comes by it is marked as a list's.
        (("List-Id: <support.acme.example>",), Outcome.ESCALATE),
    ],
)  # fmt: skip
def test_files_are_judged_as_the_daemon_would(
    tmp_path: Path, more: tuple[str, ...], outcome: Outcome
) -> None:
    """That a program or a list passed it on is no reason to leave it; a vacation note is."""
    (tmp_path / "a.eml").write_text(mail("a", *more))
    (value,) = judge_files([tmp_path / "a.eml"], Sources(tmp_path))
    assert value.verdict.outcome is outcome
    assert (describe_judged(value)["customer"] is None) == (outcome is Outcome.LEAVE)


def test_a_folder_and_an_mbox_give_the_same_verdicts(tmp_path: Path) -> None:
    """Grouped by their headers, one object a conversation, byte for byte the same twice."""
    answer = mail("s", "In-Reply-To: <a@shop.example>", to="a@shop.example", text="We look.")
    answer = answer.replace("Ana <s@shop.example>", "support@acme.example")
    mails = [mail("a"), answer, mail("b", text="Where do I find the price list?")]
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, text in enumerate(mails):
        (folder / f"{number}.eml").write_text(text)
    box = "".join(f"From x Mon Jan  5 09:00:00 2026\n{text}\n" for text in mails)
    (tmp_path / "all.mbox").write_text(box)
    words = [
        [json.dumps(describe_judged(file)) for file in judge_files([path], Sources(tmp_path))]
        for path in (folder, tmp_path / "all.mbox", folder)
    ]
    assert words[0] == words[2]
    shown = [(item["thread"], item["outcome"]) for item in map(json.loads, words[0])]
    assert shown == [("a@shop.example", "escalate"), ("b@shop.example", "leave")]
    assert [(item["thread"], item["outcome"]) for item in map(json.loads, words[1])] == shown


def test_a_file_that_is_not_there_is_told() -> None:
    """A slip in a path is no mailbox without complaints."""
    got = CliRunner().invoke(app, ["judge", "nowhere.eml"])
    assert got.exit_code == 2
    assert "nowhere.eml" in got.output


def policy(tmp_path: Path, mails: str) -> list[str]:
    """The command that tests a folder with one policy."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "a.eml").write_text(mail("a"))
    (folder / "refund.md").write_text(
        "---\nid: refund\nstatus: live\nphrases: [money back]\n---\n# Refund\nWants it back.\n\n"
        "## Examples\n- escalate: I want my money back\n- ignore: How are you?\n\n"
        f"## Mails\n{mails}"
    )
    return ["policy", "test", "--policies", str(folder)]


def test_the_mails_of_a_policy_are_examples_too(tmp_path: Path) -> None:
    """`## Mails` names files beside the policies."""
    asked = policy(tmp_path, "- escalate: a.eml\n")
    got = CliRunner().invoke(app, [*asked, "--json"])
    assert got.exit_code == 0, got.output
    rows = [json.loads(line) for line in got.output.splitlines()]
    assert [(row["text"], row["got"]) for row in rows][-1] == ("a.eml", "escalate")


def test_a_mail_that_should_be_left_alone_fails_with_its_line(tmp_path: Path) -> None:
    """The place to edit."""
    got = CliRunner().invoke(app, policy(tmp_path, "- ignore: a.eml\n"))
    assert got.exit_code == 1
    assert "refund.md:14: expected ignore, got escalate: “a.eml”" in " ".join(got.output.split())
