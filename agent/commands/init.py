"""`deskless init`: a configuration folder to begin with, and the next step for each provider.

Nothing that exists is overwritten. The starter library is copied, so that the team owns and edits
it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deskless.mailbox.sender.from_header import strict_sender
from deskless.policies.book import book
from deskless.policies.problems import Problem, Problems


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's servers are, who stamps its verdicts, and how to log in."""

    imap: str
    smtp: str
    authserv: str
    login: str
    keys: str = 'password = { env = "DESKLESS_PASSWORD" }     # or file, command, credential'


GOOGLE = Provider(
    "imaps://{user}@imap.gmail.com", "smtps://{user}@smtp.gmail.com", "mx.google.com",
    "Create an app password (needs 2-step verification): account → security → app passwords. "
    "A Google Group is not an account and cannot be logged into.",
)  # fmt: skip
MICROSOFT = Provider(
    "imaps://{user}@outlook.office365.com", "smtp://{user}@smtp.office365.com", "microsoft",
    "Register an app in Entra with IMAP.AccessAsApp and SMTP.SendAsApp, and put its tenant, client "
    "and secret into deskless.toml. Passwords no longer work.",
    'oauth    = "microsoft"\ntenant   = "yourcompany.onmicrosoft.com"\n'
    'client   = "the id of your app"\n'
    'client_secret = { env = "DESKLESS_PASSWORD" }',
)  # fmt: skip
FASTMAIL = Provider(
    "imaps://{user}@imap.fastmail.com", "smtps://{user}@smtp.fastmail.com",
    "mx.messagingengine.com", "Create an app password with IMAP and SMTP: settings → privacy.",
)  # fmt: skip
OWN = Provider(
    "imaps://{user}@mail.{domain}", "smtps://{user}@mail.{domain}", "",
    "Set imap, smtp and authserv to your own servers (Postfix: recipient_delimiter = +).",
)  # fmt: skip
KNOWN = {
    "gmail.com": GOOGLE, "googlemail.com": GOOGLE, "outlook.com": MICROSOFT,
    "hotmail.com": MICROSOFT, "fastmail.com": FASTMAIL, "fastmail.fm": FASTMAIL,
}  # fmt: skip
NAMED = {"google": GOOGLE, "microsoft": MICROSOFT, "fastmail": FASTMAIL, "own": OWN}
"""What `--provider` may say, for a domain of one's own that one of them hosts."""

TOML = """# Deskless. Everything else has a default that `deskless check` prints.
[inbox]
address  = "{address}"
imap     = "{imap}"
smtp     = "{smtp}"
{keys}
{authserv}

[team]
founder  = "{founder}"
timezone = "UTC"                             # as Europe/Berlin
hours    = "Mon-Fri 09:00-18:00"
holidays = ""                                # as DE-BE
ticket   = "{ticket}-{{n}}"

[judge]
engine   = "auto"                            # claude when a key is there, else the rules

[mode]
live     = false                             # only the founder gets mail, until they reply GO
"""


ACCOUNTS = "customer,domain,tier,revenue,renewal,owner,channel,phone\n"


def write_folder(folder: Path, address: str, founder: str, provider: str = "") -> Iterator[str]:
    """Write the folder, and say what was written and what comes next, a line at a time.

    `founder` has a mailbox of their own: what nobody takes goes there, and the inbox is no person.
    `provider` is one of NAMED; empty: told by the address, else servers of one's own. Raises
    Problems for an address that is none, an unknown provider, and a configuration that is there.
    """
    _plain(address)
    if founder.lower() in {"", address.lower()}:
        say = "Who is the founder? Add --founder with an address of their own."
        raise Problems([Problem("--founder", 0, 0, say)])
    _plain(founder)
    path = folder / "deskless.toml"
    if path.exists():
        raise Problems([Problem(str(path), 0, 0, "A configuration is here already.")])
    if provider and provider not in NAMED:
        known_names = ", ".join(NAMED)
        raise Problems([Problem("--provider", 0, 0, f"“{provider}” is none of: {known_names}.")])
    known = NAMED.get(provider) or KNOWN.get(address.rpartition("@")[2].lower(), OWN)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in starter_files(address, founder, known).items():
        target = folder / name
        if target.exists():
            yield f"kept     {target}"
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        yield f"written  {target}"
    yield ""
    yield known.login
    yield "Then: put your people into matrix.csv, `export DESKLESS_PASSWORD=…`, `deskless check`,"
    yield "`deskless run`. Nobody but the founder gets mail until the founder replies GO."


def starter_files(address: str, founder: str, provider: Provider) -> dict[str, str]:
    """Every file of a new folder: its name and text."""
    domain = address.rpartition("@")[2]
    user = address.replace("@", "%40")
    authserv = f'authserv = "{provider.authserv}"'
    if not provider.authserv:
        authserv = (
            '# authserv = "mx.example.com"           # whose Authentication-Results to believe'
        )
    toml = TOML.format(
        address=address, imap=provider.imap.format(user=user, domain=domain),
        smtp=provider.smtp.format(user=user, domain=domain), authserv=authserv, founder=founder,
        keys=provider.keys,
        ticket=domain.partition(".")[0].upper()[:12].replace("-", "") or "DESK",
    )  # fmt: skip
    name = founder.partition("@")[0].replace(".", " ").title()
    matrix = "tier,name,email,role,lead,backup,hours,handles\n"
    matrix += f"1,{name},{founder},founder,,,,\n"
    made = {"deskless.toml": toml, "matrix.csv": matrix, "accounts.csv": ACCOUNTS}
    library = sorted(book.starter_folder().glob("*.md"))
    return made | {f"policies/{path.name}": path.read_text(encoding="utf-8") for path in library}


def _plain(address: str) -> None:
    mailbox_address, why = strict_sender(f"From: {address}\r\n\r\n".encode())
    if mailbox_address is None or mailbox_address.name:
        raise Problems([Problem(address, 0, 0, f"This is no plain mail address: {why}.")])
