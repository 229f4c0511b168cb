"""The week, scene by scene: who writes what and when. What follows is the agent's own doing."""

from deskless.agent.demo.story_stage import Stage

AWAY = "I am on holiday until 1 December 2026 and do not read mail."


def monday(acme: Stage) -> None:
    """Questions, an outage that is taken in minutes, and money that left twice."""
    acme.day("2026-11-23", "09:04")
    acme.customer("language", show=False)
    acme.at("09:41", main=True)
    acme.customer("outage")
    acme.at("09:43", main=True)
    acme.answer("outage", "ACCEPT, update by 10:15", "replies from his phone")
    acme.at("09:44", main=True)
    acme.answer("outage", "SEND", "has read the prepared answer and replies")
    acme.arrived("vera@northwind.example", "Vera Lind")
    _outage_goes_on(acme)
    acme.at("11:05", main=True)
    acme.customer("charged")
    acme.at("11:31", main=True)
    acme.answer("charged", "BOUNCE to Ines because he bought at a partner shop")
    acme.at("11:52")
    acme.answer("charged", "ACCEPT, update by Tue 12:00")
    acme.at("11:53")
    acme.answer("charged", "SEND")
    acme.at("12:40")
    acme.customer("newsletter", show=False)
    acme.at("13:20")
    acme.customer("injection")
    acme.at("14:05")
    acme.customer("second-till", show=False)
    acme.at("16:10")
    acme.customer("printer-1", show=False)


def _outage_goes_on(acme: Stage) -> None:
    """Two updates and the letter that it is solved, each drafted, each let go by its owner."""
    vera = ("vera@northwind.example", "Vera Lind")
    acme.at("10:06")
    facts = "done: found it: the licence server is out of disk\nnext: free it and start it again"
    acme.answer("outage", facts)
    acme.at("10:07", main=True)
    acme.answer("outage", "SEND", quiet="yes")
    acme.arrived(*vera, since="What has been done:")
    acme.at("10:36")
    acme.answer("outage", "done: it runs again\nnext: check all shops\nblocked: none")
    acme.at("10:37", main=True)
    acme.answer("outage", "SEND", quiet="yes")
    acme.arrived(*vera, since="What has been done:")
    acme.at("10:50")
    cause = "cause: a licence server had run out of disk"
    acme.answer("outage", f"RESOLVED {cause}\nprevention: its disk is watched now")
    acme.at("10:52", main=True)
    acme.answer("outage", "SEND", quiet="yes")
    acme.arrived(*vera, since="What happened:")
    acme.at("10:58", main=True)
    acme.customer("solved", after="outage")


def tuesday(acme: Stage) -> None:
    """Somebody is away, and somebody is silent."""
    acme.day("2026-11-24", "09:02")
    acme.customer("german")
    acme.answer("german", AWAY, "has a machine that answers", style="machine")
    acme.at("09:12")
    acme.answer("german", "I'm on it, update by Wed 09:30")
    acme.at("09:13")
    acme.answer("german", "SEND")
    acme.arrived("jana@helio.example", "Jana Weiß")
    acme.at("09:45")
    acme.customer("failure", show=False)
    acme.at("10:15")
    acme.customer("printers")
    acme.at("10:24")
    acme.answer("printers", "lo tomo yo")
    acme.at("10:25")
    acme.answer("printers", "SEND")
    acme.at("11:40")
    acme.answer("charged", "RESOLVED cause: the invoice was booked twice\ndone: 620 EUR go back")
    acme.at("11:42")
    acme.answer("charged", "SEND")
    acme.at("13:10", main=True)
    acme.customer("renewal")
    acme.at("15:20", main=True)
    acme.at("15:48")
    acme.answer("german", "cause: the nightly sum had skipped a year\ndone: it runs again")
    acme.at("17:15", main=True)


def wednesday(acme: Stage) -> None:
    """Somebody pretends to be somebody; a loud mail is no escalation, a quiet one is."""
    acme.day("2026-11-25", "09:05", main=True)
    acme.answer("renewal", "ACCEPT", "writes", forged="yes")
    acme.at("09:10")
    acme.answer("german", "CLOSE: the figures are back, Jana confirmed it on the phone")
    acme.at("09:20")
    acme.answer("renewal", "ACCEPT, update by Fri 12:00")
    acme.at("09:22")
    acme.answer("renewal", "SEND")
    acme.at("09:25", main=True)
    acme.customer("shouting")
    acme.at("10:05")
    acme.customer("printer-2", show=False, after="printer-1")
    acme.at("10:20")
    acme.answer("printers", "CLOSE: the printers stand in her shop")
    acme.at("11:15")
    acme.forward("tom", "export", "ESCALATE because his bookkeeper needs October by Friday")
    acme.at("11:19")
    acme.answer("export", "tried: cleared the cache, another browser, still an empty file")
    acme.at("11:26")
    acme.answer("export", "ok mine, update by Thu 11:00")
    acme.at("11:27")
    acme.answer("export", "SEND")
    acme.at("14:00")
    acme.customer("away", show=False, after="second-till")


def thursday(acme: Stage) -> None:
    """The third mail about the same printer, and a step that is taken back."""
    acme.day("2026-11-26", "08:55")
    acme.customer("printer-3", after="printer-2")
    acme.at("09:02")
    acme.answer("printer-3", "ACCEPT, update by 13:00")
    acme.at("09:04")
    acme.answer("printer-3", "UNDO")
    acme.at("09:05")
    acme.answer("printer-3", "BOUNCE to Ben because E4 is the cutter, she needs a spare part")
    acme.at("09:08")
    acme.answer("printer-3", "ACCEPT, update by Mon 13:00")
    acme.at("09:09")
    acme.answer("printer-3", "SEND")
    acme.at("10:30")
    acme.answer("export", "cause: files over 10 MB came out empty\ndone: October is with him")
    acme.at("10:32")
    acme.answer("export", "CLOSE: his bookkeeper has October")
    acme.at("11:00")
    acme.customer("holiday", show=False)
    acme.at("16:20")
    acme.customer("login", show=False)


def friday(acme: Stage) -> None:
    """Routine, a letter with a lawyer in it, and something that was not over after all."""
    acme.day("2026-11-27", "09:15")
    acme.customer("invoice-copy", show=False)
    acme.at("10:20")
    acme.customer("feature", show=False)
    acme.at("11:30")
    acme.answer("renewal", "RESOLVED cause: three outages in one autumn\ndone: a review in January")
    acme.at("11:32")
    acme.answer("renewal", "SEND")
    acme.at("16:05")
    acme.customer("not-back", after="charged")
    acme.at("16:50")
    acme.customer("legal")
    acme.at("16:58")
    acme.answer("legal", "ACCEPT, update by Mon 14:00")
    acme.at("16:59")
    acme.answer("legal", "SEND")


def next_monday(acme: Stage) -> None:
    """The week in one mail."""
    acme.day("2026-11-30", "08:00", main=True)


WEEK = (monday, tuesday, wednesday, thursday, friday, next_monday)
