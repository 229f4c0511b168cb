"""A promise as a calendar file (RFC 5545): the owner's own calendar reminds, nothing is connected.

It is published, not sent as an invitation (no METHOD:REQUEST, no attendees), so that no calendar
answers it by mail.
"""

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

QUARTER = timedelta(minutes=15)


def promise_calendar(
    uid: str, due: datetime, *, written: datetime, title: str, note: str = ""
) -> bytes:
    """The calendar file for an update that was promised for `due`.

    `uid` stays the same when the promise is moved, so that calendars replace the old entry; it
    gets no domain added. `due` and `written` carry a zone and are written in UTC. The entry ends
    at `due`, begins 15 minutes before and rings then. Raises ValueError for a time without zone.
    """
    if due.tzinfo is None or written.tzinfo is None:
        raise ValueError("a promise needs a time with its zone")
    end, stamp = due.astimezone(UTC), written.astimezone(UTC)
    event = Event()
    event.add("uid", _line(uid))
    event.add("dtstamp", stamp)
    event.add("sequence", max(0, int(stamp.timestamp()) // 60 - 29_000_000))
    event.add("dtstart", end - QUARTER)
    event.add("dtend", end)
    event.add("summary", _line(title))
    if note:
        event.add("description", note.replace("\r\n", "\n"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _line(title))
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Deskless//Promises//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
