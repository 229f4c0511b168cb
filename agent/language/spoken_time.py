"""Times inside sentences, in words: "half four", "dreiviertel elf", "11 moins le quart".

Words are first rewritten as digits, each language's way, and what stands there is then read by
`time.read_time`, from the longest beginning down. What looks like a time and cannot be read is told
as well, so that nobody's time is lost in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from deskless.agent.language.fold import fold_text
from deskless.agent.language.number_words import COUNT, COUNTS, HOUR, HOURS, count_of, hour_of
from deskless.agent.language.time import When, read_time
from deskless.policies.languages import LANGUAGES
from deskless.policies.people.hours import Hours


def clock(hour: int, minutes: int) -> str:
    """An hour and minutes after (or before) it, in digits; 12-hour talk stays such."""
    total = (hour * 60 + minutes) % (24 * 60)
    if total < 60 and hour <= 12:
        total += 12 * 60
    return f"{total // 60}:{total % 60:02}"


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says a time: the pattern, and minutes it adds to the hour it names."""

    pattern: re.Pattern[str]
    minutes: int | None
    sign: int = 1

    def rewritten(self, match: re.Match[str]) -> str:
        """The same time in digits."""
        hour = hour_of(match["hour"])
        if self.minutes is not None:
            return clock(hour, self.minutes)
        return clock(hour, self.sign * count_of(match["count"]))


def wording(text: str, minutes: int | None, sign: int = 1) -> Wording:
    """A wording from a pattern with H for an hour and N for a number of minutes."""
    text = text.replace("H", f"(?P<hour>{HOUR})").replace("N", f"(?P<count>{COUNT})")
    return Wording(re.compile(rf"(?<![\w:.]){text}(?![\w:])"), minutes, sign)


OH = r"(?: ?(?:o'?clock|uhr|h|heures?|horas?))?"
WORDINGS = (
    wording(r"(?:a )?quarter (?:past|after) H", 15),
    wording(r"(?:a )?quarter (?:to|before|of) H", -15),
    wording(r"half past H", 30),
    wording(r"N(?: min(?:ute)?s?)? past H", None),
    wording(r"N(?: min(?:ute)?s?)? (?:to|before) H(?! \d|\w)", None, -1),
    wording(r"half (?P<hour>" + HOUR.replace(r"\d{1,2}|", "") + r"|1[0-2]|[1-9](?![\d:]))", 30),
    wording(r"viertel nach H", 15),
    wording(r"(?:viertel vor|dreiviertel|drei viertel) H", 0),
    wording(r"viertel H", -45),
    wording(r"halb(?:e)? H", -30),
    wording(r"N(?: min(?:uten)?)? nach H", None),
    wording(r"N(?: min(?:uten)?)? vor H", None, -1),
    wording(rf"H{OH} et quart", 15),
    wording(rf"H{OH} et demie?", 30),
    wording(rf"H{OH} moins (?:le )?quart", -15),
    wording(rf"H{OH} moins N", None, -1),
    wording(r"H heures? N(?! min| h)", None),
    wording(r"H uhr (?P<count>funf|fuenf|zehn|funfzehn|fuenfzehn|zwanzig|dreissig|vierzig)", None),
    wording(r"H y cuarto", 15),
    wording(r"H y media", 30),
    wording(r"H menos cuarto", -15),
    wording(r"H menos N", None, -1),
    wording(r"H y (?P<count>diez|veinte|veinticinco|cinco|\d{2})", None),
)
QUARTERS = {7: -15}
"""Wordings whose pattern has two forms of one meaning: "viertel vor elf" and "dreiviertel elf"."""

SPELLED = re.compile(
    rf"(?<![\w:.])(?P<hour>{HOUR}) (?P<count>thirty|fifteen|forty[- ]five|trente|quinze"
    r"|treinta|twenty|dreissig)(?![\w:])"
)
NAMED = re.compile(
    rf"(?<![\w:.])(?P<lead>at|by|before|until|till|around|about|um|gegen"
    rf"|bis|vor|ab|nach|so um|a las|a la|las"
    rf"|la|antes de las?|hacia las|sobre las|vers|avant|d'ici|a|jusqu'a|from|after) "
    rf"(?P<hour>{'|'.join(sorted(HOURS, key=len, reverse=True))})(?P<after> ?(?:o'?clock"
    rf"|uhr|heures?|horas?)?)"
    r"(?! (?:shops?|stores?|tills?|laden|filialen|kassen|tiendas|cajas"
    r"|magasins|caisses|hours?|min\w*"
    r"|days?|stunden?|tage?n?|jours?|dias?|horas|of|the|other|more|weitere\w*|y |et ))(?![\w:])"
)
FRENCH = re.compile(
    r"(?<![\w:.])(?P<hour>une|deux|trois|quatre|cinq|six|sept|huit|neuf"
    r"|dix|onze|douze) heures?(?![\w:])"
)
SPANS = (
    (re.compile(r"(?<!\w)(?:in )?(?:half an hour|a half hour|1/2 hour|30 ?min)(?!\w)"), 30),
    (re.compile(r"(?<!\w)(?:in )?(?:an hour and a half|1 ?1/2 hours?"
                r"|one and a half hours?)(?!\w)"), 90),
    (re.compile(r"(?<!\w)(?:in )?(?:a quarter of an hour|quarter of an hour)(?!\w)"), 15),
    (re.compile(r"(?<!\w)(?:within|inside|in) (?:the|an|the next) hour(?!\w)|(?<!\w)(?:innerhalb"
                r"|binnen|in) (?:der|einer)(?: nachsten)? stunde(?!\w)|(?<!\w)dans l'heure(?!\w)"
                r"|(?<!\w)(?:en|dentro de) (?:la proxima|menos de una) hora(?!\w)"), 60),
    (re.compile(r"(?<!\w)(?:in )?(?:three quarters of an hour)(?!\w)"), 45),
    (re.compile(r"(?<!\w)(?:in )?(?:(?:ei)?ne[rmn]? |der )?(?:guten |knappen |gute "
                r"|knappe )?halbe[ns]? ?(?:stunde|std|stundchen)(?!\w)"), 30),
    (re.compile(r"(?<!\w)(?:in )?(?:anderthalb|eineinhalb|1,5|einundhalb) ?(?:stunden?"
                r"|std|h)(?!\w)"), 90),
    (re.compile(r"(?<!\w)(?:in )?(?:(?:ei)?ne[rm]? )?viertel ?st(?:unde|undchen|d)(?!\w)"), 15),
    (re.compile(r"(?<!\w)(?:in )?(?:(?:ei)?ne[rm]? )?dreiviertel ?stunde(?!\w)"), 45),
    (re.compile(r"(?<!\w)(?:dans |d'ici )?(?:une )?(?:petite |bonne )?demi[ -]heure(?!\w)"), 30),
    (re.compile(r"(?<!\w)(?:dans |d'ici )?une heure et demie(?!\w)"), 90),
    (re.compile(r"(?<!\w)(?:dans |d'ici )?(?:un |1/4 )?(?:petit )?quart d'heure(?!\w)"), 15),
    (re.compile(r"(?<!\w)(?:dans |d'ici )?trois quarts d'heure(?!\w)"), 45),
    (re.compile(r"(?<!\w)(?:en |dentro de )?(?:una )?media hora(?!\w)"), 30),
    (re.compile(r"(?<!\w)(?:en |dentro de )?(?:una )?hora y media(?!\w)"), 90),
    (re.compile(r"(?<!\w)(?:en |dentro de )?(?:un )?cuarto de hora(?!\w)"), 15),
    (re.compile(r"(?<!\w)(?:en |dentro de )?(?:tres )cuartos de hora(?!\w)"), 45),
)  # fmt: skip
SPAN = re.compile(
    rf"(?<![\w:.])(?P<lead>in|within|give me|another|next|next update in"
    rf"|innerhalb von|binnen|dans|d'ici|sous|en|dentro de|dame)"
    rf" (?:about |ca\.? |etwa |environ |unos |unas |the next |spatestens "
    rf"|den nachsten |les |les prochaines )?(?P<count>{COUNT}) ?"
    r"(?:gute[nr]? |knappe[nr]? |petites? |bonnes? |gut |short |full )?"
    r"(?P<unit>h(?:ou)?rs?|h|min(?:ute)?[sn]?|m|std|stunden?|heures?|horas?"
    r"|minutos?|days?|tage?n?|jours?|dias?|weeks?|wochen?|semain\w+|semanas?)(?!\w)"
)
ALONE = re.compile(
    rf"(?<![\w:.])(?P<count>{COUNT}) ?(?P<unit>min(?:ute)?[sn]?|hrs?|hours?"
    rf"|stunden?|std|minutos?)(?!\w)(?= ?(?:[.,;!)]|$|max|tops|hochstens"
    rf"|como mucho|then|dann|and (?:i|she|he|they)))"
)
FOR = re.compile(
    r"(?<!\w)(?:for|since|seit|depuis|hace|every|all|alle|toutes les|cada"
    r"|pendant|durante|after|nach|apres|tras|last|the|vor|il y a|in|within"
    r"|en|dans|dentro de|d'ici|another)(?: (?:the |about |past |last "
    r"|ca |etwa |uber |plus de |mas de )?)? ?$"
)
"""What stands before a length of time that is no time from now."""

UNITS = (
    ("min", 1),
    ("m", 1),
    ("h", 60),
    ("st", 60),
    ("d", 1440),
    ("t", 1440),
    ("j", 1440),
    ("w", 10080),
    ("s", 10080),
)
DAYTIME = (
    (r"(?:before|bis|vor|avant|antes de|by) (?:dem |the |el |le |la )?(?:lunch(?:time)?"
     r"|mittagessen|mittag(?:spause)?|midi|dejeuner|comer|comida|mediodia"
     r"|almuerzo|noon|midday)", "12:00"),
    (r"(?:fin de (?:la )?matinee|late morning|a media manana|end of the morning"
     r"|final de la manana)", "12:00"),
    (r"(?:after|nach|apres|despues de) (?:dem |the |le |la |my )?(?:lunch"
     r"|mittag(?:essen)?|mittagspause|dej(?:euner)?|comer|comida|almuerzo)", "14:00"),
    (r"(?:over|um die|uber) (?:the )?(?:lunch(?:time)?|mittag)", "12:00"),
    (r"(?:first thing|a primera hora|gleich fruh|a la premiere heure|fruh ?morgens"
     r"|in der fruh?e?)", "9:00"),
    (r"(?:before (?:i|we) (?:leave|go home|go|knock off|close)(?: tonight"
     r"| today| this evening)?|before (?:the )?close of (?:play|business)"
     r"|(?:by |before )?(?:close of (?:play|business)|end of (?:my |the )?(?:day"
     r"|shift))|vor feierabend|bis feierabend|zum feierabend|bevor ich (?:heute )?(?:gehe"
     r"|feierabend mache)|avant de partir|en fin de journee|antes de irme"
     r"|al final del dia|fin de la jornada|a ultima hora)", "eod"),
)  # fmt: skip
DAYTIMES = tuple((re.compile(rf"(?<!\w){pattern}(?!\w)"), text) for pattern, text in DAYTIME)
COMPOUND = re.compile(
    r"(?<!\w)(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|heute?|ubermorgen)"
    r" ?(fruh|vormittag|mittag|nachmittag|abend)s?(?!\w)"
)
PARTS = {
    "fruh": "9:00",
    "vormittag": "10:00",
    "mittag": "12:00",
    "nachmittag": "15:00",
    "abend": "19:00",
}
NIGHT = re.compile(
    r"(?<!\w)(?:at |by |around )?(\d{1,2})(?::(\d{2}))? ?(?:pm )?(?:tonight"
    r"|this evening|in the evening|at night)(?!\w)"
)
NIGHT_BEFORE = re.compile(
    r"(?<!\w)(?:tonight|this evening|heute abend|ce soir|esta noche|esta tarde"
    r"|this afternoon|heute nachmittag|cet apres-midi)(?:,| at| by| around"
    r"| um| gegen| bis| a las?| a| vers)* (\d{1,2})(?:[:.h](\d{2}))?(?: ?uhr"
    r"| ?h)?(?!\w|[:.]\d)"
)
EARLY = re.compile(
    r"(?<= )(?:(?:in the |the )?morning|fruh|vormittag|(?:au )?matin|por la manana"
    r"|(?<=manana )temprano)(?:,| at| by| um| gegen| bis| vor| a las?"
    r"| a| vers| avant)* (\d{1,2})(?:[:.h](\d{2}))?(?: ?uhr| ?h(?:eures?)?"
    r"| ?am)?(?!\w|[:.]\d)"
)
AFTERNOON = re.compile(
    r"(?<!\w)(\d{1,2})(?:[:.h](\d{2}))? ?(?:uhr |h )?(?:this afternoon"
    r"|in the afternoon|this arvo|nachmittags?|am nachmittag|heute nachmittag"
    r"|de l'apres-midi|cet apres-midi|de la tarde|esta tarde|abends|du soir"
    r"|de la noche|heute abend|ce soir|esta noche)(?!\w)"
)
MORNING = re.compile(
    r"(?<!\w)(\d{1,2})(?:[:.h](\d{2}))? ?(?:uhr |h )?(?:in the morning"
    r"|this morning|morgens|de la manana|du matin|vormittags)(?!\w)"
)
HOURLESS = re.compile(
    r"(?<!\w)(?:at|by|before|around|about|um|gegen|bis) (?:a )?(?P<count>quarter|half|twenty|ten"
    r"|five"
    r"|viertel|zwanzig|zehn|funf) (?P<side>past|to|nach|vor)(?= ?(?:[.,;!)]|$|and\b|und\b|then\b))"
)
"""A time that leaves out its hour: the next time the clock shows that."""

AGREED_HOUR = re.compile(
    r"(?<!\w)(?:so|then|say|make it|sagen wir|also|disons|donc|digamos|pues|tell (?:them|her|him))"
    r" (\d{1,2})(?= ?(?:[.,;!)]|$|for\b|fur\b|pour\b|para\b))"
)
"""An hour after a word that settles on it."""

NOON_AND = re.compile(
    r"(?<!\w)(?:midi et (?:demie?|quart)|mediodia y (?:media|cuarto)|half past noon"
    r"|quarter past noon|halb nach mittag)(?!\w)"
)
DOTTED = re.compile(r"(?<=\d) ?([ap])\. ?m\.?")
SAID = re.compile(
    r"(?<!\w)(?:(?:by|until|till|before|bis|vor|gegen|avant|d'ici|vers"
    r"|antes de|hasta|hacia) (?!(?:i|the way|hand|mir|ort|allem|es|que"
    r"|todo|tout|ca)\b)"
    r"(?:\w+ ){0,2}(?:\d{1,2}(?!\d)|morning|afternoon|evening|night|tonight"
    r"|noon|lunch|week|month|(?:mon|tues|wednes|thurs|fri)day|abend|morgen"
    r"|woche|\w+tag"
    r"|soir|matin|semaine|lundi|mardi|mercredi|jeudi|vendredi|noche|tarde"
    r"|semana|lunes|martes|miercoles|jueves|viernes)"
    r"|(?:next|this|by the) (?:week|month|weekend)|(?:diese|nachste|kommende)[nr]? (?:woche"
    r"|tage|monat)|wochenende|bald|soon|shortly|later today|spater"
    r"|(?:la )?semaine prochaine|ce week-end|bientot|plus tard|(?:la )?(?:proxima semana"
    r"|semana que viene)|en breve|pronto|un rato|mas tarde|asap)(?!\w)"
)
"""What sounds like a time that somebody means, whether or not it can be read."""

AGO = re.compile(
    r"(?:since|seit|depuis|desde(?: hace)?|hace|il y a|from|ago|vor|nach"
    r"|after|until now|between|zwischen|entre|until yesterday|gestern"
    r"|yesterday|hier|ayer|anoche|heute nacht|cette nuit|last|letzte\w*"
    r"|a partir de)(?: (?:the|um|las?|der|dem|les?|about))?$"
)
CARRIES_ON = re.compile(
    r"(?<!\w)(?:and|und|et|y|e|this|that|so|the|ich|je|i|i'll|one|a \d+"
    r"|\d+(?:st|nd|rd|th)|morning|manana morning|early|fruh|frueh|tarde"
    r"|noche|semana|\d+ \d+)$|^(?:so|do|mi|sa|di|fr|mo|la \d+|a \d+|an? one"
    r"|el|le|this|that|mar|mer|sun|dim|lun|sam|ven|sat|fri|das|jeu)(?: "
    r"|$)"
)
"""How words end or open that are no time by themselves."""

AFTER = re.compile(r"(?:ago|later|past|old|long|shops?|stores?|tills?|times|mal|fois|veces)(?!\w)")
PASSED = timedelta(hours=14)
"""A clock time without its day that next comes so much later was earlier today."""

CLOCK_ALONE = re.compile(
    r"(?:(?:at|by|before|until|till|around|about|um|gegen|bis|vor|ab|spatestens"
    r"|zum|vers|avant|d'ici|jusqu'a|a|las|la|el|antes|de|hasta|hacia|sobre"
    r"|zu|for) )*"
    r"\d{1,2}(?:[:.h]\d{2})?(?: ?(?:uhr|h|heures?|horas?|[ap]m|o'clock))?"
)
OPEN_EARLY = re.compile(r"(?<![\d:.])([678])(?=[:.]\d{2}| ?$| ?(?:uhr|h|o'clock|horas)$)")
"""Hours that are morning where nothing else settles it: nobody promises a word at 20:30."""

LONGEST = 6
"""Words that a time has at most."""

OPENS = re.compile(
    r"\d|today|tomorrow|tmrw|tonight|noon|midday|eod|cob|heute|morgen"
    r"|ubermorgen|mittag|feierabend|midi|minuit|demain|aujourd|apres-demain"
    r"|hoy|manana|pasado|mediodia|mon|tue|wed|thu|fri|sat|sun|mo|di|mi"
    r"|do|fr|sa|so|lun|mar|mer|jeu|jue|ven|vie|sam|sab|dim|dom|mie|in"
    r"|dans|en|end|fin|this|next|nachst|kommend|am|ce|esta|el|abend|half"
)


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A time in a sentence: the instant (UTC) or None where it was said and could not be read,
    the words, why not, and where they stand in the rewritten text.
    """

    at: datetime | None
    text: str
    start: int
    why: str = ""


def rewrite_times(text: str) -> str:
    """A folded text with its times in digits."""
    text = DOTTED.sub(r"\1m", text)
    text = AGREED_HOUR.sub(r"at \1", text)
    text = NOON_AND.sub(lambda m: "12:15" if "quart" in m[0] or "cuarto" in m[0] else "12:30", text)
    for pattern, minutes in SPANS:
        text = pattern.sub(f"in {minutes} min", text)
    for place, form in enumerate(WORDINGS):
        change = QUARTERS.get(place)
        text = form.pattern.sub(
            (lambda match, change=change: clock(hour_of(match["hour"]), change))
            if change is not None
            else form.rewritten,
            text,
        )
    text = SPELLED.sub(
        lambda m: clock(hour_of(m["hour"]), count_of(m["count"].replace(" ", "-"))), text
    )
    text = FRENCH.sub(lambda m: f"{HOURS.get(m['hour'], 6)} h", text)
    text = NAMED.sub(lambda m: f"{m['lead']} {HOURS[m['hour']]}{m['after']}", text)
    for pattern, plain in DAYTIMES:
        text = pattern.sub(plain, text)
    text = NIGHT_BEFORE.sub(evening, text)
    text = EARLY.sub(lambda m: f"{int(m[1]):02}:{m[2] or '00'}", text)
    text = COMPOUND.sub(lambda m: f"{m[1]} {PARTS[m[2]]}", text)
    text = NIGHT.sub(evening, text)
    text = AFTERNOON.sub(evening, text)
    text = MORNING.sub(lambda m: f"{int(m[1]):02}:{m[2] or '00'}", text)
    text = ALONE.sub(lambda m: m[0] if FOR.search(text[: m.start()]) else span_in_minutes(m), text)
    return SPAN.sub(
        lambda m: m[0] if m["lead"] == "d'ici" and m["unit"] == "h" else span_in_minutes(m), text
    )


def next_such(match: re.Match[str], local: datetime) -> str:
    """The next time that a clock shows so many minutes after or before an hour, in digits."""
    counts = {"quarter": 15, "half": 30, "viertel": 15}
    minutes = counts.get(match["count"]) or COUNTS[match["count"]]
    minute = minutes if match["side"] in {"past", "nach"} else 60 - minutes
    hour = local.hour if minute > local.minute else local.hour + 1
    return f"at {hour % 24}:{minute:02}"


def evening(match: re.Match[str]) -> str:
    """An hour of the second half of the day."""
    hour = int(match[1])
    return f"{hour + 12 if 0 < hour < 12 else hour}:{match[2] or '00'}"


def span_in_minutes(match: re.Match[str]) -> str:
    """How long from now, in minutes or days."""
    factor = next(size for start, size in UNITS if match["unit"].startswith(start))
    return f"in {count_of(match['count']) * factor} min"


def spoken_times(
    raw: str, now: datetime, zone: ZoneInfo, *, hours: Hours | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> list[SpokenTime]:  # fmt: skip
    """The times that lie ahead which a sentence names, in their order; one that was said and
    cannot be read has no instant.
    """
    local = now.astimezone(zone)
    text = rewrite_times(HOURLESS.sub(lambda match: next_such(match, local), fold_text(raw)))
    times: list[SpokenTime] = []
    end = 0
    for start, words in openings(text):
        if start < end:
            continue
        for length in range(len(words), 0, -1):
            phrase = " ".join(words[:length]).strip(" ,;:.!?()\"'")
            if CARRIES_ON.search(phrase) or (
                length < len(words) and AFTER.match(" ".join(words[length:]))
            ):
                continue
            reading = read_phrase(phrase, now, zone, hours, languages)
            if reading:
                gone = reading - now > PASSED and CLOCK_ALONE.fullmatch(phrase)
                if not gone and not AGO.search(text[:start].rstrip(" ,")):
                    times.append(SpokenTime(reading, phrase, start))
                end = start + len(" ".join(words[:length]))
                break
    if (
        len(times) == 2
        and not re.search(r"\d", times[0].text)
        and CLOCK_ALONE.fullmatch(times[1].text)
    ):
        joined = f"{times[0].text} {times[1].text}"
        reading = read_phrase(joined, now, zone, hours, languages)
        times = [SpokenTime(reading, joined, times[0].start)] if reading else times
    if not times and (match := SAID.search(text)):
        times.append(
            SpokenTime(None, match[0], match.start(), "I do not know this way to say a time")
        )
    return times


def read_phrase(
    phrase: str, now: datetime, zone: ZoneInfo, hours: Hours | None, languages: tuple[str, ...]
) -> datetime | None:
    """The instant of a few words, or None."""
    span = re.fullmatch(r"in (\d{1,6}) min", phrase)
    if span and int(span[1]) <= 60 * 24 * 60:
        return now + timedelta(minutes=int(span[1]))
    if re.fullmatch(
        r"(?:on |am )?\d{1,3}|[a-z]{1,3}|in|\d+(?:[.,]\d+)? ?(?:h|m|d|w)", phrase
    ) and not re.fullmatch(r"eod|cob|hoy|\d{1,2} ?h", phrase):
        return None
    moment = read_time(phrase, now, zone, hours=hours, languages=languages)
    if not isinstance(moment, When) and "in the morning or in the afternoon" in moment.why:
        early = OPEN_EARLY.sub(r"0\1", phrase)
        early = re.sub(r"(0[678])(?: uhr| h| o'clock| horas)?$", r"\1:00", early)
        moment = read_time(early, now, zone, hours=hours, languages=languages)
    return moment.at if isinstance(moment, When) else None


def openings(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where a time may start, and the words from there on."""
    for match in re.finditer(r"\S+", text):
        if OPENS.match(match[0].lstrip("(\"'")) or LEADING.match(text, match.start()):
            yield match.start(), text[match.start() :].split()[:LONGEST]


LEADING = re.compile(
    r"(?:at|by|before|until|till|around|about|um|gegen|bis|vor|ab|spatestens"
    r"|a las?|antes de las?|hasta las?|hacia las?|sobre las?|a partir de las?"
    r"|las|la|vers|avant|d'ici|a|jusqu'a|for|zu|bis zu) (?:spatestens )?\d"
)
