"""The two consoles of every command: what it found goes to `out`, what it is doing to `err`."""

from rich.console import Console

out = Console()
err = Console(stderr=True)
