"""What people speak of when they answer, in four languages: one idea, many words.

A head that counts words learns each language by itself; an idea that all of them share is learnt
once. Patterns stand over folded text as whole words; an idea is a hint for the head and for rules,
never an act.
"""

import re
from collections.abc import Mapping
from functools import cache

CONCEPTS: Mapping[str, tuple[str, ...]] = {
    "take": (
        r"i'?(?:ll|m| will| am)? (?:take|taking|own|owning|handle|handling|do it|grab|have it|got)",
        r"(?:doing|on|got|having) (?:it|this)", "mine", "count me in", "give (?:it|that) here",
        r"put (?:me|my name)", "leave it (?:with|to) me", r"stays? with me", "i step in", r"i'?ll do",
        r"u(?:e)?bernehm\w*", r"u(?:e)?bernomm\w*", r"mach'?e? ich\w*", r"ich mach\w*", "meins",
        r"ku(?:e)?mm(?:e)?r\w*", r"bin (?:schon |ja schon )?dran", "her damit", "nehm ich",
        r"ich nehm\w*", r"bei mir", r"auf meinen tisch", r"u(?:e)?ber mich", "behalte ich",
        "dann eben ich", r"je (?:le |la )?(?:prends|gere|gare|garde)", r"m'en (?:occupe|charge)\w*",
        r"jm'en \w+", r"c'est (?:bon )?pour moi", "c bon pour moi", "je suis dessus", "a mon nom",
        r"sera (?:donc )?moi", "moi meme", r"(?:me )?lo (?:tomo|cojo|llevo|quedo|hago|agarro|miro)",
        r"me (?:encargo|ocupo|lo quedo|apunto)", "apuntadme", "para mi", "conmigo", "es mio",
        r"estoy (?:con ello|en ello|en eso)", "yo me", "lo llevo yo",
    ),
    "hand on": (
        r"(?:hand|give|pass|move|take)\w*(?: \w+)? (?:back|over|on|away|to|up)", r"let \w+ (?:have|take)",
        r"zuru(?:e)?ckge\w*", r"(?:ab|her|weiter)(?:zu)?geb\w*", r"geb\w* .{0,30} (?:ab|zuruck|weiter|her)",
        r"weiterreich\w*", r"reich\w* .{0,20}weiter", "loswerden", r"rendre\w*", r"rends", r"lache\w*",
        r"refil\w*", r"pass(?:e|er|ez)\w*", r"transmett\w*", r"devolv\w*", r"devuelv\w*", r"solt\w+",
        r"pasa(?:d|r|dse|rse)?(?:se)?(?:lo|la)?", r"suelto", "quitar\w*", "das?elo", r"hand\w* it",
    ),
    "cannot": (
        r"can'?t", "cannot", r"couldn'?t", "unable", r"not (?:possible|today|this week)", "no chance",
        "no way", r"not available", r"(?:out of|no) (?:hours|capacity|time)", r"haven'?t got the \w+",
        r"geht (?:\w+ )?(?:nicht|net|nich)", r"kann (?:\w+ ){0,3}(?:nicht|net|nich)", r"schaff\w* (?:\w+ )?nicht",
        r"klappt (?:\w+ )?nicht", r"keine (?:zeit|luft|kapazita(?:e)?t)", r"unmo(?:e)?glich", "impossible",
        r"(?:peux|pourrai|pourrais|peut) (?:\w+ )?pas", r"pas (?:possible|dispo\w*|le temps)", r"no pued\w+",
        "imposible", r"ni de (?:broma|cona)", r"no doy", r"no (?:me )?(?:da|llego)", "no tengo (?:tiempo|manos)",
    ),
    "somebody else": (
        r"(?:some|any)(?:one|body) (?:else|fresh|with)", r"nobody else", r"another (?:person|pair|engineer|colleague)",
        "elsewhere", r"(?:jemand|wer|wen|wem)(?:en|em)? (?:ander\w+|der|aus|mit)", r"anderer?n?", "andern",
        r"(?:quelqu'un|qqn) (?:d'autre|de)", r"un autre", "d'autres", r"releve", r"otr[oa]s?(?: persona)?",
        r"alguien (?:mas|que|con)", "quien quiera", r"find (?:some|another)\w*",
    ),
    "not mine": (
        r"not (?:for )?(?:me|mine|my \w+|ours?)", r"isn'?t (?:mine|my \w+|for me)", r"without me", "leave me out",
        r"nicht (?:mein\w*|fu(?:e)?r mich|zusta(?:e)?ndig|unser\w*)", r"bin (?:da )?raus", "ohne mich",
        r"pas (?:pour )?(?:moi|mon|ma|mes|notre|de mon)", "sans moi", r"rien a voir avec", r"me depasse",
        r"no (?:es|me|nos) (?:mi[oa]?|corresponde|toca|para mi)", "sin mi", r"no es de \w+",
    ),
    "no rights": (
        r"(?:no|don'?t have|without) (?:\w+ )?(?:access|rights|admin|licen[cs]e|permission)", "not allowed",
        r"(?:keine?n?|fehl\w+) (?:\w+ )?(?:zugriff|rechte?|zugang|unterweisung|freigabe)", r"darf (?:\w+ ){0,3}nicht",
        r"(?:pas|plus|aucun) (?:\w+ ){0,2}(?:droits?|acces)", "habilitation", r"(?:no|sin) (?:\w+ )?(?:acceso|permisos?|licencia)",
        r"conflict of interest", r"befangen\w*", "compliance", "conformite",
    ),
    "whose": (
        r"belongs? (?:to|on|with)", r"(?:is|'s) (?:for|with) nam", r"gehort (?:zu|an|nach)", r"(?:sache|thema|baustelle) von",
        r"nam (?:ist|ware|wer)", r"ressort", r"c'est (?:a |pour )?nam", r"(?:es|eso es) (?:de|para) nam", "corresponde a",
        r"ask nam", r"try nam", r"frag\w* nam", r"lieber nam", r"better nam", r"plutot nam", r"mejor nam",
        r"(?:an|zu|to|a|voir|avec) nam", r"nam (?:should|can|knows|would|soll|kann|kennt|weiss|saura|peut|sabe|puede)",
    ),
    "name him": (
        r"nam (?:takes?|does|gets|has|please|soll|macht|nimmt|u(?:e)?bernimmt|prend|gere|s'en|suivra|lo|se)",
        r"(?:give|let|put|assign|go with|want|have) (?:it to )?nam", r"(?:gib|gebt|geben|setz\w*|nehmt|an) .{0,12}nam",
        r"(?:mettez|mets|donnez|confiez|que|c'est) .{0,8}nam", r"(?:que|pon|poned|dadlo|dale|para) .{0,16}nam", r"the? nam shall",
        r"soll nam", r"nam bitte", "nam please",
    ),
    "ask again": (
        r"(?:ask|remind|nudge|ping|try|poke|check with|catch) (?:me|again)", "come back", r"(?:ask|try) (?:me )?again",
        r"frag\w*(?: \w+){0,4} (?:nochmal|nomal|wieder|noch mal|mich)", r"erinner\w*", "wieder auf mich", r"nochmal fragen",
        r"fragt? mich", r"(?:re)?demand\w+[ -]moi", r"redemand\w*", r"relanc\w*", r"revene[zs]", "reviens",
        r"rappel\w*[ -]moi", r"ping", r"preguntame\w*", r"recuerd\w*", r"volved\w*", r"vuelv\w*", r"avisame", r"repreguntame",
    ),
    "undecided": (
        r"(?:don'?t|dont|do not) know (?:yet|if)", r"can'?t say", "undecided", r"not sure(?: yet)?", r"(?:tell|know) you (?:then|later)",
        r"wei(?:ss|s)\w* (?:\w+ )?(?:nicht|net|nich)", "noch offen", r"(?:noch )?nicht entsch\w+", r"entscheid\w*", "vorher sag ich",
        r"sais pas", "indecis", r"(?:me )?decid\w*", r"tout depend", r"no se(?: si)?", "ni si ni no", r"(?:todavia|aun) no", "chew on",
        r"ne sais pas", r"depends",
    ),
    "ask who wrote": (
        r"(?:ask|find out|get that|check with) (?:\w+ ){0,3}(?:nam|reporter|who\w*|them|customer|from|her|him)", "find out", "whoever",
        r"(?:the )?person who", r"fragt? (?:mal |bitte )?nach", r"nachfragen", r"erfrag\w*", r"kla(?:e)?r\w*", r"melder\w*",
        r"frag\w* .{0,12}(?:nam|kundin|kunden)", r"preciser", r"demander? (?:a|au)", r"celui qui", r"celle qui", r"demandez",
        r"pregunt\w+selo", r"pregunt\w* (?:a|al)", r"averigu\w*", r"pedid\w*", r"quien (?:lo )?(?:abrio|reporto|aviso)", r"consultar\w*",
    ),
    "need to know": (
        r"(?:i )?need (?:to know|the|a|more)", r"missing", r"fehlt (?:mir|noch)?", r"mir fehlt", r"brauch\w*",
        r"(?:il )?me manque", r"besoin (?:de|d)\w*", r"(?:me )?falta(?:n)? (?:saber|el|la)", r"necesit\w*", r"sin saber",
    ),
    "works": (
        r"(?:is|are|was|it'?s|all)? ?(?:fixed|solved|resolved|sorted|done)", r"(?:works?|working|running|trading|up|ok|fine)(?: again| now)?",
        r"(?:la(?:e)?uft|laufen|geht|gehen|funktioniert)(?: \w+)? wieder", r"wieder (?:\w+ )?(?:kassiert|gelaufen|online|da|ok)",
        r"(?:behoben|gelo(?:e)?st|erledigt|repariert|geschafft)", r"(?:regle|resolu|repare|corrige)\w*", r"(?:tout|ca) (?:re)?(?:marche|fonctionne|tourne|roule)",
        r"rentre dans l'ordre", r"(?:arreglad|solucionad|resuelt|reparad)\w+", r"(?:funciona|va|van|marcha)n?(?: \w+)? (?:bien|ya|de nuevo|otra vez)",
        r"cobrando", r"encaisse\w*", r"nothing (?:further|left|more)",
    ),
    "again": (
        r"again", r"not (?:solved|fixed|over|resolved)", "too soon", r"isn'?t (?:over|solved|fixed)", "came back", "same error",
        r"wieder", r"erneut", r"zu fru(?:e)?h", r"(?:nix|nicht|nichts) (?:ist )?gelo(?:e)?st", r"reopen", r"schon wieder", r"noch immer",
        r"recommence\w*", r"de nouveau", r"a nouveau", r"rouvr\w*", r"encore", r"trop (?:vite|tot)", r"rien n'est", r"rebelote", r"toujours",
        r"otra vez", r"de nuevo", r"reabr\w*", r"vuelto a", r"vuelve a", r"ha vuelto", r"volvio",
    ),
    "put away": (
        r"(?:close|shut|archive|wrap up|file) (?:it|this|that|the|up|away)?", r"closed?", r"schlie(?:ss|s)\w*", r"zumach\w*", "archiv", r"(?:ad|zu den) acta?",
        r"class(?:er|ez)", r"ferm(?:er|ez|e)", r"clo(?:re|turer|turez)", r"archiv\w*", r"cerra\w*", r"cierr\w*", r"carpetazo", r"zu(?:klappen)?",
    ),
    "let go out": (
        r"send(?: it| this| that)?", "off with it", r"(?:let|can) (?:it|the letter) (?:go|out)", r"(?:go|goes) out", r"ship it",
        r"(?:kann|darf|soll) (?:\w+ ){0,5}(?:raus|weg|los)", r"(?:ab|ver|los)schick\w*", r"absend\w*", r"send(?:en|e)", r"raus damit",
        r"envo(?:ie|y)\w*", r"(?:faire )?partir", r"part(?:e)?", r"expedi\w*", r"envia\w*", r"manda\w*", r"que (?:le )?(?:llegue|salga)", "adelante",
    ),
    "draft": (
        r"letter", r"draft", r"(?:your |the )?text", r"entwurf", r"brief", r"schreiben", r"courrier", r"lettre", r"brouillon", r"borrador", r"carta", "comma",
    ),
    "take back": (
        r"undo", r"(?:take|took) (?:it|that|this|my \w+) back", r"reverse", r"revert", r"mistake", r"by accident", r"wrong (?:mail|thread|one|button)",
        r"fat finger\w*", r"oops", r"ru(?:e)?ckga(?:e)?ngig", r"ungeschehen", r"zuru(?:e)?ck(?:nehm|setz|genomm|zunehm)\w*", r"versehen", r"vertippt", r"verklickt",
        r"galt (?:\w+ )?(?:einer|fur|was)", r"annul\w*", r"erreur", r"tromp\w*", r"comme (?:c'etait|avant)", r"pour (?:un )?autre (?:dossier|mail)", r"defai\w*",
        r"deshaz\w*", r"deshac\w*", r"equivoc\w*", r"anul\w*", r"como estaba", r"por error", r"sin querer", r"donde no era", r"etat (?:d'avant|precedent)", r"le di a",
    ),
    "severity": (r"sev[ -]?(?:num|[0-4])?", r"p[0-4]", r"severity", r"prio\w*", r"stufe\w*", r"herab\w*", r"hochstuf\w*", r"gravite\w*", r"severidad", r"(?:down|up)grade", r"degrad\w*", r"bajadlo", r"subidlo"),
    "kind": (
        r"outage", r"refund\w*", r"churn", r"cancel\w*", r"security", r"billing", r"(?:filed|classified|labelled|tagged|marked) as", r"ausfall", r"sto(?:e)?rung",
        r"erstattung", r"gutschrift", r"ku(?:e)?ndigung", r"sicherheit\w*", r"rechnung\w*", r"eingeordnet", r"einsortiert", r"umha(?:e)?ng\w*", r"einstuf\w*",
        r"panne", r"remboursement", r"resiliation", r"facturation", r"classe comme", r"averia", r"devolucion", r"reembolso", r"baja", r"catalogad\w*", r"clasificad\w*", r"mal rang\w+", "rectification",
    ),
    "wrong party": (
        r"wrong (?:customer|shop|client|company)", r"falsche\w* (?:kunde\w*|firma|laden)", r"(?:mauvais|pas le bon) client", r"(?:cliente|empresa) (?:esta )?(?:mal|equivocad\w+)",
        r"(?:isn'?t|not|ain'?t|pas|no es|nicht) (?:\w+ ){0,2}(?:northwind|cust)", r"c'est pas chez",
    ),
    "for the file": (
        r"for the (?:file|record|books)", r"(?:make a |take a )?note", r"keep in mind", r"fyi", r"worth (?:noting|knowing)", r"(?:zu den|zur) akten?", r"notier\w*", r"vermerk\w*",
        r"merk\w*", r"zur info\w*", r"a (?:noter|garder)", r"pour (?:memoire|info\w*)", r"consign\w*", r"toutes fins", r"que (?:conste|quede)", r"anota\w*", r"apunta\w*", r"para que (?:conste|quede)", r"lo dejo aqui", "should know",
    ),
    "wonders": (
        r"why", r"who", r"when", r"what", r"how", r"where", r"warum", r"wieso", r"wer", r"wann", r"was", r"wie", r"seit wann", r"pourquoi", r"qui", r"quand", r"combien", r"quoi", r"quel\w*", r"est-ce",
        r"por que", r"quien", r"cuando", r"cuanto", r"de donde", r"que", r"cual", r"como",
    ),
    "thanks": (r"thanks?", r"thank you", r"thx", r"cheers", r"dank\w*", r"merci\w*", r"gracias", r"mille"),
    "call off": (
        r"never ?mind", r"forget (?:it|about)", r"no (?:longer|need)", r"panic over", r"(?:sorted|fixed) itself", r"nobody needs", r"hat sich erledigt", r"vergiss\w*", r"vergesst", r"nicht mehr no(?:e)?tig",
        r"braucht (?:\w+ )?(?:keine?r?|nicht)", r"laiss\w+ tomber", r"plus besoin", r"oubli\w*", r"olvid\w*", r"ya no (?:hace falta|es)", r"no hace falta", r"deja(?:d)?lo", r"fehlalarm", r"false alarm", r"fausse alerte", r"falsa alarma", "inutile",
    ),
    "was me": (r"(?:that|it) was me", r"(?:was|were) (?:really )?me", r"wars", r"war ich", r"ich war(?:'?s)?", r"(?:von|stammt von) mir", r"c'?etait (?:bien )?moi", r"c'est (?:bien )?moi", r"(?:fui|era|soy) yo", "codex"),
    "was not me": (r"(?:wasn'?t|not|never) (?:me|mine|wrote|sent)", r"(?:nicht|nie) (?:von mir|ich|geschrieben)", r"ich (?:war'?s )?nicht", r"nix geschickt", r"pas moi", r"(?:n'ai|ai) (?:rien|jamais|pas) \w+", r"no (?:he|fui|era) ?\w*", r"yo no", r"nada"),
    "tells customer": (
        r"(?:updates?|word|news|hears?|tell|message|answer|ring|call|write|writing|speak)", r"(?:ru(?:e)?ck)?meld\w*", r"info\w*", r"ru(?:f|fe|ckruf)\w*", r"schreib\w*", r"(?:ho(?:e)?rt|weiss) (?:von|mehr)?", r"bescheid",
        r"nouvel\w*", r"(?:r)?appel\w*", r"ecri\w*", r"point avec", r"msg|message", r"redis", r"noticia\w*", r"llam\w*", r"escrib\w*", r"cuento", r"digo", r"mand\w+", r"avis\w+", r"schick\w*", r"envoie", r"send\w*",
    ),
    "waits": (
        r"wait\w*", r"stuck", r"blocked", r"hangs?", r"wart\w*", r"ha(?:e)?ng\w*", r"solange", r"klemmt", r"attend\w*", r"bloqu\w*", r"coince\w*", r"esper\w*", r"parad\w*", r"falta", r"unveraendert|unverandert", r"same as", r"igual",
    ),
    "partly": (
        r"(?:num|\w+) (?:of|out of|von|sur|de) (?:the )?(?:num|eleven|elf|onze|once)", r"some", r"most(?:ly)?", r"half", r"almost", r"nearly", r"for now", r"workaround", r"still", r"except", r"not all",
        r"fast", r"teilweise", r"vorerst", r"noch", r"einige", r"bis auf", r"erst mal", r"presque", r"certain\w*", r"sauf", r"pour l'instant", r"casi", r"algun\w*", r"salvo", r"por ahora", r"de momento", r"test\w*", r"fingers crossed", r"reste\w*", r"quedan?", r"seems?", r"should be", r"scheint\w*", r"semble\w*", r"parece\w*", r"hopefully", r"hoffentlich",
    ),
    "cause": (r"(?:root )?cause", r"because of", r"ursache", r"lag an", r"liegt an", r"fehler", r"cause", r"causa", r"por culpa", r"eingegrenzt", r"it was", r"c'etait", r"era"),
    "tried": (r"(?:tried|rebooted|restarted|swapped|reinstalled|reset)", r"(?:probiert|neustart|getauscht|neu gestartet|durch)", r"(?:essaye|redemarr\w*|change)", r"(?:probado|reinici\w*|cambiado|reinstal\w*)"),
    "one matter": (r"same (?:cause|case|thing|matter|as)", r"together", r"merge", r"join", r"zusammen\w*", r"dasselbe", r"gleiche\w*", r"(?:le |la )?meme\w*", r"ensemble", r"reuni\w*", r"fusion\w*", r"mism[oa]s?", r"junt\w+", r"un solo"),
    "two matters": (r"separat\w*", r"apart", r"different", r"nothing to do with", r"getrennt\w*", r"trenn\w*", r"auseinander", r"nichts miteinander", r"verschieden\w*", r"separe\w*", r"differents?", r"rien a voir", r"separad\w*", r"distint\w*", r"nada que ver"),
    "right": (r"right", r"correct", r"spot on", r"good call", r"(?:was|were|is) fine", r"richtig", r"stimm\w*", r"passt", r"korrekt", r"getroffen", r"juste\w*", r"bien vus?", r"ok", r"correct\w*", r"acert\w*", r"bien(?: vist\w+)?"),
    "wrong": (r"wrong", r"nonsense", r"rubbish", r"off", r"falsch", r"daneben", r"quatsch", r"unsinn", r"faux", r"rat(?:e|es)", r"n'importe quoi", r"mal", r"error(?:es)?", r"tonteria", r"nicht richtig", r"schlecht", r"overblown"),
    "live": (r"(?:go|going|set|take) (?:\w+ )?live", r"live", r"for real", r"end (?:of )?the trial", r"scharf\w*", r"echtbetrieb", r"im ernst", r"probe\w*", r"(?:en |au )reel", r"(?:fin|arret\w*) .{0,8}essai", r"production", r"de verdad", r"en serio", r"produccion", r"en vivo"),
    "condition": (r"if", r"unless", r"provided", r"in case", r"once", r"wenn", r"falls", r"sofern", r"sobald", r"vorausgesetzt", r"si", r"a condition", r"pourvu", r"au cas", r"en cas", r"des que", r"siempre que", r"en caso", r"en cuanto", r"a menos", r"quand", r"cuando"),
    "would": (r"could", r"might", r"would", r"may", r"ko(?:e)?nnte\w*", r"wu(?:e)?rde\w*", r"ha(?:e)?tte", r"wa(?:e)?re", r"pourrai\w*", r"serai[ts]", r"podria\w*", r"seria", r"maybe", r"perhaps", r"vielleicht", r"peut-etre", r"quiza\w*", r"tal vez"),
    "hearsay": (r"(?:nam|he|she|they|er|sie|il|elle|el|ella) (?:\w+ )?(?:said|says|told|thinks|meinte?|sagt\w*|dit|a dit|dijo|dice)", r"(?:said|says|told|meinte?|sagte?|m'a dit|dijo|dice) ", r"(?:laut|selon|segun) "),
    "away": (r"out of (?:the )?office", r"auto(?:matic)?[ -]?reply", r"on (?:leave|vacation|holiday)", r"nicht im bu(?:e)?ro", r"abwesen\w*", r"urlaub", r"automatische", r"absen\w+", r"reponse automatique", r"conge\w*", r"fuera de la oficina", r"respuesta automatica", r"vacaciones|vacances"),
    "excuse": (r"doctor|dentist|hospital|sick|ill|train|driving|meeting|school|vacation|surgery|funeral|kids?|leave|rotation|shift|night", r"zahnarzt|arzt|krank\w*|urlaub|kita|schule|elternsprechtag|nachtdienst|schicht|besprechung|zug", r"dentiste|medecin|malade|conge|reunion|ecole|garde|avion|hopital|urgences", r"dentista|medico|enferm\w*|reunion|colegio|guardia|turno|avion|hospital|juzgado|tutoria|misa"),
    "deny": (r"no", r"not", r"never", r"nope", r"\w+n't", r"dont|cant|wont|isnt|havent|didnt|wasnt", r"nee|nein|nicht|nie|kein\w*|nix|net|ohne", r"ne|non|pas|jamais|aucun\w*|sans|plus|rien", r"nunca|ningun\w*|nada|sin|tampoco"),
    "yes": (r"yes|yep|yeah|sure|ok|okay|k|fine|alright|right", r"ja\w*|klar|gerne?|passt|jo|in ordnung", r"oui|d'accord|allez|volontiers", r"si|vale|venga|claro|dale|de acuerdo", "thumbup"),
    "i": (r"i|i'?m|i'?ll|i've|im|ive|ill|me|my|myself", r"ich|mir|mich|mein\w*|selbst", r"je|j'\w+|moi|mon|ma|mes|jm\w*|jl\w*", r"yo|me|mi|conmigo"),
}  # fmt: skip


@cache
def concept_patterns() -> Mapping[str, re.Pattern[str]]:
    """Each idea as one compiled pattern."""
    return {
        name: re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")
        for name, patterns in CONCEPTS.items()
    }


def spoken_concepts(text: str) -> tuple[str, ...]:
    """The ideas that a folded text speaks of, in the order of the table."""
    return tuple(name for name, pattern in concept_patterns().items() if pattern.search(text))
