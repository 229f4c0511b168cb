"""The command line as a person and a program meet it: output, exit codes, help with examples."""

import json
from pathlib import Path

import pytest
from commands import deskless
from harness import Company, company
from typer.testing import CliRunner

from deskless.agent.cli.main import app

pytestmark = pytest.mark.slow

COMMANDS = [
    "demo", "init", "login", "check", "trial", "run", "status", "inspect", "judge", "cases", "case",
    "board", "erase",
    "policy check", "policy test", "policy replay", "policy import", "policy schema",
    "ledger show", "ledger verify", "ledger prove", "ledger export", "ledger rebuild",
    "report weekly", "report metrics", "report daily", "quarantine list", "quarantine show",
    "quarantine retry", "breaker show", "breaker reset",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    """`--help` shows how it is used."""
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert f"deskless {command}" in " ".join(shown.output.split())


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Company:  # type: ignore[misc]
    """A company with one case that has an owner, its mail servers running."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path_factory.mktemp("cli") / "acme") as made:
        made.customer_writes("I was charged twice for October. I want my money back.")
        made.reply("ana", "ACCEPT, update by 16:00")
        yield made
    patch.undo()


def test_the_list_and_the_case_read_well_and_parse_well(acme: Company) -> None:
    """For a person a table, for a program a line of JSON."""
    shown = deskless("cases", "--why", folder=acme.folder)
    assert "Northwind" in shown
    assert "12 h for SEV-3" in shown
    [case] = [
        json.loads(line) for line in deskless("cases", "--json", folder=acme.folder).splitlines()
    ]
    assert (case["case"], case["owner"], case["status"]) == ("ACME-1042-1", "Ana Lopez", "owned")
    whole = json.loads(deskless("case", "acme-1042-1", "--json", folder=acme.folder))
    assert [item["what"] for item in whole["history"]] == ["opened", "offered", "accepted"]
    assert "There is no case" in deskless("case", "ACME-1-1", folder=acme.folder, code=1)


def test_the_ledger_verifies_proves_and_exports(acme: Company) -> None:
    """Against a mail from Ana's own mailbox, too."""
    witness = acme.folder / "brief.eml"
    witness.write_bytes(acme.mails("ana")[0].raw)
    words = deskless("ledger", "verify", "--witness", str(witness), folder=acme.folder)
    assert "The ledger is what it was" in words
    proof = json.loads(deskless("ledger", "prove", "ACME-1042-1", folder=acme.folder))
    assert proof["case"] == "ACME-1042-1"
    sheet = deskless("ledger", "export", "--csv", folder=acme.folder)
    assert "Ana Lopez" in sheet
    assert "either" in deskless("ledger", "export", folder=acme.folder, code=2)
    assert "equals" in deskless("ledger", "rebuild", folder=acme.folder)


def test_check_looks_at_files_and_servers_and_finds_things_out(acme: Company) -> None:
    """A probe with a forged verdict shows plus-addresses, verdicts and Sent copies."""
    lines = [
        json.loads(line) for line in deskless("check", "--json", folder=acme.folder).splitlines()
    ]
    results = {item["id"]: item["result"] for item in lines}
    assert results["plus"] == results["authserv"] == results["sent"] == "ok"
    assert "fail" not in results.values()
    fields = {item["id"]: item["said"] for item in lines}
    server = acme.post.authserv
    assert fields["received"].startswith(f"mail is taken in by {server}")
    assert fields["verdicts"] == "Ana Lopez: a yes counts without a code"
    assert fields["place"] == f"the verdict stands above the Received of {server}"


def test_check_names_what_is_wrong_and_how_to_mend_it(acme: Company, tmp_path: Path) -> None:
    """A wrong password is 77, an unreachable server 69, a mistake in a file 78."""
    for name in ("deskless.toml", "matrix.csv", "accounts.csv"):
        (tmp_path / name).write_text((acme.folder / name).read_text())
    (tmp_path / "policies").mkdir()
    assert "define those first" in deskless("check", folder=tmp_path, code=78).lower()
    (tmp_path / "policies" / "refund.md").write_text(
        (acme.folder / "policies" / "refund.md").read_text()
    )
    toml = (acme.folder / "deskless.toml").read_text()
    wrong = toml.replace('env = "ACME_PASSWORD"', 'command = "echo wrong"')
    (tmp_path / "deskless.toml").write_text(wrong)
    assert "password" in deskless("check", folder=tmp_path, code=77)
    gone = toml.replace(f":{acme.post.imap_port}/", ":1/")
    (tmp_path / "deskless.toml").write_text(gone)
    deskless("check", folder=tmp_path, code=69)


def test_a_dry_run_keeps_and_sends_nothing(acme: Company) -> None:
    """It says what it would do."""
    before = len(acme.entries())
    assert "nothing was kept" in deskless("run", "--once", "--dry-run", folder=acme.folder)
    assert len(acme.entries()) == before


def test_a_new_folder_is_ready_but_for_the_password(tmp_path: Path) -> None:
    """init, then check offline: good; a second init touches nothing."""
    folder = tmp_path / "new"
    words = deskless(
        "init", "help@shop.example", "--founder", "kim@shop.example", "--folder", str(folder)
    )
    assert "deskless check" in " ".join(words.split())
    deskless("check", "--offline", folder=folder)
    deskless("policy", "test", "--fail-on-empty", folder=folder)
    again = ("init", "help@shop.example", "--founder", "kim@shop.example", "--folder", str(folder))
    assert "already" in deskless(*again, code=78)
    assert "no plain mail address" in deskless(
        "init", "shop", "--folder", str(tmp_path / "x"), code=78
    )


@pytest.mark.parametrize(
    ("provider", "server", "login"),
    [
        ("google", "imap.gmail.com", 'env = "DESKLESS_PASSWORD"'),
        ("microsoft", "outlook.office365.com", 'oauth    = "microsoft"'),
        ("own", "mail.shop.example", 'env = "DESKLESS_PASSWORD"'),
    ],
)
def test_who_hosts_the_domain_can_be_named(
    tmp_path: Path, provider: str, server: str, login: str
) -> None:
    """A domain of one's own does not tell it."""
    words = ("init", "help@shop.example", "--folder", str(tmp_path), "--provider", provider)
    assert "Who is the founder" in deskless(*words, code=78)
    named = ("--founder", "kim@shop.example")
    assert "none of: google" in deskless(*words, *named, "--provider", "gogle", code=78)
    deskless(*words, *named)
    written = (tmp_path / "deskless.toml").read_text()
    assert server in written
    assert login in written
    deskless("check", "--offline", folder=tmp_path)


def test_status_is_for_people_and_programs(acme: Company) -> None:
    """Without a daemon it says so."""
    shown = deskless("status", folder=acme.folder, code=1)
    assert "heartbeat" in shown
    assert "not well" in shown
    values = json.loads(deskless("status", "--json", folder=acme.folder, code=1))
    assert (values["cases"], values["well"]) == (1, False)


def test_the_summaries_can_be_looked_at_before_they_are_sent(acme: Company, tmp_path: Path) -> None:
    """HTML to a file, metrics with `no data` where there is none."""
    page = tmp_path / "weekly.html"
    deskless("report", "weekly", "--preview", str(page), folder=acme.folder)
    assert "<html" in page.read_text()
    metrics = deskless("report", "metrics", folder=acme.folder)
    assert metrics.startswith("Last 28 days: ")
    assert "no data" in metrics
    assert "(no customer gave a mark)" in metrics
    lines = deskless("report", "metrics", "--json", folder=acme.folder).splitlines()
    assert len(lines) == 8
    assert all(json.loads(line)["reason"] for line in lines if json.loads(line)["value"] is None)
    assert deskless("report", "daily", folder=acme.folder).strip()


def test_erasing_is_counted_first(acme: Company) -> None:
    """Nothing goes without --yes."""
    assert "Nothing was erased" in deskless("erase", "vera@northwind.example", folder=acme.folder)


def test_judge_needs_no_configuration(tmp_path: Path) -> None:
    """The starter library judges; the same input twice gives the same bytes."""
    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"From: Vera <vera@shop.example>\r\nTo: support@acme.example\r\nSubject: Bill\r\n"
        b"Message-ID: <1@shop.example>\r\n\r\nYou charged my card twice, I want my money back.\r\n"
    )
    first = deskless("judge", "--json", str(mail))
    assert json.loads(first)["escalate"] is True
    assert deskless("judge", "--json", str(mail)) == first


def test_without_a_configuration_the_way_to_one_is_told(tmp_path: Path) -> None:
    """The newcomer's first mistake."""
    assert "deskless init" in deskless("run", "--once", folder=tmp_path, code=78)
