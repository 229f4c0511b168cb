"""How we are: in the store, for Prometheus, for systemd, and the unit that holds us in."""

import json
import os
import re
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from faults import TROUBLE, Shaken, shaken
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from typer.testing import CliRunner

from deskless.agent.cli.main import app
from deskless.agent.commands import run_lines
from deskless.agent.commands.systemd_unit import unit_text
from deskless.agent.daemon.daemon import Daemon
from deskless.agent.daemon.reload import reload
from deskless.agent.operations import heartbeat

SCORE = 2.0
"""What `systemd-analyze security` may give at most; 10 is a service that may do everything."""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    """The company behind two proxies."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme") as made:
        yield made


def test_status_knows_the_last_good_fetch_send_and_judgement(acme: Shaken) -> None:
    """Each with its instant, what waits, and how long we were blind."""
    acme.customer_writes(TROUBLE)
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    pulse = heartbeat.last_pulse(acme.office.store, acme.clock.at)
    assert set(pulse.last) >= {"imap", "smtp", "judge", "store"}
    assert set(pulse.last.values()) == {acme.clock.at}
    assert pulse.counts["cases"] == 1
    assert pulse.counts["undecided"] == pulse.counts["quarantined"] == 0
    acme.later(minutes=3)
    assert pulse.age(acme.clock.at) == timedelta(minutes=3)


def test_status_is_told_while_the_policies_have_mistakes(acme: Shaken) -> None:
    """That is when somebody looks: the daemon works by the last good set, and status says so."""
    (acme.folder / "policies" / "refund.md").write_text("---\nid: half")
    reload(acme.agent)
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    words = ["--config", str(acme.folder), "status"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1, shown.output
    assert "the last good set is in force" in shown.output
    answer = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)
    assert answer["policies_refused"] is True
    assert answer["heartbeat_age"] is not None


def test_the_metrics_file_is_put_in_place_whole(
    acme: Shaken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prometheus' text format, when asked for; nothing else is left in the folder."""
    target = tmp_path / "textfile" / "deskless.prom"
    target.parent.mkdir()
    monkeypatch.setenv("DESKLESS_METRICS", str(target))
    acme.imap.reset()
    acme.turn()
    acme.later(minutes=7)
    acme.turn()
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    result = read_metrics(target)
    assert result["deskless_blind_seconds", ""] == 420
    assert result["deskless_troubles", ""] == 1
    assert result["deskless_cases", ""] == 0
    assert result["deskless_heartbeat_timestamp_seconds", ""] == acme.clock.at.timestamp()
    ago = acme.clock.at - timedelta(minutes=7)
    assert result["deskless_last_good_timestamp_seconds", "imap"] == ago.timestamp()
    assert result["deskless_last_good_seconds", "imap"] == 420
    assert os.listdir(target.parent) == [target.name]


def read_metrics(file: Path) -> dict[tuple[str, str], float]:
    """Value by name and route, read as Prometheus does: each gauge typed and explained."""
    families = list(text_string_to_metric_families(file.read_text()))
    assert {family.name for family in families} == {f"deskless_{name}" for name in heartbeat.HELP}
    for family in families:
        assert (family.type, family.documentation) == ("gauge", heartbeat.HELP[family.name[9:]])
        for sample in family.samples:
            assert sample.labels["inbox"] == "support@acme.example"
            assert sample.labels.keys() <= {"inbox", "route"}
            assert ("route" in sample.labels) == family.name.startswith("deskless_last_good")
    return {
        (item.name, item.labels.get("route", "")): item.value
        for f in families
        for item in f.samples
    }


def test_the_exporter_may_read_the_metrics_under_the_units_umask(
    acme: Shaken, tmp_path: Path
) -> None:
    """The unit sets 0077, and node exporter is another user: the file is 0644 each time."""
    target = tmp_path / "deskless.prom"
    before = os.umask(0o077)
    try:
        for _ in range(2):
            heartbeat.write_metrics(acme.office, target)
            assert stat.S_IMODE(target.stat().st_mode) == 0o644
    finally:
        os.umask(before)


def test_two_daemons_on_a_machine_name_every_gauge_alike(acme: Shaken, tmp_path: Path) -> None:
    """Of two files that differ in a help text or a label the second one's series would be lost."""
    heartbeat.write_metrics(acme.office, tmp_path / "fresh.prom")
    acme.office.addresses = replace(acme.office.addresses, inbox="help@other.example")
    acme.customer_writes(TROUBLE)
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    heartbeat.write_metrics(acme.office, tmp_path / "busy.prom")
    told, samples = [], []
    for file in sorted(tmp_path.glob("*.prom")):
        families = list(text_string_to_metric_families(file.read_text()))
        told.append({(family.name, family.type, family.documentation) for family in families})
        samples += [sample for family in families for sample in family.samples]
    assert told[0] == told[1]
    assert len({(sample.name, *sample.labels.items()) for sample in samples}) == len(samples)
    inboxes = {sample.labels["inbox"] for sample in samples}
    assert inboxes == {"support@acme.example", "help@other.example"}


def test_metrics_that_cannot_be_written_stop_nothing(
    acme: Shaken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is not there is a line in the log."""
    monkeypatch.setenv("DESKLESS_METRICS", str(tmp_path / "no" / "deskless.prom"))
    assert heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)


def test_the_watchdog_is_fed_only_while_the_inbox_can_be_read(acme: Shaken) -> None:
    """Ten minutes without a good fetch and systemd hears nothing more."""
    items: list[str] = []
    daemon = Daemon(acme.agent, items.append)
    daemon._beat()
    assert items == ["WATCHDOG=1"]
    acme.imap.reset()
    for _ in range(6):
        acme.later(minutes=2)
        acme.turn()
        daemon._beat()
    assert len(items) == 5


def test_systemd_is_told_on_its_own_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sd_notify by hand: one datagram; nothing, and no error, without the variable."""
    heartbeat.tell_systemd("READY=1")
    place = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(place))
        monkeypatch.setenv("NOTIFY_SOCKET", str(place))
        heartbeat.tell_systemd("WATCHDOG=1")
        assert listener.recv(100) == b"WATCHDOG=1"
    place.unlink()
    heartbeat.tell_systemd("WATCHDOG=1")


def test_the_unit_holds_the_daemon_in(tmp_path: Path) -> None:
    """`systemd-analyze security` gives it at most 2.0, offline."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    file = tmp_path / "deskless.service"
    file.write_text(unit_text(Path("/etc/deskless"), program="/usr/bin/env"))
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", file], capture_output=True, text=True
    )
    match = re.search(r"Overall exposure level.*?: (\d+\.\d+)", done.stdout)
    assert match, done.stdout + done.stderr
    assert float(match[1]) <= SCORE
    verified = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True)
    assert "Unknown key" not in verified.stderr, verified.stderr


def test_the_unit_names_this_folder_and_this_program(tmp_path: Path) -> None:
    """Blanks and percent signs in paths are written as systemd reads them."""
    odd = tmp_path / "100 % acme"
    odd.mkdir()
    text = unit_text(odd, program="/opt/deskless/bin/deskless")
    line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    assert line == f'ExecStart=/opt/deskless/bin/deskless --config "{tmp_path}/100 %% acme" run'
    assert "{{" not in text


def test_everything_it_writes_is_its_own(
    acme: Shaken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Database, log, keys, lock: 0600, whatever the umask; a folder it makes: 0700."""
    before = os.umask(0)
    try:
        with shaken(tmp_path / "beta", toml='[store]\nurl = "state/deskless.db"') as beta:
            beta.customer_writes(TROUBLE)
            with beta.office.store.lock():
                pass
            state = beta.folder / "state"
            assert stat.S_IMODE(state.stat().st_mode) == 0o700
            names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()}
    finally:
        os.umask(before)
    assert {"deskless.db", "deskless.keys", "deskless.db.lock"} <= set(names)
    assert set(names.values()) == {0o600}, names


@pytest.mark.parametrize(
    ("minutes", "ills"), [(1, ()), (2, ()), (2.1, ("no daemon runs",)), (90, ("no daemon runs",))]
)
def test_a_monitor_hears_of_a_daemon_that_is_gone(
    acme: Shaken, minutes: float, ills: tuple[str, ...]
) -> None:
    """Every turn writes a heartbeat, each minute at least; what is missing for two is gone."""
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    pulse = heartbeat.last_pulse(acme.office.store, acme.clock.at)
    assert pulse.ills(acme.clock.at + timedelta(minutes=minutes)) == ills


def test_a_monitor_hears_of_a_trouble_and_of_a_store_nobody_worked_on(acme: Shaken) -> None:
    """By the name that the mail about it has."""
    empty = heartbeat.last_pulse(acme.office.store, acme.clock.at)
    assert replace(empty, at=None).ills(acme.clock.at) == ("no daemon has ever run here",)
    acme.imap.reset()
    acme.turn()
    acme.later(minutes=7)
    acme.turn()
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    pulse = heartbeat.last_pulse(acme.office.store, acme.clock.at)
    assert pulse.ills(acme.clock.at) == ("imap does not work",)


def test_who_watches_the_daemon_reads_what_happens(acme: Shaken) -> None:
    """What is watched, then a line for each thing, with names and times and no word of a mail."""
    with capture_logs() as lines:
        tell = run_lines.teller(acme.agent)
        acme.customer_writes(TROUBLE)
        tell(acme.turn())
        acme.reply("ana", "ACCEPT, update by 16:00")
        tell(acme.turn())
    words = [line["event"] for line in lines]
    assert words[0] == "watching support@acme.example in INBOX"
    assert lines[0]["mode"] == "live"
    assert "opened as SEV-3" in words
    assert "Ana Lopez is asked, until Mon 23 Nov 14:00 CET" in words
    assert "Ana Lopez has it, next word by Mon 23 Nov 16:00 CET" in words
    assert any(line.get("about") == "ACME-1042-1" for line in lines)
    assert "charged" not in str(lines)
