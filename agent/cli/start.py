"""Where `deskless` begins: `--version` is answered before anything of weight is loaded."""

import sys


def main() -> None:
    """The entry point. Named troubles become one sentence and an exit code."""
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        sys.stdout.write(f"deskless {version('deskless')}\n")
        return
    from deskless.agent.cli.main import main as command_line

    command_line()
