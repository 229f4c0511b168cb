"""A standing footer is nobody's sentence; what a person writes below the name is."""

import pytest

from deskless.mailbox.quoting.footer import without_footer

ASK = "Hi, where do I change the logo on the receipt?"

FOOTERS = [
    # legal, company, regulator, marketing, hotline, subscription: English
    "Kind regards\nVera Lind\n\nThis e-mail is confidential. If you are not the intended recipient "
    "you must not use it; we reserve the right to take legal action.",
    "Best\nVera\n\nNorthwind Ltd is registered in England. Registered office: 1 Dock St, Hull.",
    "Thanks\nVera\n\nNorthwind is authorised and regulated by the FCA. Complaints may be referred "
    "to the Ombudsman.",
    "Many thanks,\nVera\n\nWe accept no liability for data loss or a security breach.",
    "Cheers\nVera\nNorthwind Stores\n\nUrgent? Our hotline is staffed 24/7 if your system is down.",
    "Regards\nVera\n\nTo unsubscribe or to have your data erased, write to dpo@northwind.example.",
    "Vera\n\nFollow us on LinkedIn! Winner of the Retail Award: never again lose a sale.",
    "Kind regards\nVera Lind\nNorthwind Stores Ltd is registered in England and Wales no. 123;\n"
    "this e-mail is confidential and may be legally privileged, and misuse will be prosecuted.",
    # German
    "Mit freundlichen Grüßen\nVera Lind\n\nNordwind GmbH, Sitz der Gesellschaft: Kiel, Amtsgericht "
    "Kiel HRB 123. Zuwiderhandlungen werden rechtlich verfolgt.",
    "Viele Grüße\nVera\n\nWir übernehmen keine Haftung für Datenverlust und Schäden durch Viren.",
    "Gruß\nVera\n\nNotfall? Unsere Hotline ist rund um die Uhr erreichbar, wenn nichts mehr geht.",
    # French
    "Cordialement\nVéra Lind\n\nCe message est confidentiel. Toute utilisation non autorisée fera "
    "l'objet de poursuites.",
    "Bien à vous,\nVéra\n\nNordvent SAS au capital de 10 000 €, RCS Lille. Suivez-nous !",
    # Spanish
    "Saludos\nVera\n\nEste correo es confidencial; su uso indebido dará lugar a acciones legales.",
    "Atentamente,\nVera\n\nPara darse de baja o reclamar ante la autoridad de protección de datos, "
    "escriba a dpd@viento.example.",
    # without a closing phrase
    "Vera\n________________\nDISCLAIMER: our lawyers may take you to court.",
    "The contents of this email are confidential and privileged; any unauthorised use by anybody "
    "but the intended recipient is unlawful.",
]  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_standing_footer_is_cut(footer: str) -> None:
    words = without_footer(f"{ASK}\n\n{footer}")
    assert words.startswith(ASK)
    assert len(words.split()) <= len(ASK.split()) + 8, words


KEPT = [
    "Kind regards\nVera\n\nPS: If this is not fixed our lawyers take you to court, GDPR or not.",
    "Best\nVera\n\nP.S. Our 24/7 hotline is swamped.",
    "Thanks\nVera\n\nSince this morning nobody can log in, and the 24/7 hotline does not answer.",
    "Regards\nVera\n\nI want my data erased under the GDPR.",
    "Vera\n\nAnd: our shops are down.",
    "Viele Grüße\nVera\n\nSeit heute früh ist die Hotline nicht erreichbar, niemand hilft uns.",
    "Viele Grüße\nVera\n\nNachtrag: Der Datenschutz prüft den Vorfall.",
    "Cordialement\nVéra\n\nDepuis ce matin plus rien ne marche, même l'astreinte.",
    "Saludos\nVera\n\nDesde hoy no funciona nada, ni el teléfono de urgencias.",
    "Your hotline is staffed 24/7, they say, and nobody answers. We accept no liability for that.",
]


@pytest.mark.parametrize("words", KEPT)
def test_a_persons_sentence_below_the_name_stays(words: str) -> None:
    text = f"{ASK}\n\n{words}"
    assert without_footer(text) == text
