"""The words that a reply may begin with, in four languages: data for `lines.py`."""

# First words that a command may begin with. Wider than the grammar on purpose: a word too many
# costs one different line break.
WORDS = """
    accept accepted accepting accepts acknowledge acknowledged ack bounce bounced bounces
    bouncing later snooze snoozed yes yep yeah yup y no nope n ok okay k kk sure take taking taken
    mine done fine handled handling decline declined declines reject rejected refuse refused pass
    postpone defer wait approve note notes status send sent resolved resolve solved solve
    close closed closing reopen reopened undo help stop right wrong go live join apply confirm
    confirmed code need escalate escalated ledger wrong_owner duplicate progress
    split offer withdraw deny war_room commander
    fixed called
    review why lesson
    relation lost kept stronger
    goodwill impact commit commitment prevent finished drop dropped
    anbieten auswirkung zusage vorbeugen streichen genehmigt
    proposer gravité engagement prévenir fait abandonner approuve
    ofrecer impacto compromiso prevenir descartar aprobado
    until roger remind reassign assign
    ja jep jup jawohl nein nee nö übernehme uebernehme übernommen uebernommen mach mache
    später spaeter annehmen angenommen akzeptiert akzeptiere ablehnen abgelehnt nehme klar passt
    meins meiner notiz hilfe senden schicken gelöst geloest erledigt fertig schließen schliessen
    geschlossen zurück zurueck rückgängig rueckgaengig weiter warte warten verschieben bestätigt
    bestätige bestaetigt eskalieren
    oui ouais non d'accord d’accord accepte j'accepte j’accepte accepter accepté prends refuser
    refusé statut aide envoyer envoie envoyez résolu resolu fermer fermé ferme clore annuler annule
    rouvrir escalader
    sí si acepto aceptar acepta aceptado vale rechazo rechazar rechazado tarde después despues
    luego mío mía ayuda nota estado enviar envía envia envíe resuelto cerrar cerrado cierra
    deshacer reabrir tomo asumo hecho listo confirmo escalar
"""
# Words that only begin one together with the next: kept off a broken line, left where they stand
# at the beginning of a paragraph of ours.
SOFT_WORDS = """
    i i'll i’ll i'm i’m im it it's it’s not on got will took great good can can't can’t cannot cant
    next blocker unclear weekly cool perfect works understood tomorrow today update confirming
    because agreed approved thanks thx merci danke gracias
    ich nicht morgen heute kann weil geht gerne mein mache bitte
    je j'ai j’ai pas plus tard pris impossible demain c'est c’est de yo lo mañana manana imposible
"""
# Commands of two words, where the first alone is harmless.
PHRASE_LIST = """
    on it|got it|not mine|not me|will do|i accept|i take|i'll take|i'm on|mach ich|nicht meins
    nicht meiner|ich übernehme|ich nehme|geht klar|je prends|je m'en|pas moi|plus tard|más tarde
    lo tomo|yo lo|de acuerdo|can't accept|it's mine
"""
PHRASES = frozenset(word.strip() for word in PHRASE_LIST.replace("\n", "|").split("|")) - {""}
# Commands only when nothing follows; otherwise more often the name of a person.
ALONE = frozenset({"jo", "mia", "mio", "will"})
COMMANDS = frozenset(WORDS.split())
SOFT = frozenset(SOFT_WORDS.split())
LONG = frozenset(word for word in COMMANDS if len(word) >= 5)
THUMBS = frozenset("👍👎✅✔☑❌✖🆗👌🙋🙏🚫")
EDGES = "\"'’‘“”„«»()[]{}<>.,;:!?¡¿*_~`#|/\\-–—…=+"
