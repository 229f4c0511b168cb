"""What the pages say is true: their commands run, their pictures are drawn, their links exist."""

import ast
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import PROGRAM, Ended, command
from demo_run import Told, told  # noqa: F401 - `told` is a fixture
from diagram import mermaid
from harness import AGENT, INBOX

from deskless.agent.demo.post import Habits, PostOffice
from deskless.agent.settings import config
from deskless.policies.book.page import KEYS
from deskless.policies.people import accounts, matrix_csv

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "policies/README.md", "CHANGELOG.md")
DOCS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
NEW = (*DOCS, "CONTRIBUTING.md", "SECURITY.md", "findings/README.md")
"""Pages for those who work on it: every path and name on them exists."""
FOUND = {"replay": {0, 1}}
"""Commands for which finding something is an answer, too."""
SHELL = set("|<>&;$*?`(){}~")
"""What only a shell understands."""
MAIL = """From: Rosa Klein <rosa@cornercafe.example>
To: support@acme.example
Subject: Lunch
Date: Mon, 23 Nov 2026 13:00:00 +0100
Message-ID: <lunch@cornercafe.example>

Hi, two guests had their gift card declined at lunch today.

Rosa
"""


def page(name: str) -> str:
    """A page's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[str]:
    """The fenced blocks of a kind on a page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL)


def commands(name: str) -> list[str]:
    """Every command on a page, in order, without the remark behind it."""
    lines = [line for block in blocks(name, "sh") for line in block.splitlines()]
    return [re.sub(r"\s+# .*$", "", line) for line in lines if line.strip()]


def test_the_readme_shows_the_case_as_it_moves() -> None:
    """The state diagram is the one drawn from MOVES."""
    assert mermaid() in blocks("README.md", "mermaid")


def test_the_readmes_configuration_is_one(tmp_path: Path) -> None:
    """It loads, with the tables that are shown beside it, and is all that is needed."""
    whole, *tables = blocks("README.md", "toml")
    (tmp_path / "deskless.toml").write_text("\n".join([whole, *tables]), encoding="utf-8")
    made = config.load_config(tmp_path)
    assert made.team.ticket == "ACME-{n}"
    assert not made.mode.live


@pytest.mark.parametrize("name", [*PAGES, *NEW])
def test_every_link_leads_somewhere(name: str) -> None:
    """Files that a page links to or shows exist."""
    links = re.findall(r"\]\(([^)#]+)\)|<img src=\"([^\"]+)\"", page(name))
    for link in (item or other for item, other in links):
        if not link.startswith("https://"):
            assert ((ROOT / name).parent / link).exists(), link


def test_columns_and_facts_are_the_ones_that_are_read() -> None:
    """The sheets' columns and a criterion's facts, by the names on the pages."""
    readme = page("README.md")
    for file, known in (("matrix.csv", matrix_csv.COLUMNS), ("accounts.csv", accounts.COLUMNS)):
        match = re.search(rf"`{file}`: [^(]*\(`([a-z,]+)`\)", readme)
        assert match, file
        words = {*known, *(other for others in known.values() for other in others)}
        assert set(match[1].split(",")) <= words
    told_ = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+)", page("policies/README.md"), re.MULTILINE))
    facts = {fact for cell in told_ for fact in re.findall(r"`(\w+)`", cell)}
    assert facts <= set(KEYS)


def test_the_phrase_language_is_told_as_the_code_tells_it() -> None:
    """Word for word the table above the code that reads it."""
    from deskless.policies.rules import phrase

    table = [line[4:] for line in (phrase.__doc__ or "").splitlines() if line[:4] == "    "]
    assert table == blocks("policies/README.md", "text")[0].splitlines()


def test_make_has_every_target_that_is_named() -> None:
    """`make demo` and the others."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in PAGES:
        for reading in commands(name):
            if reading.startswith("make "):
                assert f"\n{reading.split()[1]}:" in makefile
    for name in NEW:
        for target in re.findall(r"`make ([a-z]+)`", page(name)):
            assert f"\n{target}:" in makefile, (name, target)


def names_of(tree: ast.Module | ast.ClassDef) -> dict[str, ast.stmt]:
    """What a module or class defines, by name."""
    fields: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            fields[node.name] = node
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        fields |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return fields


def stands(name: str) -> bool:
    """Whether a path, or a module and a dotted name in it, exists: `inbound/intake.take`."""
    name = re.sub(r"NAME|NNNN", "*", name)
    for root in (ROOT, ROOT / "agent"):
        if (root / name).exists() or ("*" in name and (root / name).parent.is_dir()):
            return True
        folder, _, last = name.rpartition("/")
        module, *attributes = last.split(".")
        path = root / folder / f"{module}.py"
        if not path.is_file():
            continue
        inside: ast.stmt | ast.Module | None = ast.parse(path.read_text(encoding="utf-8"))
        for attribute in attributes:
            holds = names_of(inside) if isinstance(inside, ast.Module | ast.ClassDef) else {}
            inside = holds.get(attribute)
        if inside is not None:
            return True
    return False


@pytest.mark.parametrize("name", NEW)
def test_every_path_and_name_on_a_page_exists(name: str) -> None:
    """What is between back-ticks and has a slash is a path, or a name in a module."""
    words = re.findall(
        r"`([\w.*-]+(?:/[\w.*-]+)+|[A-Za-z_-]+\.(?:md|py|toml|lock|txt))`", page(name)
    )
    gone = [item for item in words if not stands(item) and item != "deskless.toml"]
    assert gone == []


def test_a_name_that_is_gone_would_be_seen() -> None:
    """The check above can fail: a missing path, module, function and method."""
    assert stands("inbound/intake.take_mail")
    assert stands("daemon/turn.Turn.run")
    for name in (
        "agent/aside.py",
        "inbound/nowhere.take_mail",
        "inbound/intake.gone",
        "daemon/turn.Turn.no",
    ):
        assert not stands(name), name


def test_the_architecture_names_every_room() -> None:
    """No folder of the code is missing from the tree."""
    tree = page("docs/architecture.md")
    for top in ("agent", "mailbox", "policies", "store", "templates"):
        for folder in sorted({path.parent for path in (ROOT / top).rglob("*.py")}):
            room = folder.relative_to(ROOT).as_posix()
            assert room == "agent" or f"`{room}`" in tree, room


def test_every_decision_is_whole_and_listed() -> None:
    """Context, options for and against, decision, consequences, rules; the index names each."""
    index = page("docs/decisions/README.md")
    for number, path in enumerate(sorted((ROOT / "docs" / "decisions").glob("0*.md")), 1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number}. ")
        parts = ["Context", "Options", "Decision", "Consequences", "Rules"]
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == parts
        assert text.count(" For: ") == text.count(" Against: ") >= 2
        assert path.name in index


@pytest.mark.slow
def test_what_the_readme_shows_is_what_the_demo_said(told: Told) -> None:  # noqa: F811
    """Every line of the excerpt, as it was printed."""
    story = told.story.splitlines()
    for line in blocks("README.md", "text")[0].splitlines():
        assert line in {*story, "…", ""}, line


@pytest.fixture
def desk(tmp_path: Path, told: Told) -> Iterator["Desk"]:  # noqa: F811
    """A folder in which the commands are typed, with a mail server for the inbox in it."""
    (tmp_path / "store").symlink_to(ROOT / "store")
    shutil.copytree(told.folder, tmp_path / "demo")
    (tmp_path / "lunch.eml").write_text(MAIL)
    users = dict.fromkeys((INBOX, "maya@acme.example"), "secret")
    with PostOffice(users, habits=Habits(aliases={AGENT: INBOX}, keep_sent=True)) as post:
        yield Desk(tmp_path, post)


def _is_plain(line: str) -> bool:
    """One of our commands with nothing that a shell would expand."""
    return line.startswith("deskless ") and not SHELL & set(line)


class Desk:
    """Types commands; what `init` asks is answered from a file, with the mail server of a test."""

    def __init__(self, folder: Path, post: PostOffice) -> None:
        self.folder = folder
        self.post = post
        path = f"{PROGRAM.parent}:{os.environ['PATH']}"
        self.world = {"PATH": path, "DESKLESS_PASSWORD": "secret", "ANTHROPIC_API_KEY": None}

    def type(self, line: str) -> None:
        """Run a line as a shell does; it must end as it should."""
        if line.startswith(("make ", "export ")) or line == "deskless demo --quick":
            return
        if line.startswith("deskless init "):
            line = f"{line} --answers {self._answers()} --yes"
        ended = self._command(line) if _is_plain(line) else self._shell(line)
        good = next((codes for word, codes in FOUND.items() if f" {word} " in line), {0})
        assert ended.code in good, f"{line}\n{ended.out}\n{ended.err}"

    def _command(self, line: str) -> Ended:
        return command(*shlex.split(line)[1:], cwd=self.folder, environ=self.world)

    def _shell(self, line: str) -> Ended:
        given = {name: value for name, value in self.world.items() if value is not None}
        world = {name: value for name, value in os.environ.items() if name not in self.world}
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.folder, env=world | given, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        return Ended(done.stdout, done.stderr, done.returncode)

    def _answers(self) -> str:
        """What a newcomer at a terminal would type, of the inbox of this test."""
        (self.folder / "given.toml").write_text(
            f'inbox = "{INBOX}"\nprovider = "own"\nimap = "{self.post.imap_url(INBOX)}"\n'
            f'smtp = "{self.post.smtp_url(INBOX)}"\nfounder = "Maya <maya@acme.example>"\n'
            'people = ["Tom, tom@acme.example, 1"]\n'
        )
        return "given.toml"


@pytest.mark.slow
def test_every_command_of_the_pages_runs(desk: Desk) -> None:
    """In the order in which a reader types them."""
    for line in commands("README.md"):
        desk.type(line)
    [criterion] = blocks("policies/README.md", "markdown")
    (desk.folder / "demo" / "acme" / "policies" / "gift-card.md").write_text(criterion)
    for line in commands("policies/README.md"):
        desk.type(line)
