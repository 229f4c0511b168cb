"""Which folder holds what was sent, on servers that say so and on those that do not."""

import pytest

from deskless.mailbox.imap.folders import assign_folders


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ([((b"\\HasNoChildren", b"\\Sent"), b"/", "[Gmail]/Gesendet")], "[Gmail]/Gesendet"),
        ([((), b"/", "INBOX"), ((), b"/", "Sent Items")], "Sent Items"),
        ([((), b".", "INBOX.Sent")], "INBOX.Sent"),
        ([((), b"/", "Éléments envoyés")], "Éléments envoyés"),
        ([((), b"/", "送信済みアイテム")], "送信済みアイテム"),
        ([((), b"/", "Projects/Old/Sent"), ((), b"/", "Sent")], "Sent"),
        ([((), b"/", "Sent"), ((b"\\Sent",), b"/", "Outgoing")], "Outgoing"),
        ([((b"\\Noselect",), b"/", "Sent")], None),
        ([((b"\\NonExistent", b"\\Sent"), b"/", "Sent")], None),
        ([((), None, "sent")], "sent"),
        ([((), b"/", "Sentry alerts")], None),
    ],
)
def test_sent_is_found(
    listed: list[tuple[tuple[bytes, ...], bytes | None, str]], sent: str | None
) -> None:
    """A mark beats a name, a shallow folder beats a deep one, and near misses are none."""
    assert assign_folders(listed).get("sent") == sent


def test_the_inbox_is_always_there() -> None:
    """RFC 3501 §5.1: by that name, whatever else is listed; several uses are told apart."""
    result = assign_folders(
        [
            ((b"\\Junk",), b"/", "Spam"),
            ((b"\\Drafts",), b"/", "Entwürfe"),
            ((), b"/", "Papierkorb"),
            ((), b"/", "Archiv"),
        ]
    )
    assert result == {
        "inbox": "INBOX",
        "junk": "Spam",
        "drafts": "Entwürfe",
        "trash": "Papierkorb",
        "archive": "Archiv",
    }
