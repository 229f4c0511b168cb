"""How automatic answers and bounces begin their subjects, in many languages.

The last hint only: headers come first, and a `Re:` or `Fwd:` before such words is a person's. What
people too may begin a subject with ("Vacation: refund please") counts only beside a return date.
"""

import re

_END = r"(?=\s*(?:$|[:：\-–—(\[,;!.|/]|\b(?:re|auf|until|till|from|bis|vom|hasta|jusqu|fino|is)\b))"

# An out-of-office or automatic answer: whole words at the start of the subject.
_AUTO = (
    # English
    r"auto(?:matic|mated)?[ -]?(?:repl(?:y|ied)|response|answer)", r"autorepl(?:y|ied)",
    r"autoresponse", r"auto[ -]?responder", r"out of (?:the )?office(?: auto[ -]?repl(?:y|ied))?",
    r"out-of-office",
    r"away from (?:the office|my (?:mail|desk|e-?mail))",
    r"i am (?:currently )?(?:away|out of (?:the )?office"
    r"|on leave)",
    # German
    r"auto(?:matische)?[ -]?antwort", r"automatische r(?:ü|ue)ckantwort", r"abwesenheits?notiz",
    r"abwesenheits?(?:meldung|nachricht|assistent|hinweis)",
    r"nicht im (?:büro|buero|haus)", r"urlaubs?(?:notiz|meldung)",
    # French
    r"réponse automatique", r"reponse automatique", r"absen(?:ce|te?) du bureau",
    r"message (?:d['’]absence|automatique)", r"(?:notification|avis) d['’]absence",
    # Spanish, Portuguese, Italian
    r"respuesta automática", r"respuesta automatica", r"fuera de (?:la )?oficina",
    r"autorrespuesta", r"resposta autom[áa]tica", r"fora do escrit[óo]rio",
    r"ausência (?:temporária|do escritório)", r"rispost[ae] automatic[ahe]+",
    r"risponditore automatico", r"fuori (?:sede|ufficio)", r"assente dall['’]ufficio",

    # Dutch, Scandinavian, Finnish
    r"automatisch(?:e)? (?:antwoord|beantwoording|bericht)", r"afwezigheidsbericht",
    r"niet op kantoor", r"autosvar", r"automatisk(?:t)? svar", r"frånvaromeddelande",
    r"frav[æa]r(?:ende|sbesked|smelding)?", r"ikke (?:til stede|på kontoret)",
    r"automaattinen (?:vastaus|poissaoloviesti)", r"poissa(?:oloviesti| toimistosta)",
    # Slavic, Hungarian, Romanian, Turkish, Greek
    r"automatyczna odpowiedź", r"odpowiedź automatyczna", r"autoodpowiedź", r"poza biurem",
    r"automatická odpověď", r"automatická odpoveď", r"mimo kancelář",
    r"автоответ(?:чик)?", r"автоматический ответ", r"вне офиса", r"автовідповідь",
    r"automatikus válasz", r"házon kívül", r"răspuns automat", r"otomatik (?:yanıt|cevap)",
    r"αυτόματη απάντηση", r"εκτός γραφείου", r"automatski odgovor", r"samodejni odgovor",
    # Japanese, Chinese, Korean, Arabic, Hebrew, Vietnamese, Thai
    r"自動(?:応答|返信|回覆|回复)", r"不在(?:通知|のお知らせ)?", r"自动(?:回复|答复|回覆)",
    r"(?:자동 ?(?:회신|응답)|부재 ?중)", r"رد تلقائي", r"(?:מענה|תשובה) אוטומטי(?:ת)?",
    r"trả lời tự động", r"ตอบกลับอัตโนมัติ",
)  # fmt: skip
# Words that people also begin with; they count only where the text names a day of return.
_AWAY = (
    r"auto", r"ooo", r"vacation(?: (?:repl(?:y|ied)|response|message))?", r"on vacation",
    r"(?:on|annual|maternity|parental) leave", r"abwesend", r"abwesenheit", r"(?:bin )?im urlaub",
    r"absen(?:ce|te?)", r"en congés?", r"ausente", r"de vacaciones", r"de f[ée]rias", r"assente",
    r"in ferie", r"afwezig(?:heid)?", r"frånvar(?:o|ande)", r"semester", r"poissa", r"отпуск",
    r"nieobecność", r"away", r"on holidays?",
)  # fmt: skip
AUTO = re.compile(rf"\[?(?:{'|'.join(_AUTO)})\]?{_END}", re.IGNORECASE)
AWAY = re.compile(rf"\[?(?:{'|'.join(_AWAY)})\]?{_END}", re.IGNORECASE)
_STARRED = re.compile(r"^[\s*!~\[(<-]+")

# What mail servers write over a mail that they could not deliver.
BOUNCED = re.compile(
    r"(?i)undeliver|non[- ]?deliver|not (?:be )?delivered|could ?n[o']t be delivered"
    r"|undelivrable|unzustellbar|unzustellbarkeit|nicht zugestellt|zustellung"
    r"|failure (?:notice|notification)|delivery (?:(?:status )?notification|status|failure|failed"
    r"|problem|error|report|has failed|unsuccessful|incomplete|delay)|deliver(?:y)? fail"
    r"|fail(?:ed|ure)(?: to|[: -]+)? ?deliver|returned (?:e-?)?mail|returned to sender|mail return"
    r"|mail (?:delivery|system error|failure|error|could not)|message (?:delivery|undeliver|not|"
    r"could not|status)|mail ?box (?:full|unavailable|not found)|user unknown|unknown user"
    r"|(?:e-?mail|address|recipient)[\w ]{0,20}(?:invalid|unknown|rejected|not found|failed)"
    r"|(?:can(?:no|')t|cannot|unable to) (?:be )?(?:deliver|send)|bounce|warning: (?:could|message)"
    r"|non remis|échec|non recapitabil|mancata consegna|no se pudo entregar|no entregado"
    r"|failed mail|not (?:a )?member|devuelto|falha na entrega|não entregue|onbestelbaar"
    r"|niet bezorgd|kan ikke leveres"
    r"|nedoručen|niedostarczon|недоставлен|не доставлен|配信不能|配信エラー|送信できません|退信"
    r"|无法投递|無法投遞|nondelivery|dsn\b|rejected mail|mail rejected|refused mail"
)


def is_automatic_subject(subject: str) -> bool:
    """Whether a subject begins as only out-of-office notes and other automatic answers do."""
    return AUTO.match(_STARRED.sub("", subject)) is not None


def is_absence_subject(subject: str) -> bool:
    """Whether a subject begins as such notes do, and as mail about something else may too."""
    return AWAY.match(_STARRED.sub("", subject)) is not None
