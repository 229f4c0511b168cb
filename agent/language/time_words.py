"""The words for days and times in English, German, French and Spanish, folded."""

from datetime import time

# The tables keep one meaning a line, so that a missing word is seen at a glance.

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8,
    "ten": 10, "twelve": 12,
    "ein": 1, "eine": 1, "einer": 1, "einem": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5,
    "fuenf": 5, "sechs": 6, "acht": 8, "zehn": 10,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10,
    "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "diez": 10,
}  # fmt: skip

HALVES = {
    "half an hour": 30, "half hour": 30, "an hour and a half": 90, "a quarter of an hour": 15,
    "quarter of an hour": 15, "einer halben stunde": 30, "eine halbe stunde": 30,
    "halbe stunde": 30, "anderthalb stunden": 90, "eineinhalb stunden": 90,
    "einer viertelstunde": 15, "eine viertelstunde": 15, "une demi-heure": 30,
    "une heure et demie": 90, "un quart d'heure": 15, "media hora": 30, "hora y media": 90,
    "una hora y media": 90, "un cuarto de hora": 15,
}  # fmt: skip
"""Spans that are said in one breath, in minutes."""

UNITS = {
    "minute": 1,
    "hour": 60,
    "day": 24 * 60,
    "week": 7 * 24 * 60,
}
"""Minutes of a unit."""

UNIT_WORDS = {
    "minute": ["m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos"],
    "hour": [
        "h",
        "hr",
        "hrs",
        "hour",
        "hours",
        "std",
        "stunde",
        "stunden",
        "heure",
        "heures",
        "hora",
        "horas",
    ],
    "day": ["d", "day", "days", "tag", "tage", "tagen", "jour", "jours", "dia", "dias"],
    "week": ["w", "week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas"],
}

MORE_WEEKDAYS = {"tues": 1, "thur": 3, "thurs": 3, "sonnabend": 5}
MORE_MONTHS = {"janner": 1, "jaenner": 1, "set": 9}
"""What people also write beside the names in `mailbox.calendar_names`."""

DAYS = {
    "yesterday": -1, "gestern": -1, "hier": -1, "ayer": -1,
    "today": 0, "heute": 0, "aujourd'hui": 0, "aujourdhui": 0, "hoy": 0,
    "tomorrow": 1, "tmrw": 1, "tomorow": 1, "morgen": 1, "demain": 1, "manana": 1,
    "day after tomorrow": 2, "the day after tomorrow": 2, "ubermorgen": 2, "uebermorgen": 2,
    "apres-demain": 2, "apres demain": 2, "pasado manana": 2,
}  # fmt: skip

PARTS = {
    "morning": time(9), "in the morning": time(9), "fruh": time(9), "frueh": time(9),
    "vormittag": time(10), "am vormittag": time(10), "morgens": time(9),
    "matin": time(9), "au matin": time(9), "le matin": time(9), "por la manana": time(9),
    "noon": time(12), "midday": time(12), "lunchtime": time(12), "mittag": time(12),
    "mittags": time(12), "am mittag": time(12), "midi": time(12), "mediodia": time(12),
    "al mediodia": time(12),
    "afternoon": time(15), "in the afternoon": time(15), "nachmittag": time(15),
    "nachmittags": time(15), "am nachmittag": time(15), "apres-midi": time(15),
    "apres midi": time(15), "l'apres-midi": time(15), "tarde": time(15), "por la tarde": time(15),
    "evening": time(19), "in the evening": time(19), "abend": time(19), "abends": time(19),
    "am abend": time(19), "soir": time(19), "le soir": time(19), "noche": time(20),
    "por la noche": time(20), "night": time(20), "tonight": time(20),
}  # fmt: skip

ENDS = (
    "eod", "cob", "close of business", "end of day", "end of the day", "end of business",
    "feierabend", "dienstschluss", "tagesende", "ende des tages", "geschaftsschluss",
    "fin de journee", "la fin de journee", "la fin de la journee", "fin de la journee",
    "final del dia", "el final del dia", "fin del dia", "fin de dia",
)  # fmt: skip
"""The end of a working day."""

WEEK_ENDS = (
    "eow", "end of week", "end of the week", "ende der woche", "fin de la semaine",
    "final de la semana",
)  # fmt: skip
"""The end of the working week. French and Spanish speakers also call the weekend so: left out."""

LEADS = (
    "by", "until", "till", "til", "before", "at", "on", "no later than", "around", "latest", "from",
    "bis spatestens", "spatestens bis", "spatestens", "bis zum", "bis", "um", "am", "gegen", "vor",
    "ab", "zum", "der", "den", "dem", "d'ici a", "d'ici", "avant", "jusqu'a", "jusqu'au", "pour",
    "a partir de", "au plus tard", "vers", "des", "le", "la", "a", "au", "antes del", "antes de",
    "hasta", "para", "el", "las", "al", "los", "como muy tarde", "the", "then", "sharp",
)  # fmt: skip
"""Words before a time that change nothing about it."""

NEXT = ["next", "nachsten", "nachste", "nachster", "naechsten", "naechste", "naechster"]
COMING = ["prochain", "prochaine", "proximo", "proxima", "kommenden", "kommender", "coming"]
"""In these words next is plainly the coming one; "next Friday" on a Wednesday is not plain."""
THIS = ["this", "diesen", "dieser", "diese", "ce", "cet", "cette", "este", "esta"]

CLOCKS = {
    "utc": ("UTC", "UTC"), "gmt": ("UTC", "UTC"),
    "cet": ("Europe/Berlin", "CET"), "cest": ("Europe/Berlin", "CEST"),
    "mez": ("Europe/Berlin", "CET"), "mesz": ("Europe/Berlin", "CEST"),
    "est": ("America/New_York", "EST"), "edt": ("America/New_York", "EDT"),
    "et": ("America/New_York", ""), "pt": ("America/Los_Angeles", ""),
    "pst": ("America/Los_Angeles", "PST"), "pdt": ("America/Los_Angeles", "PDT"),
}  # fmt: skip
"""Clocks that people name: the zone, and what it must be called on that day (empty: whatever).
`cst`, `ist` and `bst` are several clocks each and left out."""
