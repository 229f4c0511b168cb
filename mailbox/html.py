"""HTML to text, what of it cannot be seen, and which part of it is quoted.

resiliparse parses anything at any nesting. Hidden elements leave the tree before the text is taken.
Quoted elements can be marked: their lines come out with `> ` in front, as a text mail has them, so
that the rules for text need to know nothing of HTML.
"""

import re

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import ElementNode, HTMLTree

from deskless.mailbox.quote_head import header
from deskless.mailbox.quote_words import DATE, FROM

_MOST = 2_000_000  # characters of HTML that are read
_OPEN, _SHUT = "\ue0f0", "\ue0f1"  # private signs round a quote; never in a mail's own text

_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?<![-\w])opacity\s*:\s*0*(?:\.0+)?\s*(?:;|!|$)"
    r"|(?:text-indent|left|top)\s*:\s*-\d{3,}"
    r"|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)|clip\s*:\s*rect\(\s*0",
    re.I,
)
_TINY = re.compile(
    r"font-size\s*:\s*(?:0+(?:\.0+)?\s*(?:px|pt|em|rem|%)?|[01](?:\.\d+)?\s*(?:px|pt))\s*(?:;|!|$)",
    re.I,
)
_SIZED = re.compile(r"font-size\s*:\s*(?:[2-9]|\d\d|1\.?\d*\s*[er]|[lms]|0?\.[3-9])", re.I)
_STYLED = "[style],[hidden],font[color],font[size]"
_COLOR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]{3,40})", re.I)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]{3,60})", re.I)
_RULES = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"[.#]?[A-Za-z][\w-]{0,60}(?:\.[A-Za-z][\w-]{0,60})?")
_WHITE = frozenset(
    {"white", "#fff", "#ffffff", "rgb(255,255,255)", "#fefefe", "#fffffe", "transparent"}
)

# Elements that hold a quote, and elements behind which everything is quoted.
_QUOTES = (
    "blockquote[type=cite], blockquote.gmail_quote, blockquote.protonmail_quote, .protonmail_quote,"
    " .tutanota_quote, .yahoo_quoted, [id^=yahoo_quoted], .zmail_extra, [name=quote],"
    " .moz-forward-container, .AppleOriginalContents, .front-blockquote, .gmail_quote_container,"
    " #OLK_SRC_BODY_SECTION, #mail-editor-reference-message-container, .missive_quote, .hs_reply,"
    " [data-marker=__QUOTED_TEXT__], blockquote[cite], .ms-outlook-mobile-reference-message,"
    " div.gmail_quote, #reply-intro, .moz-cite-prefix, .gmail_attr, .yahoo-quoted-begin"
)
_BEHIND = (
    "#divRplyFwdMsg, #appendonsend, .OutlookMessageHeader, hr#stopSpelling, hr#zwchr,"
    " [data-marker=__DIVIDER__], #x_divRplyFwdMsg, #x_appendonsend,"
    " .ms-outlook-ios-reference-expand"
)
_TOPS = "div[style*='border-top'], p[style*='border-top']"
_TOP = re.compile(
    r"border-top\s*:\s*(?:solid\s+#?\w{3,12}\s+1(?:\.0)?pt|1(?:\.0)?pt\s+solid|solid 1pt)", re.I
)
_SIGNS = (
    ".gmail_signature, .gmail_signature_prefix, .moz-signature, #Signature,"
    " #ms-outlook-mobile-signature,"
    " .protonmail_signature_block, #AppleMailSignature, .ms-outlook-mobile-signature, #x_Signature"
)


def to_text(html: str) -> str:
    """The readable text of an HTML part, line by line; quotes carry `> `, hidden text is left out.

    No links, no alternative texts, no styles. Never raises: what cannot be parsed gives "".
    """
    tree = _tree(html)
    if tree is None:
        return ""
    _strip_hidden(tree)
    for node in _all(tree, "blockquote[type=cite], blockquote.gmail_quote"):
        if not _indent(node):
            _enclose(tree, node)
    return _render(tree)


def hidden(html: str) -> str:
    """The text of an HTML part that its reader cannot see, one hidden element a line.

    Covers display, visibility, opacity, tiny fonts, off-screen and clipped boxes, white on white,
    the `hidden` attribute, and simple rules of a style sheet. Comments and scripts are no text.
    """
    tree = _tree(html)
    if tree is None:
        return ""
    found = [" ".join((node.text or "").split()) for node in _outermost(_unseen(tree))]
    return "\n".join(text for text in found if text)


def unquoted(html: str) -> str | None:
    """The text with every structurally quoted part behind `> `, and without marked signatures.

    None when the HTML marks no quote: then only the text itself can tell.
    """
    tree = _tree(html)
    if tree is None:
        return None
    _strip_hidden(tree)
    quotes = _quotes(tree)
    behind = _behind(tree)
    if not quotes and behind is None:
        return None
    for node in _all(tree, _SIGNS):
        node.decompose()
    if behind is not None:
        _enclose_behind(tree, behind)
    for node in quotes:
        _enclose(tree, node)
    return _render(tree)


def _tree(html: str) -> HTMLTree | None:
    try:
        tree = HTMLTree.parse(
            html[:_MOST].replace("\x00", "").replace(_OPEN, "").replace(_SHUT, "")
        )
    except (ValueError, RuntimeError, UnicodeError):
        return None
    return tree if tree.body is not None else None


def _render(tree: HTMLTree) -> str:
    """The tree's text, with the private signs turned into quote marks."""
    try:
        text = extract_plain_text(
            tree, preserve_formatting=True, list_bullets=True, alt_texts=False, links=False
        )
    except (ValueError, RuntimeError, UnicodeError):
        return ""
    if _OPEN not in text:
        return text
    depth, lines = 0, []
    for line in text.split("\n"):
        depth += line.count(_OPEN)
        body = line.replace(_OPEN, "").replace(_SHUT, "")
        if depth > 0:
            lines.append("> " + body.strip() if body.strip() else ">")
        else:
            lines.append(body)
        depth = max(0, depth - line.count(_SHUT))
    return "\n".join(lines)


def _all(tree: HTMLTree, selector: str) -> list[ElementNode]:
    document = tree.document
    try:
        return list(document.query_selector_all(selector)) if document is not None else []
    except (ValueError, RuntimeError):
        return []


def _near(node: ElementNode, most: int = 200) -> list[ElementNode]:
    """The ancestors of a node from the nearest on, at most so many (nesting can be hostile)."""
    found: list[ElementNode] = []
    above = node.parent_element
    while above is not None and len(found) < most:
        found.append(above)
        above = above.parent_element
    return found


def _outermost(nodes: list[ElementNode]) -> list[ElementNode]:
    """The nodes that lie in no other of them."""
    chosen = set(nodes)
    found = []
    for node in nodes:
        above = _near(node)
        if len(above) < 200 and chosen.isdisjoint(above):
            found.append(node)
    return found


def _style(node: ElementNode) -> str:
    return (node.getattr("style") or "")[:2000]


def _unseen(tree: HTMLTree) -> list[ElementNode]:
    """Every element of the body that a reader cannot see."""
    found = [
        node for node in _all(tree, _STYLED) if node.tag not in ("html", "body") and _blind(node)
    ]
    for sheet in _all(tree, "style")[:10]:
        for names, body in _RULES.findall((sheet.text or "")[:50_000]):
            if "@" in names or not (_UNSEEN.search(body) or _TINY.search(body)):
                continue
            for name in names.split(",")[:20]:
                if _SIMPLE.fullmatch(name.strip()):
                    found += [
                        node
                        for node in _all(tree, name.strip())
                        if node.tag not in ("html", "body")
                    ]
    return found


def _blind(node: ElementNode) -> bool:
    """Whether an element's own attributes hide it."""
    style = _style(node)
    if node.hasattr("hidden") or _UNSEEN.search(style):
        return True
    if _TINY.search(style) or node.getattr("size") == "0":
        # Layout tables are set to size 0 and their cells to a readable one.
        return not any(
            _SIZED.search(_style(inner)) for inner in list(node.query_selector_all("[style]"))[:50]
        )
    color = _COLOR.search(style)
    ink = (color[1] if color else node.getattr("color") or "").replace(" ", "").lower()
    return bool(ink) and ink in (_WHITE | {_ground(node)}) and _ground(node) in (_WHITE | {ink})


def _ground(node: ElementNode) -> str:
    """The background colour that an element stands on; white where nothing says otherwise."""
    for above in (node, *_near(node, 40)):
        found = _GROUND.search(_style(above))
        colour = (found[1] if found else above.getattr("bgcolor") or "").replace(" ", "").lower()
        if colour and colour not in ("transparent", "none", "inherit"):
            return colour
        if above.hasattr("background"):
            return "picture"
    return "white"


def _strip_hidden(tree: HTMLTree) -> None:
    for node in _outermost(_unseen(tree)):
        node.decompose()


def _indent(node: ElementNode) -> bool:
    """Whether a Gmail blockquote is the writer's own indent: it has no border."""
    return "border:none" in _style(node).replace(" ", "").lower()


def _quotes(tree: HTMLTree) -> list[ElementNode]:
    """The outermost elements that hold what somebody else wrote."""
    found = []
    for node in _all(tree, _QUOTES):
        names = node.class_name or ""
        if node.tag == "blockquote" and _indent(node):
            continue
        if (
            node.tag == "div"
            and "gmail_quote" in names
            and node.query_selector("blockquote") is not None
        ):
            continue
        found.append(node)
    return _outermost(found)


def _behind(tree: HTMLTree) -> ElementNode | None:
    """The first element behind which everything is quoted (Outlook, Zimbra), or None."""
    for node in _all(tree, f"{_BEHIND}, {_TOPS}"):
        top = _TOP.search(_style(node))
        if top is None and "border-top" not in _style(node):
            return node
        if top and _heads(node):
            return node
    return None


def _heads(node: ElementNode) -> bool:
    """Whether an element under a line begins with a header label, as Outlook draws it."""
    text = (node.text or "").strip()[:300]
    found = header(text.split("\n", 1)[0])
    return found is not None and bool(found[0] & {FROM, DATE})


def _enclose(tree: HTMLTree, node: ElementNode) -> None:
    """Put the private signs round a quote's content."""
    first, last = tree.create_text_node(_OPEN), tree.create_text_node(_SHUT)
    if first is not None and last is not None:
        node.prepend(first)
        node.append(last)


def _enclose_behind(tree: HTMLTree, node: ElementNode) -> None:
    """Open a quote before a node that nothing closes."""
    line, sign = tree.create_element("div"), tree.create_text_node(_OPEN)
    if line is not None and sign is not None:
        line.append_child(sign)
        node.before(line)
