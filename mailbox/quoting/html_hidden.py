"""Which elements of a page a reader cannot see.

Words set to no size, off the screen, or white on white are how instructions are smuggled past
people to programs. What only resembles hiding (a layout table of size 0 with readable cells, white
letters on a dark ground) hides nothing. Depth costs no more than length.
"""

import re

from resiliparse.parse.html import ElementNode, HTMLTree

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


def select_all(tree: HTMLTree, selector: str) -> list[ElementNode]:
    """Every element that a selector finds, in the order of the page."""
    document = tree.document
    try:
        return document.query_selector_all(selector).values() if document is not None else []
    except (ValueError, RuntimeError):
        return []


class Outer:
    """Nodes chosen in document order, so that one inside another is passed over.

    What was learned of an ancestor is kept, so that deep pages cost no more than long ones.
    """

    def __init__(self) -> None:
        self.nodes: list[ElementNode] = []
        self._inside: dict[ElementNode, bool] = {}

    def holds(self, node: ElementNode) -> bool:
        """Whether the node lies in a chosen one, or is one."""
        path: list[ElementNode] = []
        at: ElementNode | None = node
        while at is not None and at not in self._inside:
            path.append(at)
            at = at.parent_element
        inside = at is not None and self._inside[at]
        self._inside.update(dict.fromkeys(path, inside))
        return inside

    def add(self, node: ElementNode) -> None:
        """Choose a node, unless it lies in a chosen one."""
        if not self.holds(node):
            self.nodes.append(node)
            self._inside[node] = True


def own_style(node: ElementNode) -> str:
    """An element's own style, as far as anyone would write one."""
    return (node.getattr("style") or "")[:2000]


def unseen_elements(tree: HTMLTree) -> list[ElementNode]:
    """The outermost elements of the body that a reader cannot see."""
    outer = Outer()
    sheet = ", ".join(_sheet(tree))
    for node in select_all(tree, f"{_STYLED}, {sheet}" if sheet else _STYLED):
        if node.tag in ("html", "body") or outer.holds(node):
            continue
        if _blind(node) or (sheet and node.matches(sheet)):
            outer.add(node)
    return outer.nodes


def _sheet(tree: HTMLTree) -> list[str]:
    """The simple selectors that the page's style sheets hide."""
    names: list[str] = []
    for sheet in select_all(tree, "style")[:10]:
        for selectors, body in _RULES.findall((sheet.text or "")[:50_000]):
            if "@" not in selectors and (_UNSEEN.search(body) or _TINY.search(body)):
                names += [name.strip() for name in selectors.split(",")]
    return [name for name in dict.fromkeys(names[:500]) if _SIMPLE.fullmatch(name)][:50]


def _blind(node: ElementNode) -> bool:
    """Whether an element's own attributes hide it."""
    own = own_style(node)
    if node.hasattr("hidden") or _UNSEEN.search(own):
        return True
    if _TINY.search(own) or node.getattr("size") == "0":
        # Layout tables are set to size 0 and their cells to a readable one.
        return not any(
            _SIZED.search(own_style(inner))
            for inner in node.query_selector_all("[style]").values()[:50]
        )
    color = _COLOR.search(own)
    ink = (color[1] if color else node.getattr("color") or "").replace(" ", "").lower()
    return bool(ink) and ink in (_WHITE | {_ground(node)}) and _ground(node) in (_WHITE | {ink})


def _ground(node: ElementNode) -> str:
    """The background colour that an element stands on; white where nothing says otherwise."""
    above: ElementNode | None = node
    for _ in range(40):
        if above is None:
            break
        match = _GROUND.search(own_style(above))
        colour = (match[1] if match else above.getattr("bgcolor") or "").replace(" ", "").lower()
        if colour and colour not in ("transparent", "none", "inherit"):
            return colour
        if above.hasattr("background"):
            return "picture"
        above = above.parent_element
    return "white"
