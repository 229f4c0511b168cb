"""Where `deskless` begins: `--version` is answered before anything of weight is loaded."""

import os
import sys


def main() -> None:
    """The entry point. Named troubles become one sentence and an exit code."""
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        sys.stdout.write(f"deskless {version('deskless')}\n")
        return
    # Else pydantic reads the metadata of every installed package, in search of plugins for itself.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from deskless.agent.cli.main import main as command_line

    command_line()
