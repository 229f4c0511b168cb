"""Times as people write them on Friday 20 November 2026 at 10:14 in Berlin, by what they mean.

`text | YYYY-MM-DD HH:MM` in Berlin; `text | why` for what is asked back.
"""

READ = """
    tomorrow 3pm | 2026-11-21 15:00
    tomorrow at 3 pm | 2026-11-21 15:00
    3pm tomorrow | 2026-11-21 15:00
    by tomorrow, 3:30 p.m. | 2026-11-21 15:30
    by Monday noon | 2026-11-23 12:00
    Monday at noon | 2026-11-23 12:00
    noon on Monday | 2026-11-23 12:00
    in 2 hours | 2026-11-20 12:14
    within 2 hours | 2026-11-20 12:14
    in two hours | 2026-11-20 12:14
    2 hours | 2026-11-20 12:14
    in an hour | 2026-11-20 11:14
    in half an hour | 2026-11-20 10:44
    in an hour and a half | 2026-11-20 11:44
    in 30 min | 2026-11-20 10:44
    30 minutes | 2026-11-20 10:44
    in 1h30 | 2026-11-20 11:44
    in 2 hours and 15 minutes | 2026-11-20 12:29
    in 3 days | 2026-11-23 10:14
    in a week | 2026-11-27 10:14
    in 2 weeks | 2026-12-04 10:14
    EOD | 2026-11-20 18:00
    by end of day | 2026-11-20 18:00
    COB | 2026-11-20 18:00
    EOD tomorrow | 2026-11-21 18:00
    Monday EOD | 2026-11-23 18:00
    EOW | 2026-11-20 18:00
    end of the week | 2026-11-20 18:00
    16:00 | 2026-11-20 16:00
    by 16:00 | 2026-11-20 16:00
    9:00 | 2026-11-21 09:00
    09:00 | 2026-11-21 09:00
    15.30 | 2026-11-20 15:30
    3pm | 2026-11-20 15:00
    at 5 | 2026-11-20 17:00
    at 5 o'clock | 2026-11-20 17:00
    half past 3 | 2026-11-20 15:30
    00:15 Monday | 2026-11-23 00:15
    12pm | 2026-11-20 12:00
    noon | 2026-11-20 12:00
    today | 2026-11-20 18:00
    today 4pm | 2026-11-20 16:00
    this afternoon | 2026-11-20 15:00
    this evening | 2026-11-20 19:00
    tonight | 2026-11-20 20:00
    tomorrow | 2026-11-21 09:00
    tomorrow morning | 2026-11-21 09:00
    tomorrow 9 in the morning | 2026-11-21 09:00
    the day after tomorrow | 2026-11-22 09:00
    Monday | 2026-11-23 09:00
    on Monday | 2026-11-23 09:00
    Mon 9 | 2026-11-23 09:00
    next Monday | 2026-11-23 09:00
    next Friday | 2026-11-27 09:00
    this Friday 16:00 | 2026-11-20 16:00
    Friday 16:00 | 2026-11-20 16:00
    Friday 9:00 | 2026-11-27 09:00
    coming Tuesday | 2026-11-24 09:00
    24.11. | 2026-11-24 09:00
    24.11.2026 | 2026-11-24 09:00
    24.11.26 | 2026-11-24 09:00
    20.11. | 2026-11-20 18:00
    5.1. | 2027-01-05 09:00
    24/11 9h | 2026-11-24 09:00
    11/24 | 2026-11-24 09:00
    12/12 | 2026-12-12 09:00
    24/11/2026 16:00 | 2026-11-24 16:00
    Nov 24 at 5 | 2026-11-24 17:00
    Nov 24th | 2026-11-24 09:00
    November 24, 2026 | 2026-11-24 09:00
    24 Nov 16:00 | 2026-11-24 16:00
    the 24th of November | 2026-11-24 09:00
    Tue, 24 Nov 2026, 16:00 | 2026-11-24 16:00
    Tuesday 24.11. 14 Uhr | 2026-11-24 14:00
    the 26th | 2026-11-26 09:00
    26th at 3pm | 2026-11-26 15:00
    2nd | 2026-12-02 09:00
    31st | 2026-12-31 09:00
    2026-11-24 | 2026-11-24 09:00
    2026-11-24 14:00 | 2026-11-24 14:00
    2026-11-24T14:00 | 2026-11-24 14:00
    2026-11-24T14:00Z | 2026-11-24 15:00
    2026-11-24 14:00:30 +02:00 | 2026-11-24 13:00
    16:00 CET | 2026-11-20 16:00
    4pm UTC | 2026-11-20 17:00
    tomorrow 10:00 (EST) | 2026-11-21 16:00
    Monday 9am PT | 2026-11-23 18:00
    morgen 15 Uhr | 2026-11-21 15:00
    morgen um 15 Uhr | 2026-11-21 15:00
    morgen früh | 2026-11-21 09:00
    bis morgen Mittag | 2026-11-21 12:00
    Montag 12 Uhr | 2026-11-23 12:00
    bis Montag Mittag | 2026-11-23 12:00
    am Montag um 10 Uhr 30 | 2026-11-23 10:30
    Di. 9 Uhr | 2026-11-24 09:00
    nächsten Montag | 2026-11-23 09:00
    kommenden Dienstag 9 Uhr | 2026-11-24 09:00
    heute Abend | 2026-11-20 19:00
    heute Nachmittag | 2026-11-20 15:00
    heute | 2026-11-20 18:00
    übermorgen 9 Uhr | 2026-11-22 09:00
    in einer halben Stunde | 2026-11-20 10:44
    in zwei Stunden | 2026-11-20 12:14
    in einer Stunde | 2026-11-20 11:14
    halb 4 | 2026-11-20 15:30
    7 Uhr | 2026-11-21 07:00
    20 Uhr | 2026-11-20 20:00
    24. November 14 Uhr | 2026-11-24 14:00
    am 24. | 2026-11-24 09:00
    bis Feierabend | 2026-11-20 18:00
    9 Uhr morgens | 2026-11-21 09:00
    demain 15h | 2026-11-21 15:00
    demain à 15h30 | 2026-11-21 15:30
    demain matin | 2026-11-21 09:00
    d'ici lundi midi | 2026-11-23 12:00
    ce soir | 2026-11-20 19:00
    cet après-midi | 2026-11-20 15:00
    lundi prochain | 2026-11-23 09:00
    avant mardi 9h | 2026-11-24 09:00
    après-demain 9h | 2026-11-22 09:00
    dans 2 heures | 2026-11-20 12:14
    dans une demi-heure | 2026-11-20 10:44
    le 24 novembre à 15h30 | 2026-11-24 15:30
    fin de journée | 2026-11-20 18:00
    mañana | 2026-11-21 09:00
    mañana a las 15 | 2026-11-21 15:00
    mañana a las 3 de la tarde | 2026-11-21 15:00
    mañana por la mañana | 2026-11-21 09:00
    pasado mañana a las 9 | 2026-11-22 09:00
    el lunes a las 10 | 2026-11-23 10:00
    lunes que viene | 2026-11-23 09:00
    esta noche | 2026-11-20 20:00
    en 2 horas | 2026-11-20 12:14
    dentro de media hora | 2026-11-20 10:44
    24 de noviembre a las 16:00 | 2026-11-24 16:00
    antes del 24 de noviembre | 2026-11-24 09:00
    al mediodía | 2026-11-20 12:00
    jueves 9h | 2026-11-26 09:00
"""

ASKED = """
    | there is no time in it
    a | do not know
    soon | do not know
    asap | do not know
    so | do not know
    later | do not know
    next week | do not know
    in 2 business days | do not know
    3-5pm | do not know
    between 3 and 5 | do not know
    Monday or Tuesday | do not know
    15 | do not know
    when Ana is back | do not know
    25:00 | no clock shows
    13pm | no clock shows
    16:75 | no clock shows
    31.2. | no such day
    30/2/2026 | no such day
    2026-13-01 | no such day
    2026-11-24T25:00Z | no such day or hour
    the 45th | no such day
    Fri 24 Nov | Tuesday, not a Friday
    Friday | today or a week from now
    11/12 | may be a day and a month
    10.11 | it may be
    2h | morning or in the afternoon
    3 am Montag | it may be
    um 7 | morning or in the afternoon
    5 Uhr | morning or in the afternoon
    5h | morning or in the afternoon
    yesterday | has passed
    today 9:00 | has passed
    this morning | has passed
    20.11.2025 | has passed
    March 3rd | has passed
    2026-11-19T14:00Z | has passed
    in 90 days | more than 60 days
    24.3.2027 | more than 60 days
    16:00 CEST | the clock shows CET, not CEST
    31.12.9999 | more than 60 days
    in 999 weeks | more than 60 days
"""


def rows(table: str) -> list[tuple[str, str]]:
    """The lines of a table as pairs."""
    pairs = (line.rpartition("|") for line in table.strip("\n").splitlines())
    return [(text.strip(), told.strip()) for text, _, told in pairs]
