"""Time zones by the names that people use in a sheet."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from deskless.policies.problems import nearest

SPOKEN = {
    "cet": "Europe/Paris", "cest": "Europe/Paris", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "gmt": "Etc/GMT", "bst": "Europe/London", "uk": "Europe/London", "eet": "Europe/Helsinki",
    "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York",
    "eastern": "America/New_York", "cst": "America/Chicago", "ct": "America/Chicago",
    "central": "America/Chicago", "mst": "America/Denver", "mountain": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles", "utc": "UTC", "z": "UTC", "germany": "Europe/Berlin",
    "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "sgt": "Asia/Singapore",
}  # fmt: skip


def zone_named(word: str) -> ZoneInfo:
    """The zone of an IANA name, a city (`Berlin`) or an abbreviation (`CET`, with its summer).

    Raises ZoneInfoNotFoundError whose second argument is what was probably meant.
    """
    known = available_timezones()
    bare = word.strip().replace(" ", "_")
    by_name = {name.casefold(): name for name in known}
    if name := SPOKEN.get(bare.casefold()) or by_name.get(bare.casefold()):
        return ZoneInfo(name)
    cities = {one.rpartition("/")[2].casefold(): one for one in sorted(known) if "/" in one}
    if name := cities.get(bare.casefold()):
        return ZoneInfo(name)
    city = nearest(bare, cities)
    raise ZoneInfoNotFoundError(word, nearest(bare, known) if "/" in bare else cities.get(city, ""))
