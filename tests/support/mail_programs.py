"""Real mail programs as people of the team have them: each reads one mail and answers it.

Every program has a home of its own in a temporary folder and hands what it sends to a script, which
keeps it as a file: nothing leaves the machine.
"""

import os
import pty
import select
import shutil
import subprocess
import termios
import time
from pathlib import Path

from absent import lacking

ANSWER = "ACCEPT update by 16:00"
KEEP = '#!/bin/sh\ncat > "{home}/sent.part" && mv "{home}/sent.part" "{home}/sent.eml"\n'
EDIT = '#!/bin/sh\n{{ echo "{answer}"; echo; cat "$1"; }} > "$1.new" && mv "$1.new" "$1"\n'
MUTT = """\
set realname="Ana Lopez" from="ana@acme.example" use_from=yes hostname=acme.example
set editor="{home}/edit" sendmail="{home}/keep" sendmail_wait=0 folder="{home}" record=""
set include=yes abort_unmodified=no abort_nosubject=no autoedit=yes fast_reply=yes reply_to=yes
set mbox_type=mbox charset=utf-8 postpone=no wait_key=no quit=yes
"""
SNAIL = """\
set from="Ana Lopez <ana@acme.example>" hostname=acme.example mta={home}/keep
set quote ttycharset=utf-8 reply-to-honour=yes nosave sendwait
"""
ALPINE = """\
personal-name=Ana Lopez
user-domain=acme.example
customized-hdrs=From: Ana Lopez <ana@acme.example>
sendmail-path={home}/keep
inbox-path={home}/box
default-fcc=""
feature-list=include-text-in-reply,quit-without-confirm,reply-always-uses-reply-to
last-version-used=6.26
last-time-prune-questioned=200.1
"""
GNUS = """\
(setq user-full-name "Ana Lopez" user-mail-address "ana@acme.example"
      mail-host-address "acme.example" gnus-select-method '(nnnil "")
      gnus-secondary-select-methods nil gnus-read-newsrc-file nil gnus-save-newsrc-file nil
      gnus-use-dribble-file nil gnus-message-archive-group nil gnus-interactive-exit nil
      gnus-startup-file "{home}/newsrc" gnus-message-highlight-citation nil gnus-novice-user nil
      message-send-mail-function 'message-send-mail-with-sendmail sendmail-program "{home}/keep"
      message-confirm-send nil message-signature nil message-kill-buffer-on-exit t)
(require 'gnus) (require 'gnus-msg) (require 'nndoc) (require 'message)
(advice-add 'message-fix-before-sending :override #'ignore)
(gnus)
(gnus-group-read-ephemeral-group
 "box" '(nndoc "box" (nndoc-address "{home}/box") (nndoc-article-type mbox)))
(set-buffer gnus-summary-buffer)
(goto-char (point-min))
(gnus-summary-select-article)
(gnus-summary-reply-with-original nil)
(goto-char (point-max))
(insert "\\n{answer}\\n")
(message-send)
"""


def demand(program: str, package: str) -> None:
    """Skip, aloud, where the program is not installed; in CI (CI=true) that is a failure."""
    if shutil.which(program) is None:
        lack = f"{program} is not installed: apt-get install {package}"
        lacking(lack)


class Home:
    """Ana's home on a machine, with one mail in her mailbox."""

    def __init__(self, folder: Path, mail: bytes) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._script("keep", KEEP)
        self._script("edit", EDIT)
        head = b"From deskless Mon Nov 23 09:00:00 2026\n"
        (folder / "box").write_bytes(head + mail.replace(b"\r\n", b"\n") + b"\n")

    def _script(self, name: str, text: str) -> None:
        path = self.write(name, text)
        path.chmod(0o755)

    def write(self, name: str, text: str) -> Path:
        """A file of the home; `{home}` and `{answer}` are filled in."""
        path = self.folder / name
        path.write_text(text.format(home=self.folder, answer=ANSWER))
        return path

    @property
    def environ(self) -> dict[str, str]:
        """What the program finds around it."""
        more = {"HOME": str(self.folder), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        return {**os.environ, **more, "MAILRC": str(self.folder / "mailrc")}

    @property
    def sent(self) -> bytes:
        """What the program sent, as its mail server gets it."""
        path = self.folder / "sent.eml"
        return path.read_bytes() if path.exists() else b""

    def run(self, *words: str, given: str = "") -> str:
        """A program without a terminal; what it said."""
        done = subprocess.run(
            words, input=given, capture_output=True, text=True, timeout=120, env=self.environ,
            check=False, cwd=self.folder,
        )  # fmt: skip
        return done.stdout + done.stderr

    def type(self, *words: str, steps: tuple[tuple[str, str], ...] = ()) -> str:
        """A program on a terminal: what is typed when it shows something; ends when it has sent."""
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (40, 100))
        process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=self.environ, cwd=self.folder,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        shown, left, end = "", list(steps), time.monotonic() + 60
        try:
            while time.monotonic() < end and not self.sent and process.poll() is None:
                if not select.select([master], [], [], 0.2)[0]:
                    continue
                try:
                    shown += os.read(master, 65536).decode("utf-8", "replace")
                except OSError:  # it ended, and its terminal with it
                    break
                if left and left[0][0] in shown:
                    os.write(master, left.pop(0)[1].encode())
                    shown = ""
        finally:
            process.kill()
            process.wait(10)
            os.close(master)
        return shown


def answer_with_mutt(home: Home) -> str:
    """Above the quote."""
    home.write("muttrc", MUTT)
    keys = "push <reply><send-message><quit>"
    return home.type("mutt", "-F", "muttrc", "-n", "-f", "box", "-e", keys)


def answer_with_snail(home: Home) -> str:
    """Below the quote, typed line by line."""
    home.write("mailrc", SNAIL)
    typed = f"reply 1\n{ANSWER}\n~.\nexit\n"
    return home.run("s-nail", "-n", "-#", "-f", "box", given=typed)


def answer_with_alpine(home: Home) -> str:
    """Above the quote of what it makes of the HTML part."""
    pinerc = str(home.write("pinerc", ALPINE))
    steps = (
        ("Reply to all", "n"),
        ("Deskless wrote", f"{ANSWER}\r\x18"),
        ("Send message", "y"),
    )
    return home.type(
        "alpine", "-p", pinerc, "-f", str(home.folder / "box"), "-I", "i,r", steps=steps
    )


def answer_with_gnus(home: Home) -> str:
    """Below the quote of what it makes of the HTML part, every word on a line."""
    program = str(home.write("gnus.el", GNUS))
    return home.run("emacs", "-Q", "--batch", "-l", program)
