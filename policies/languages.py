"""The languages we read and write in full, by ISO 639-1 code; English first, the last resort.

The one place where they are counted: `docs/adding-a-language.md` lists what each needs, and
`tests/test_languages.py` sees that it is there.
"""

LANGUAGES = ("en", "de", "fr", "es")
