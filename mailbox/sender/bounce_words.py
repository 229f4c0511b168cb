"""The words of mail servers around addresses they could not deliver to, as patterns.

Every pattern is bounded: no repetition stands inside another over the same characters.
"""

import re

# A delivery failed; only ever asked behind other evidence.
FAILED = re.compile(
    r"(?i)(?:could|can|did|was|were|has|have|is) ?n[o']t (?:be |been )?(?:deliver|sent|reach|relay"
    r"|process|accept)|cannot be (?:deliver|sent)|undeliver|not deliver|deliver[a-z]* (?:\w+ ){0,4}"
    r"(?:fail|error|problem|impossible|not possible|unsuccess)|fail(?:ed|ure)? (?:\w+ ){0,3}deliver"
    r"|(?:unknown|no such|invalid|unrecogni[sz]ed|nonexistent|bad) (?:\w+ ){0,2}"
    r"(?:user|recipient|address|account|mailbox|destination|host|domain|local)"
    r"|(?:user|recipient|address|account|mailbox|host|domain)[^\n]{0,60}?(?:unknown|not (?:found"
    r"|known|exist|listed|valid)|does ?n[o']t exist|invalid|rejected|unavailable|disabled|is full"
    r"|over)"
    r"|not (?:a )?member|over ?quota|quota exceed|exceed(?:s|ed)? (?:\w+ ){0,3}quota"
    r"|mailbox (?:is )?full|returned to"
    r"|permanent (?:fatal )?(?:error|failure)|\b5\d\d[ -]+\d?\.?\w|unable to deliver|bounced"
    r"|non (?:è stato|pu[oò])|não (?:foi|pode)|nicht zugestellt|n'a pas pu|no se (?:pudo|ha podido)"
    r"|送信でき|配信でき|届け|転送でき|エラー|无法|無法|не (?:удалось|может быть) доставл"
)

# The line above the mail that came back, or its first header line.
RETURNED = re.compile(
    r"(?im)^(?:[ \t>|*#=_.-]*(?:begin|start|below|following|enclosed|included|original|returned"
    r"|unsent|undelivered|bounced|rejected|this is a copy|copy|headers?|message header|the header|"
    r"the first|text of|-+ ?(?:original|returned|unsent|below|this is|message)|---? ?forward)"
    r"[^\n]{0,70}(?:message|mail|header|copy|line|follow|text|below)[^\n]{0,60}|received: .*"
    r"|return-path: .*|-{3,}[ \t]*(?:message body|headers?)[^\n]*)$"
)

# Delivery-status fields in plain text.
FIELD = re.compile(
    r"(?im)^[ \t>]*(?:final|original|x-actual"
    r"|failed)[- ]recipient:?[ \t]*(?:[\w-]+;)?[ \t]*<?([^\s<>;]+@[^\s<>;]+)"
)

# Addresses that mail servers give as their own.
STAFF = re.compile(
    r"(?i)^(?:mailer-daemon|postmaster|post_master|abuse|helpdesk|help|support|mdaemon|noreply"
    r"|no-reply|daemon|root|listmaster|hostmaster|webmaster|security|spam|double-bounce)@"
)

# Before an address that did not fail.
NOT = re.compile(
    r"(?i)(?:message-?id|in-reply-to|references|contact|mailto|^[ \t>]*(?:from|sender|reply-to|cc"
    r"|return-path|x-[\w-]+)[ \t]*:|mail from|\bfrom[: ]*<?$|questions|assistance|please (?:e-?mail"
    r"|write|send)|forward(?:ed)? to|sent by|\bby <?$|reporting|originator|envelope-from)"
)

# Before an address that did.
STRONG = re.compile(
    r"(?i)(?:rcpt to:?|recipients?\b[^\n@]{0,40}|address(?:es)?\b[^\n@]{0,40}|unknown(?: user)?:?"
    r"|user:?|no such user:?|to:?|for:?|destinat[\w ]*:?|failed[^\n@]{0,30}|mailbox:?"
    r"|undeliver[^\n@]{0,30}"
    r"|could not[^\n@]{0,40}|account:?|addressee[^\n@]{0,20}|deliver[^\n@]{0,30}|宛先[^\n@]{0,20}"
    r"|メールアドレス[^\n@]{0,10})[ \t:;='\"(\[]*<?$"
)

# Behind one that stands at the start of its line.
AFTER = re.compile(
    r"(?i)^[>)\]'\"]*[ \t]*(?:[:;,.]|\.\.\.|-|\(|\[|$|user|unknown|does|not|failed|unroutable"
    r"|was|is\b"
    r"|could|cannot|550|553|554|5\.|mailbox|<|has|host|account|reached|couldn|undeliver|recipient)"
)

# The address is dead: no such user, host or domain, moved, takes no mail.
DEAD = re.compile(
    r"(?i)(?:user|recipient|address|account|mailbox|local.part|member|addressee|alias|destination)"
    r"[\w <>@.,:;'\"/-]{0,60}?(?:unknown|unrecogni|not (?:found|known|exist|listed|valid"
    r"|a valid|here"
    r"|recogni|have|our|in )|(?:does|do|did) ?n[o']t exist|n[o']t (?:exist|have)|invalid"
    r"|no longer|doesn't)"
    r"|(?:unknown|no such|invalid|unrecogni[sz]ed|nonexistent|non-existent|bad|not a valid) "
    r"(?:\w+ ){0,2}(?:user|recipient|address|account|mailbox|local|domain|host|name|person"
    r"|destination"
    r"|alias|member)|no (?:mailbox|account|user)\b[\w ]{0,20}(?:here|by that name|name)?"
    r"|user ?unknown"
    r"|host (?:or domain )?(?:name )?(?:unknown|not found|lookup|name lookup)|unknown host|nxdomain"
    r"|unrouteable|unroutable|domain (?:\S+ )?(?:not found|does ?n[o']t exist|unknown"
    r"|name not found)"
    r"|name service error|has (?:moved|left)|no longer (?:with|works|accept|valid|available"
    r"|in use|on)"
    r"|does ?n[o']t have an? \S+ account|(?:does ?n[o']t|not) accept (?:any )?(?:mail|e-?mail)"
    r"|nullmx|null mx"
    r"|address rejected|\(#5\.1\.[12346]\)|no mx|could ?n[o']t be found|couldn't find any host"
)

# It is not, or not for that reason.
PASSING = re.compile(
    r"(?i)full|quota|end of data|>>> data|reply to data|too (?:large|big|many|long)|spam|block"
    r"|denied|policy|virus|size|relay"
    r"|timed? ?out"
    r"|time-?out|temporar|try again|later|greylist|grey-list|black ?list|reputation|suspend"
    r"|disabled"
    r"|inactive|rate|limit|throttl|loop|refused|reverse dns|ptr|dmarc|spf|dkim|authenticat|expired"
    r"|filter|content|not authori[sz]ed|security|storage|insufficient|resources|exceed"
)
