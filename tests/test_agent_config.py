"""The configuration: every mistake at once, with its line, and flag > environment > file."""

from pathlib import Path

import pytest

from deskless.agent.office.addresses import Addresses
from deskless.agent.settings import config
from deskless.agent.settings.secret import Secret, SecretMissing
from deskless.mailbox.parse import read_message
from deskless.policies.problems import Problems

GOOD = """[inbox]
address = "support@acme.example"
imap = "imaps://support%40acme.example@imap.acme.example"
smtp = "smtps://support%40acme.example@smtp.acme.example"
password = { env = "DESKLESS_PASSWORD" }

[team]
founder = "maya@acme.example"
"""


def folder(tmp_path: Path, text: str) -> Path:
    """A configuration folder with this file."""
    (tmp_path / "deskless.toml").write_text(text)
    return tmp_path


def test_the_page_of_the_design_is_enough(tmp_path: Path) -> None:
    """Everything else has a default."""
    result = config.load_config(folder(tmp_path, GOOD))
    assert result.address == "support+deskless@acme.example"
    assert result.judge.engine == "auto"
    assert result.judge.daily == 5_000_000
    assert not result.mode.live
    assert result.org == "acme.example"
    assert result.database == str(tmp_path / "deskless.db")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('[inbox]\nadress = "x@y"', "There is no setting `inbox.adress`. Did you mean `address`?"),
        ('[team]\ntimezone = "Europe/Berln"', "there is no time zone 'Europe/Berln'"),
        ('[team]\nticket = "ACME"', "holds {n} once"),
        ('[judge]\nbudget = "plenty"', "`5 USD/day`"),
        ('[judge]\nengine = "gpt"', "'auto', 'claude' or 'rules'"),
        ("[judge]\nin_flight = 900", "less than or equal to 32"),
        ('[daily]\nmorning = "soon"', "written like `08:30`"),
        ('[daily]\nweekly = "Moonday 08:00"', "written like `Mon 08:00`"),
        ('[inbox]\npassword = { env = "A", file = "B" }', "name exactly one place"),
        ('[stakeholders]\nsev2 = ["boss"]', "'boss' is none of `executive`, `everybody`"),
        ('[stakeholders]\nsev2 = ["customer"]', "is written to by whoever owns the case"),
        ("[stakeholders]\nsev9 = []", "There is no setting `stakeholders.sev9`. Did you mean"),
        ("[mode]\nlive = perhaps", "This is not TOML"),
        ("[moon]\nfull = true", "There is no setting `moon`."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_way_out(
    tmp_path: Path, line: str, said: str
) -> None:
    """What was wrong, where, what to do."""
    with pytest.raises(Problems) as caught:
        config.load_config(folder(tmp_path, line + "\n"))
    text = str(caught.value)
    assert said in text
    assert "deskless.toml" in text


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """Three things wrong, three problems."""
    text = GOOD.replace("founder", "fonder") + 'hours = 3\n[judge]\nbudget = "x"\n'
    with pytest.raises(Problems) as caught:
        config.load_config(folder(tmp_path, text))
    assert len(caught.value.problems) == 4  # founder missing, fonder unknown, hours, budget


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    """The newcomer's first mistake."""
    with pytest.raises(Problems, match="deskless init"):
        config.load_config(tmp_path)


def test_a_flag_beats_the_environment_and_that_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`DESKLESS_JUDGE__MODEL` sets `model` of `[judge]`."""
    text = GOOD + '[judge]\nmodel = "file"\n'
    assert config.load_config(folder(tmp_path, text)).judge.model == "file"
    monkeypatch.setenv("DESKLESS_JUDGE__MODEL", "environment")
    assert config.load_config(tmp_path).judge.model == "environment"


def test_a_secret_comes_from_where_it_was_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Environment, file, command, systemd credential; a missing one says what to do."""
    monkeypatch.setenv("ACME_SECRET", "one\n")
    (tmp_path / "two").write_text("two\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    places = [
        (Secret(env="ACME_SECRET"), "one"), (Secret(file="two"), "two"),
        (Secret(command="printf three"), "three"), (Secret(credential="two"), "two"),
    ]  # fmt: skip
    assert [item.reader(tmp_path)() for item, _ in places] == [value for _, value in places]
    for item in (Secret(env="NO_SUCH"), Secret(file="none"), Secret(command="false")):
        with pytest.raises(SecretMissing):
            item.reader(tmp_path)()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(SecretMissing, match="LoadCredential"):
        Secret(credential="two").reader(tmp_path)()


TOKEN = "abcdefghijklmnopqrstuvwxyz"[:26].replace("a", "2")


@pytest.mark.parametrize("agent", ["deskless@acme.example", "support+deskless@acme.example"])
def test_an_answer_finds_its_token_in_the_address_it_went_to(agent: str) -> None:
    """With an address of its own, and as a plus-tag of the inbox."""
    ours = Addresses(agent, "support@acme.example")
    reply = ours.reply(TOKEN)
    mail = read_message(f"From: a@b.example\r\nTo: {reply}\r\n\r\nACCEPT\r\n".encode())
    assert ours.tokens(mail) == (TOKEN,)
    assert ours.for_agent(mail)
    assert not ours.team_inbox(reply)
    assert ours.team_inbox("support+shop@acme.example")
    assert ours.mine(agent)
    other = read_message(b"From: a@b.example\r\nTo: support@acme.example\r\n\r\nhello\r\n")
    assert not ours.for_agent(other)


def test_without_plus_addresses_answers_go_to_the_bare_one() -> None:
    """The token then travels in the Message-ID alone."""
    ours = Addresses("deskless@acme.example", "support@acme.example", plus=False)
    assert ours.reply(TOKEN) == "deskless@acme.example"
