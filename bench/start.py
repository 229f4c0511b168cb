"""How soon a command answers: CPU seconds, user and system, beside `python -c pass`, in one run.

    .venv/bin/python bench/start.py [--before /path/to/an/older/checkout] [--rounds 11]

Every round runs each command once, one after the other, so that a busy machine is busy for all of
them alike; the median over the rounds counts. `--before` (or DESKLESS_BEFORE) names a checkout with
a `.venv` of its own, which is measured by its own commands on its own demo. `run` is measured until
its first fetch: its mailbox is a server that hangs up at the first connection.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).parents[1]
BARE, NOW, BEFORE = "python -c pass", "now", "before"
GOALS: dict[str, tuple[float | None, float | None]] = {
    "--version": (9, None),
    "--help": (9, None),
    "cases": (50, 0.25),
    "case": (50, 0.25),
    "status": (50, 0.25),
    "run": (None, 0.6),
}
"""At most so many times `python -c pass`, and such a part of the older checkout's time."""


def cpu(command: list[str]) -> float:
    """CPU seconds of a command with all its children, compiled code kept as anywhere else."""
    known = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env=known
    )
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime


def demo(root: Path, into: Path) -> Path:
    """The demo's configuration folder, made by that checkout."""
    program = root / ".venv/bin/deskless"
    subprocess.run([program, "demo", "--quick"], cwd=into, capture_output=True, check=True)
    return into / "demo" / "acme"


def hanging_up() -> tuple[socket.socket, int]:
    """A server that takes every connection and hangs up, and its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                server.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    return server, server.getsockname()[1]


def runnable(folder: Path, port: int) -> Path:
    """A copy of a demo's configuration that may run, with that server for its mailbox."""
    copy = folder.with_name("run")
    shutil.copytree(folder, copy)
    lines = []
    for line in (copy / "deskless.toml").read_text(encoding="utf-8").splitlines():
        key = line.partition("=")[0].strip()
        if key in ("imap", "smtp"):
            line = f'{key} = "{key}://support%40acme.example@127.0.0.1:{port}/?plain=1"'
        if key != "now":
            lines.append(line)
    (copy / "deskless.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


def commands(root: Path, folder: Path, running: Path) -> dict[str, list[str]]:
    """What is measured, by its name."""
    program = str(root / ".venv/bin/deskless")
    here = [program, "--config", str(folder)]
    return {
        BARE: [str(root / ".venv/bin/python"), "-c", "pass"],
        "--version": [program, "--version"],
        "--help": [program, "--help"],
        "cases": [*here, "cases"],
        "case": [*here, "case", "ACME-1042-1"],
        "status": [*here, "status"],
        "run": [program, "--config", str(running), "run", "--once"],
    }


def measure(roots: dict[str, Path], rounds: int) -> dict[str, dict[str, float]]:
    """Median CPU seconds of every command, by checkout."""
    server, port = hanging_up()
    with server, tempfile.TemporaryDirectory() as place:
        sets = {}
        for name, root in roots.items():
            (Path(place) / name).mkdir()
            folder = demo(root, Path(place) / name)
            sets[name] = commands(root, folder, runnable(folder, port))
        seconds: dict[str, dict[str, list[float]]] = {
            name: {key: [] for key in chosen} for name, chosen in sets.items()
        }
        for _ in range(rounds + 1):
            for name, chosen in sets.items():
                for key, command in chosen.items():
                    seconds[name][key].append(cpu(command))
    # The first round fills the disk's caches and is left out.
    return {
        name: {key: statistics.median(taken[1:]) for key, taken in each.items()}
        for name, each in seconds.items()
    }


def told(figures: dict[str, dict[str, float]]) -> None:
    """Print the table with its goals."""
    now, before = figures[NOW], figures.get(BEFORE)
    print(f"{BARE}: {now[BARE]:.4f} s")
    print(f"{'command':<11}{'CPU s':>8}{'x bare':>9}{'goal':>6}{'before':>9}{'part':>7}{'goal':>6}")
    for name, (times, part) in GOALS.items():
        ratio, missed = now[name] / now[BARE], False
        line = f"{name:<11}{now[name]:>8.3f}{ratio:>9.1f}{times or '':>6}"
        if times and ratio > times:
            missed = True
        if before:
            share = now[name] / before[name]
            missed = missed or bool(part and share > part)
            line += f"{before[name]:>9.3f}{share:>7.2f}{part or '':>6}"
        print(f"{line}{'  missed' if missed else ''}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="How soon a command answers.")
    options.add_argument("--before", default=os.environ.get("DESKLESS_BEFORE", ""))
    options.add_argument("--rounds", type=int, default=11)
    chosen = options.parse_args()
    roots = {NOW: HERE} | ({BEFORE: Path(chosen.before).resolve()} if chosen.before else {})
    told(measure(roots, chosen.rounds))


if __name__ == "__main__":
    main()
