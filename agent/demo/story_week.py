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
    acme.at("10:06")
    acme.customer("solved", after="outage")
    acme.at("10:08")
    acme.answer("outage", "RESOLVED cause: a licence server had run out of disk")
    acme.at("11:05", main=True)
    acme.customer("charged")
    acme.at("11:31", main=True)
    acme.answer("charged", "BOUNCE to Ines because he ordered through a partner shop: her contract")
    acme.at("11:52", main=True)
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


def tuesday(acme: Stage) -> None:
    """Somebody is away, and somebody is silent."""
    acme.day("2026-11-24", "09:02")
    acme.customer("german")
    acme.answer("german", AWAY, "has a machine that answers", style="machine")
    acme.at("09:20")
    acme.answer("german", "I'm on it, update by Wed 09:30")
    acme.at("09:21")
    acme.answer("german", "SEND")
    acme.arrived("jana@helio.example", "Jana Weiß")
    acme.at("09:45")
    acme.customer("failure", show=False)
    acme.at("10:15")
    acme.customer("printers")
    acme.at("10:32")
    acme.answer("printers", "lo tomo yo")
    acme.at("10:33")
    acme.answer("printers", "SEND")
    acme.at("11:40")
    acme.answer("charged", "RESOLVED: the second 620 EUR goes back today")
    acme.at("13:10", main=True)
    acme.customer("renewal")
    acme.at("15:20", main=True)
    acme.at("15:48")
    acme.answer("german", "Found it: the nightly sum had skipped a year. It runs again now.")
    acme.at("17:15", main=True)


def wednesday(acme: Stage) -> None:
    """Somebody pretends to be somebody; a loud mail is no escalation, a quiet one is."""
    acme.day("2026-11-25", "09:05", main=True)
    acme.answer("renewal", "ACCEPT", "writes", forged="yes")
    acme.at("09:10")
    acme.answer("german", "CLOSE: the figures are back, Jana confirmed it on the phone")
    acme.at("09:20", main=True)
    acme.answer("renewal", "ACCEPT, update by Fri 12:00")
    acme.at("09:25", main=True)
    acme.customer("shouting")
    acme.at("10:05")
    acme.customer("printer-2", show=False, after="printer-1")
    acme.at("10:20")
    acme.answer("printers", "CLOSE: the printers stand in her shop")
    acme.at("11:15")
    acme.forward("tom", "export", "ESCALATE because his bookkeeper needs October by Friday")
    acme.at("11:30")
    acme.answer("export", "tried: cleared the cache, another browser, still an empty file")
    acme.at("11:44")
    acme.answer("export", "ok mine, update by Thu 11:00")
    acme.at("14:00")
    acme.customer("away", show=False, after="second-till")


def thursday(acme: Stage) -> None:
    """The third mail about the same printer, and a step that is taken back."""
    acme.day("2026-11-26", "08:55")
    acme.customer("printer-3", after="printer-2")
    acme.at("09:20")
    acme.answer("printer-3", "ACCEPT, update by 13:00")
    acme.at("09:26")
    acme.answer("printer-3", "UNDO")
    acme.at("09:28")
    acme.answer("printer-3", "BOUNCE to Ben because E4 is the cutter, she needs a spare part")
    acme.at("09:40")
    acme.answer("printer-3", "ACCEPT, update by Mon 13:00")
    acme.at("10:15")
    acme.answer("outage", "CLOSE, Vera confirmed on Monday", who="ben")
    acme.at("10:30")
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
    acme.answer("renewal", "RESOLVED: she stays, with a review of January")
    acme.at("16:05")
    acme.customer("not-back", after="charged")
    acme.at("16:50")
    acme.customer("legal")
    acme.at("17:05")
    acme.answer("legal", "ACCEPT, update by Mon 14:00")


def next_monday(acme: Stage) -> None:
    """The week in one mail."""
    acme.day("2026-11-30", "08:00", main=True)


WEEK = (monday, tuesday, wednesday, thursday, friday, next_monday)
