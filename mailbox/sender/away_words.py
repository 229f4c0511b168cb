"""Months, weekdays and the words around a return date, in seven languages."""

import re

_MONTHS = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar feber février fevrier févr fev febrero febbraio fevereiro februari",
    "march mar märz maerz mrz mars marzo março marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus",
    "september sept sep septembre septiembre setiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
_DAYS = (
    "monday mon montag mo lundi lunes lunedì lunedi segunda-feira segunda maandag",
    "tuesday tue tues dienstag di mardi martes martedì martedi terça-feira terça dinsdag",
    "wednesday wed mittwoch mi mercredi miércoles miercoles mercoledì mercoledi quarta-feira"
    " quarta woensdag",
    "thursday thu thur thurs donnerstag do jeudi jueves giovedì giovedi quinta-feira donderdag",
    "friday fri freitag fr vendredi viernes venerdì venerdi sexta-feira vrijdag",
    "saturday sat samstag sonnabend sa samedi sábado sabado sabato zaterdag",
    "sunday sun sonntag so dimanche domingo domenica zondag",
)
MONTHS = {word: place for place, row in enumerate(_MONTHS, 1) for word in row.split()}
DAYS = {word: place for place, row in enumerate(_DAYS) for word in row.split() if len(word) > 2}
TOMORROW = {"tomorrow", "morgen", "demain", "mañana", "domani", "amanhã"}

# Right before a date: this is the day of the return.
BACK = re.compile(
    r"(?i)\b(?:back|return(?:s|ing)?|resum\w+|available|reachable|zurück|wieder|zurueck|ab|retour"
    r"|joignable|serai|vuelta|regres\w*|reincorpor\w*|volver\w*|vuelvo|disponible|ritorn\w*|rientr\w*"
    r"|di nuovo|volt\w*|regress\w*|retorn\w*|terug|weer|bereikbaar)\b[^.!?\n\d]{0,40}$"
)
# Right behind it, in languages that put the verb there: "am 24.11. wieder erreichbar".
BACK_AFTER = re.compile(
    r"(?i)^[^.!?\n\d]{0,30}\b(?:back|wieder|zurück|zurueck|erreichbar|de retour|terug|weer"
    r"|de vuelta|de volta)\b"
)
# Right before a date: absent up to then.
UNTIL = re.compile(
    r"(?i)(?:\b(?:until|till|til|through|thru|to|bis(?: zum| einschließlich| inkl\.?| incl\.?)*"
    r"|jusqu['’](?:au|à|en)|au|hasta(?: el)?|al|fino al?|sino al|até(?: o dia| dia| o| a)?|ao?"
    r"|tot(?: en met)?|t/m)|[-–—])[ \t]*(?:and including|inclusive|the|den|le|el|il|o|dia|am)?"
    r"[ \t,]*(?:[^\W\d]{2,14}(?:-feira)?\.?,?[ \t]+(?:den |the |le |el )?)?$"
)
INCLUSIVE = re.compile(
    r"(?i)through|thru|einschlie(?:ß|ss)lich|inkl|incl|inclus|compreso|en met|t/m"
)
