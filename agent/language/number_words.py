"""The numbers that times are said with, in four languages, folded: hours and counts."""

HOURS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "eins": 1, "ein": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "funf": 5, "fuenf": 5,
    "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12,
    "zwoelf": 12,
    "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12,
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12,
    "dreizehn": 13, "vierzehn": 14, "funfzehn": 15, "fuenfzehn": 15, "sechzehn": 16, "siebzehn": 17,
    "achtzehn": 18, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17,
    "dix-huit": 18,
}  # fmt: skip
COUNTS = HOURS | {
    "a": 1, "an": 1, "eine": 1, "einer": 1, "einem": 1, "ner": 1, "nem": 1, "ne": 1, "un": 1,
    "fifteen": 15, "twenty": 20, "twenty-five": 25, "twenty five": 25, "thirty": 30, "forty": 40,
    "forty-five": 45, "forty five": 45, "fifty": 50, "ninety": 90, "couple of": 2, "a couple of": 2,
    "funfzehn": 15, "fuenfzehn": 15, "zwanzig": 20, "funfundzwanzig": 25, "dreissig": 30,
    "vierzig": 40, "funfundvierzig": 45, "sechzig": 60, "neunzig": 90,
    "quinze": 15, "vingt": 20, "vingt-cinq": 25, "trente": 30, "quarante": 40,
    "quarante-cinq": 45, "cinquante": 50,
    "quince": 15, "veinte": 20, "veinticinco": 25, "treinta": 30, "cuarenta": 40,
    "cuarenta y cinco": 45, "cincuenta": 50, "par de": 2, "un par de": 2,
}  # fmt: skip

HOUR = rf"(?:\d{{1,2}}|{'|'.join(sorted(HOURS, key=len, reverse=True))})"
COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"


def hour_of(text: str) -> int:
    """The number an hour is said with."""
    return int(text) if text.isdigit() else HOURS[text]


def count_of(text: str) -> int:
    """A number in digits or words."""
    return int(text) if text.isdigit() else COUNTS[text]
