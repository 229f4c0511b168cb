"""English, and the quick replies of phones."""

from deskless.agent.case.verbs import Code, Verb
from deskless.agent.language.lexicon_schema import Lexicon

IT = r"(?:it|this|that|this one|that one|this case|the case|case|this handoff|the handoff)"
WILL = r"(?:i'?ll|i will|i can|i'?d be happy to|i'?m happy to|happy to|let me|i'?m going to|will)"
DO = r"(?:take|own|handle|grab|do|run with|take over|look after|deal with|take care of|pick up)"
BACK = r"(?: (?:over|on|up|from here|from now on|now|right away|for you|myself|gladly|then))*"
NOUN = r"(?:info|information|details|detail|logs|log|data|context|screenshots|input)"
MINE = r"(?:mine|me|for me|my area|my case|my job|my thing|my team|my department|ours|for us)"
PRE = r"(?:(?:and |i'?ll |i will |will |the |next |customer )*"

YES = (
    "thumbup", "thumbs up", "yes", "yep", "yeah", "yup", "y", "ok", "okay", "sure", "sure thing",
    "of course", "absolutely", "certainly", "agreed", "yes i can",
)  # fmt: skip
DOUBTFUL = (
    "sounds good", "looks good", "good", "great", "perfect", "no problem", "no worries", "noted",
    "received", "understood", "interesting",
    r"i'?ll (?:look into|check|have a look at|look at) (?:it|this|that)", "looking into it",
    "looking", "seen", "cool", "nice",
)  # fmt: skip
FILLER = (
    "thanks", "thank you", r"thank you (?:so|very) much", "thanks a lot", "many thanks", "thx",
    "ty", "cheers", "please", "pls", "sorry",
    r"thanks for (?:this|that|the info|the heads up|the brief|letting me know)",
)  # fmt: skip
GREETING = (
    "hi", "hello", "hey", "dear", "hi there", "@?deskless", "hi all", "hello there",
    r"good (?:morning|afternoon|evening)", "morning",
)  # fmt: skip
TURN = (
    "but", "if", "unless", "except", "only", "however", "though", "although", "actually", "wait",
    "instead", "maybe", "perhaps", "probably", "might", "think", "guess", "suppose", "provided",
    "once", "until", "or", "later", "on second thought", "scratch that", "never mind",
)  # fmt: skip
NEGATION = (
    "no", "not", "never", "cannot", "can't", "cant", "won't", "wont", "don't", "dont", "doesn't",
    "isn't", "unable", "nobody", "none", "nope", "neither", "nor", "without", "refuse", "didn't",
    "haven't", "wouldn't", "couldn't", "shouldn't", "aren't",
)  # fmt: skip

LEXICON = Lexicon(
    language="en",
    plain={
        Verb.ACCEPT: (
            r"accept(?:ed|ing)?",
            rf"(?:i )?accept {IT}",
            r"i accept",
            "mine",
            "take",
        ),
        Verb.BOUNCE: ("bounced?", "decline", "i decline", "declined", "reject", f"not {MINE}"),
        Verb.LATER: ("later", "snooze", "not now"),
        Verb.STATUS: (r"status(?: please)?", r"(?:what's|what is) (?:the|my) status"),
        Verb.LEDGER: (r"(?:the )?ledger(?: please)?", "list"),
        Verb.SEND: ("send", r"send (?:it|this|that|as is|it as is|now|it now)", "approved?"),
        Verb.RESOLVED: (
            "resolved?",
            "done",
            "fixed",
            "solved",
            rf"{IT} is (?:resolved|fixed|done)",
        ),
        Verb.CLOSE: ("close", rf"close {IT}"),
        Verb.REOPEN: ("re-?open", rf"re-?open {IT}"),
        Verb.UNDO: ("undo", rf"undo {IT}", r"undo my (?:accept|bounce|last)"),
        Verb.HELP: ("help", "commands"),
        Verb.GO: ("go", "go live", "go ahead live"),
        Verb.STOP: (r"stop(?: the)? weekly(?: mail| summary| report)?", "unsubscribe", "stop"),
        Verb.ESCALATE: ("escalate", rf"escalate {IT}"),
        Verb.RIGHT: ("right",),
        Verb.WRONG: ("wrong",),
        Verb.WAR_ROOM: (
            r"(?:(?:set up|open|start|call) (?:an? |the )?)?war ?-?room(?: for)?(?: now)?",
        ),
    },
    polite={
        Verb.ACCEPT: (
            rf"{WILL} {DO}(?: {IT})?{BACK}",
            rf"{WILL} (?:pick|take) {IT} (?:up|over){BACK}",
            rf"i'?m (?:taking|owning|handling|picking up|taking over) {IT}{BACK}",
            rf"(?:taking|handling|grabbing) {IT}{BACK}",
            rf"i'?ve got {IT}{BACK}",
            rf"(?:i )?got {IT}(?: covered)?",
            rf"(?:i'?m )?on {IT}(?: now| already| right away)?",
            rf"i (?:take|own) {IT}{BACK}",
            rf"{IT}(?:'?s| is) mine",
            r"it'?s mine",
            rf"(?:you can )?leave {IT} (?:with|to) me",
            r"(?:all )?mine now",
            "will do",
            "i can",
            "i can accept",
            rf"i can accept {IT}",
            rf"consider {IT} mine",
        ),
        Verb.BOUNCE: (
            "thumbdown",
            "pass",
            rf"(?:this|that|it|this one)(?: is|'?s)(?: really)? not (?:really )?{MINE}",
            rf"(?:this|that|it) isn'?t (?:really )?{MINE}",
            rf"i'?m not the (?:right|correct) (?:person|owner|one)(?: for {IT})?",
            rf"i (?:must|have to) (?:decline|bounce)(?: {IT})?",
        ),
        Verb.LATER: ("ask me (?:again )?later", "remind me later", "not right now"),
        Verb.ESCALATE: (rf"(?:can we|we should|please|could you) escalate {IT}",),
        Verb.SEND: (r"(?:looks good|lgtm),? (?:please )?send(?: it)?", "please send(?: it)?"),
    },
    heads={
        Verb.BOUNCE: (
            "bounced?",
            "decline",
            "i decline",
            "reject",
            f"not {MINE}",
            rf"(?:this|that|it)(?: is|'?s) not (?:really )?{MINE}",
            rf"(?:this|that|it) isn'?t (?:really )?{MINE}",
        ),
        Verb.LATER: ("later", "snooze", "(?:not|can't|cannot)(?= until| before)", "remind me"),
        Verb.SEND: ("send",),
        Verb.NOTE: ("note",),
        Verb.STATUS: ("status",),
        Verb.RESOLVED: ("resolved", "done", "fixed", "solved"),
        Verb.CLOSE: ("close",),
        Verb.REOPEN: ("re-?open",),
        Verb.ESCALATE: ("escalate", rf"escalate {IT}", "escalating"),
        Verb.PROGRESS: ("progress", "status update", "blocker"),
    },
    weak=("no", "nope", "thumbdown", "sorry no"),
    codes={
        Code.WRONG_OWNER: (
            r"wrong (?:owner|person|team|department|address|guy|one)",
            f"not {MINE}",
        ),
        Code.MISSING_INFORMATION: (
            r"missing (?:some )?" + NOUN,
            r"(?:i |we )?needs?(?: (?:some|more|the|further|additional))* " + NOUN,
            r"needs? ?:",
            r"not enough " + NOUN,
        ),
        Code.NOT_AN_ESCALATION: (
            r"(?:this )?should(?: not|n'?t)(?: have)? be(?:en)? escalated",
            r"should never have been escalated",
            r"(?:this is )?not an escalation",
            r"no escalation(?: needed)?",
        ),
        Code.DUPLICATE: ("duplicate", "dup", "dupe", "already (?:open|reported|escalated) as"),
    },
    yes=YES,
    doubtful=DOUBTFUL,
    filler=FILLER,
    greeting=GREETING,
    closing=(
        r"(?:best|kind|warm|many)(?: regards)?",
        "regards",
        "best wishes",
        "thanks",
        "thank you",
        "cheers",
        r"sent from my .*",
        r"get outlook for .*",
    ),
    turn=TURN,
    negation=NEGATION,
    because=("because", "cause", "reason ?[:=]", "bc"),
    update=(
        PRE
        + r"(?:update|answer|reply|respond)(?: them| customer| the customer| you| due)?)"
        + r"(?: ?:)?(?: by| at| until| before| on)?",
        "by",
        "until",
        "no later than",
    ),
    later=("until", "till", "til", "by", "before", "at", "on"),
    next=(r"next(?: steps?| action)? ?[:=]", r"next(?: steps?| action)? -(?= )"),
    owner=(r"(?:the )?(?:new )?owner(?: is| ?[:=])?", "for", "assign(?: it)? to", "on behalf of"),
    to=(
        "to",
        "->",
        ">",
        "try",
        "ask",
        r"(?:this|that|it)(?:'?s| is| belongs| goes| should go)(?: (?:for|to|with))",
        "better ask",
        "better",
        "belongs to",
        "rather",
        "for",
        "give it to",
        "pass it to",
        "forward to",
    ),
    fields={
        "reason": ("reason", "why"),
        "tried": ("tried", "already tried", "what was tried", "what we tried", "attempted"),
        "progress": ("progress", "done so far"),
        "blocker": ("blocker", "blocked by", "blocked"),
        "next": ("next", "next steps?", "next action", "next commitment"),
        "cause": ("cause", "root cause"),
        "status": ("status",),
        "done": ("done",),
        "expected": ("eta", "expected"),
        "workaround": ("workaround",),
        "prevention": ("prevention",),
        "impact": ("impact", "customer impact"),
        "process": ("process", "process change"),
    },
    hints={
        Verb.ACCEPT: (r"accept\w*", "take it", r"i'?ll take", "mine", r"take(?: this| over)"),
        Verb.BOUNCE: (r"bounc\w*", "not mine", r"declin\w*", r"reject\w*", "wrong person"),
        Verb.LATER: ("later", r"snooz\w*", "tomorrow", "not now"),
        Verb.RESOLVED: ("resolved", "fixed", "solved", "done"),
        Verb.CLOSE: (r"clos(?:e|ed|ing)",),
        Verb.REOPEN: (r"reopen\w*",),
        Verb.UNDO: ("undo",),
        Verb.STATUS: ("status",),
        Verb.HELP: ("help",),
        Verb.ESCALATE: (r"escalat\w*",),
        Verb.SEND: ("send", r"approv\w*"),
    },
    typos={
        "accept": Verb.ACCEPT,
        "accepted": Verb.ACCEPT,
        "bounce": Verb.BOUNCE,
        "decline": Verb.BOUNCE,
        "later": Verb.LATER,
        "snooze": Verb.LATER,
        "status": Verb.STATUS,
        "ledger": Verb.LEDGER,
        "resolved": Verb.RESOLVED,
        "close": Verb.CLOSE,
        "reopen": Verb.REOPEN,
        "escalate": Verb.ESCALATE,
    },
)
