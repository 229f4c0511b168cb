"""Which language a text is in, by its small words; and the small words that turn a meaning."""

SMALL = {
    "en": frozenset(
        "the and of to is are was were have has been we our you your my with that this for not it "
        "in on be will would from they their i am an at by which what when but or as do does did "
        "can could any there out up since still me us im ive dont cant".split()
    ),
    "de": frozenset(
        "der die das und ist sind war waren wir uns unser unsere sie ihr ihre ich mein meine mit "
        "nicht auf ein eine einen einem fur von zu im dem den es dass bei aus wird wurde haben hat "
        "habe aber oder wie noch seit nach mir mich bitte kein keine auch nur schon wenn sich bin bist sehr als man mehr jetzt heute so da um am vom zum zur hier "
        "gerne diese dieser dieses ihrem ihren ihrer unserem unseren werden worden kann konnen soll "
        "hallo guten gerade immer wo was wer noch beim durch uber vor bis ihnen".split()
    ),
    "fr": frozenset(
        "le la les des et est sont nous vous notre votre nos vos je mon ma mes avec pas pour un une "
        "du de que qu dans sur ce cette ces il elle ils mais ou depuis n ne l d j ai avons avez au "
        "aux en par plus se s a c y a suis bonjour merci etre fait tout tous cela ca leur sans sous chez deja encore toujours "
        "votre vous qui dont ou quand comme si tres bien apres avant jamais rien personne etait ont "
        "sera entre aussi m t".split()
    ),
    "es": frozenset(
        "el la los las y es son nosotros nustro nustra su sus mi mis con no para un una del de que "
        "qu en por se lo le me nos pero o desde como ha han hemos he esta estan este esto muy mas "
        "ya al hola gracias porqu cuando voy va vamos tengo tenemos tiene sin sobre entre todo todos "
        "ni si ustedes vosotros usted os les hay fue era ser estoy hace solo tambien otra otro hoy "
        "a quiero queremos nadie nunca nada buenos buenas contarlo sus quien".split()
    ),
}

BUT = frozenset(
    "but however though although yet except aber jedoch allerdings trotzdem dennoch mais cependant "
    "toutefois pourtant pero aunque embargo sino".split()
)

NEGATORS = frozenset(
    "not no never none nothing without nor neither cant cannot dont doesnt didnt isnt arent wasnt "
    "werent wont wouldnt havent hasnt hadnt shouldnt couldnt neednt aint nicht kein keine keinen "
    "keinem keiner keines keinerlei nie niemals ohne nichts weder pas jamais aucun aucune sans "
    "ni nunca jamas ningun ninguna ninguno sin tampoco".split()
)

# Words behind which a new thought begins: a negation before them does not reach over.
BARRIERS = frozenset(
    "that why how because since as if whether who which only until after before so and dass warum "
    "wieso weshalb weil wie ob nur bis und que qu pourquoi parce comment si et porqu y por solo "
    "believe understand know want accept afford explain wait verstehe glauben fassen weiss "
    "akzeptieren comprends comprend sais entiendo creer anymore longer".split()
)


def tongue(words: tuple[str, ...], margin: int = 2) -> tuple[str, ...]:
    """The language of some folded words; empty when the small words do not tell.

    Two languages come back when they stand within a word of each other, as in a mixed mail.
    """
    score = {name: sum(word in small for word in words) for name, small in SMALL.items()}
    best = max(score.values())
    if best < margin:
        return ()
    return tuple(name for name, count in score.items() if count >= best - max(0.15 * best, 1 if best < 6 else 0))
