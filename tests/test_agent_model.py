"""Which model the configuration asks for, and what it costs."""

from pathlib import Path

import pytest
from policies_given import refused

from deskless.agent.model.model import token_prices, usable_model
from deskless.agent.settings.config import load_config
from deskless.policies.problems import Problems

TOML = """[inbox]
address = "support@acme.example"
imap = "imaps://a@b.example"
smtp = "smtps://a@b.example"
[team]
founder = "maya@acme.example"
[judge]
"""


@pytest.mark.parametrize(
    ("lines", "key", "found"),
    [
        ('engine = "auto"', "", None),
        ('engine = "auto"', "sk-1", "claude-sonnet-5-5"),
        ('engine = "rules"', "sk-1", None),
        ('engine = "claude"', "sk-1", "claude-sonnet-5-5"),
        ('engine = "claude"', "", "`engine` is claude and there is no key"),
        ('base_url = "http://127.0.0.1:8000/v1/"', "", "claude-sonnet-5-5@127.0.0.1:8000"),
        ('base_url = "http://gpu:8000"\nmodel = "qwen"', "", "qwen@gpu:8000"),
        ('base_url = "https://api.anthropic.com"', "", "claude-sonnet-5-5"),
        ('base_url = "http://evil.example"', "", "unencrypted; write https://"),
        ('base_url = "ftp://x"', "", "looks like http://127.0.0.1:8000"),
        ('base_url = "https://a:b@c.example"', "", "holds no user"),
        ('key = { env = "OWN_KEY" }', "", None),
        ('key = { file = "key.txt" }', "", "claude-sonnet-5-5"),
        ('key = { file = "none.txt" }', "", None),
        ('key = { command = "echo sk-2" }', "", "claude-sonnet-5-5"),
        ('key = { credential = "k" }', "", None),
    ],
)
def test_the_configuration_says_which_model(
    lines: str, key: str, found: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`auto` with a key or a base URL; `claude` insists; every refusal is a sentence."""
    monkeypatch.delenv("ANTHROPIC_BASE_URL", raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    (tmp_path / "deskless.toml").write_text(TOML + lines)
    (tmp_path / "key.txt").write_text("sk-file\n")
    config = load_config(tmp_path)
    if found and " " in found:
        words = refused(Problems, lambda: usable_model(config))
        assert found in str(words)
        return
    made = usable_model(config)
    assert (made.voice.model if made else None) == found


def test_a_server_of_ones_own_costs_nothing_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the budget would be spent on nobody's money."""
    for lines, price in [
        ("", (2.0, 10.0)),
        ('base_url = "http://127.0.0.1:1"', (0.0, 0.0)),
        ('base_url = "http://127.0.0.1:1"\nprice_in = 1', (1.0, 10.0)),
        ('base_url = "https://gate.example"', (2.0, 10.0)),
    ]:
        (tmp_path / "deskless.toml").write_text(TOML + lines)
        assert token_prices(load_config(tmp_path)) == price
