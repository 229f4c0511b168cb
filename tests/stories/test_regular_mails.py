"""The mails that come by the clock: morning list, afternoon ask, weekly summary."""

from datetime import UTC, datetime

from harness import Company

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"
NEXT_MONDAY = datetime(2026, 11, 30, 7, 5, tzinfo=UTC)  # 08:05 in Berlin


def weeklies(acme: Company) -> list[str]:
    """The subjects of every weekly summary that Maya got."""
    return [one.subject for one in acme.mails("maya") if "week" in one.subject.lower()]


def test_the_weekly_summary_comes_once(acme: Company) -> None:
    """Monday 08:00, with the week's figures, the sheet and the signed head."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.clock.at = NEXT_MONDAY
    acme.settle()
    acme.settle()
    print(acme.mails("maya")[-1].text)
    assert len(weeklies(acme)) == 1
