"""HTML to text, what of it cannot be seen, and which part of it is quoted.

resiliparse parses anything at any nesting. Hidden elements leave the tree before the text is taken.
Quoted elements can be marked: their lines come out with `> ` in front, as a text mail has them, so
that the rules for text need to know nothing of HTML.
"""

import re

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import ElementNode, HTMLTree

from deskless.mailbox.quoting.header_block import header_label
from deskless.mailbox.quoting.html_hidden import Outer, own_style, select_all, unseen_elements
from deskless.mailbox.quoting.words import DATE, FROM

_MOST = 2_000_000  # characters of HTML that are read
_OPEN, _SHUT = "\ue0f0", "\ue0f1"  # private signs round a quote; never in a mail's own text

# Elements that hold a quote, and elements behind which everything is quoted.
_QUOTES = (
    "blockquote[type=cite], blockquote.gmail_quote, blockquote.protonmail_quote, .protonmail_quote,"
    " .tutanota_quote, [class*=yahoo_quoted], [id*=yahoo_quoted], .zmail_extra, [name=quote],"
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
    for node in select_all(tree, "blockquote[type=cite], blockquote.gmail_quote"):
        if not _indent(node):
            _enclose(tree, node)
    return _render(tree)


def whole_text(html: str) -> str:
    """All the text of an HTML part, its title first, as a program without styles shows it.

    What is hidden from others stands in it, too: terminals know no hidden boxes.
    """
    tree = _tree(html)
    if tree is None:
        return ""
    return f"{tree.title or ''}\n{_render(tree)}"


def hidden_text(html: str) -> str:
    """The text of an HTML part that its reader cannot see, one hidden element a line.

    Covers display, visibility, opacity, tiny fonts, off-screen and clipped boxes, white on white,
    the `hidden` attribute, and simple rules of a style sheet. Comments and scripts are no text.
    """
    tree = _tree(html)
    if tree is None:
        return ""
    texts = [" ".join((node.text or "").split()) for node in unseen_elements(tree)]
    return "\n".join(text for text in texts if text)


def mark_quotes(html: str) -> str | None:
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
    for node in select_all(tree, _SIGNS):
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


def _strip_hidden(tree: HTMLTree) -> None:
    for node in unseen_elements(tree):
        node.decompose()


def _indent(node: ElementNode) -> bool:
    """Whether a Gmail blockquote is the writer's own indent: it has no border."""
    return "border:none" in own_style(node).replace(" ", "").lower()


def _quotes(tree: HTMLTree) -> list[ElementNode]:
    """The outermost elements that hold what somebody else wrote."""
    outer = Outer()
    for node in select_all(tree, _QUOTES):
        names = node.class_name or ""
        if node.tag == "blockquote" and _indent(node):
            continue
        if (
            node.tag == "div"
            and "gmail_quote" in names
            and node.query_selector("blockquote") is not None
        ):
            continue
        outer.add(node)
    return outer.nodes


def _behind(tree: HTMLTree) -> ElementNode | None:
    """The first element behind which everything is quoted (Outlook, Zimbra), or None."""
    for node in select_all(tree, f"{_BEHIND}, {_TOPS}"):
        top = _TOP.search(own_style(node))
        if top is None and "border-top" not in own_style(node):
            return node
        if top and _heads(node):
            return node
    return None


def _heads(node: ElementNode) -> bool:
    """Whether an element under a line begins with a header label, as Outlook draws it."""
    text = (node.text or "").strip()[:300]
    label = header_label(text.split("\n", 1)[0])
    return label is not None and bool(label[0] & {FROM, DATE})


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
