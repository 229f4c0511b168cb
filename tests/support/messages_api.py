"""A server that speaks the Messages API on loopback, and says what a test wants.

Real HTTP: what arrives is kept in `seen`, what goes out is scripted with `say`; when the script is
over, `always` answers. Nothing of the SDK is replaced.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass
class Seen:
    """A request as it came over the wire; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def said(self) -> str:
        """All text of the first user turn."""
        return "\n".join(block["text"] for block in self.body["messages"][0]["content"])

    @property
    def ids(self) -> list[str]:
        """The criteria asked about, by the schema; without one, by the text."""
        if "output_config" not in self.body:
            text = self.body["system"][1]["text"]
            return [part.split('"')[0] for part in text.split('<criterion id="')[1:]]
        schema = self.body["output_config"]["format"]["schema"]
        result = schema["properties"]["findings"]["items"]["properties"]["policy"]["enum"]
        return list(result)


@dataclass
class Told:
    """An answer: status, body, headers; `delay` seconds before it; `cut` ends it half-way."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


Script = Told | Callable[[Seen], Told]


def message(text: str, stop: str = "end_turn", **usage: int) -> Told:
    """A message of the model with one text block."""
    content = [{"type": "text", "text": text}] if text else []
    counts = {"input_tokens": 1000, "output_tokens": 200} | usage
    body = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
        "stop_reason": stop, "stop_sequence": None, "usage": counts,
    }  # fmt: skip
    return Told(body=json.dumps(body).encode(), headers={"content-type": "application/json"})


def error(status: int, kind: str = "api_error", text: str = "no", **more: Any) -> Told:
    """An error as the API words it; `code` is the details' error code, `headers` go with it."""
    fault: dict[str, Any] = {"type": kind, "message": text}
    if "code" in more:
        fault["details"] = {"error_code": more.pop("code")}
    body = json.dumps({"type": "error", "error": fault}).encode()
    headers = {"content-type": "application/json", **more.pop("headers", {})}
    return Told(status, body, headers)


def answer(ids: list[str], *met: str, quote: str = "", in_: str = "m1", **more: Any) -> str:
    """A whole answer: the named criteria are met by the quote, the others are not. `more` is what
    else it says, such as `whose`, `open`, `type` and `impact`.
    """
    nothing = {"message": "", "quote": ""}
    quotes = [{"message": in_, "quote": quote}] if quote else []
    return json.dumps(
        {
            "findings": [
                {
                    "policy": id_,
                    "reason": "They say so." if id_ in met else "Nothing of the kind.",
                    "quotes": quotes if id_ in met else [],
                    "met": "met" if id_ in met else "not_met",
                }
                for id_ in ids
            ],
            "triage": dict.fromkeys(
                ("what", "since", "who", "impact", "tried", "workaround"), nothing
            )
            | {"what": quotes[0] if quotes else nothing},
            "tried": [],
            "told": quotes,
            "summary": "The customer wants something.",
            **more,
        },
        ensure_ascii=False,
    )


def judging(*met: str, quote: str = "") -> Callable[[Seen], Told]:
    """Answers every request: these criteria are met by that quote, the others are not."""
    return lambda seen: message(answer(seen.ids, *met, quote=quote))


def asks_about_reply(seen: Seen) -> bool:
    """Whether a request is about a teammate's reply, and not about a conversation."""
    return "acts to choose from" in seen.said


def proposing(act: str, quote: str = "", *, when: str = "", who: str = "") -> Told:
    """A proposal for a reply."""
    told = {"reason": "They say so.", "act": act, "quote": quote, "when": when, "who": who}
    return message(json.dumps(told, ensure_ascii=False))


def reading_replies(proposal: Script) -> Callable[[Seen], Told]:
    """Answers what is asked about replies so; every conversation is met by nothing."""

    def told(seen: Seen) -> Told:
        script = proposal if asks_about_reply(seen) else judging()
        return script if isinstance(script, Told) else script(seen)

    return told


class MessagesApi:
    """The server. `busiest` is how many requests it held at once, at most."""

    def __init__(self, always: Script | None = None) -> None:
        self.always: Script = always or judging()
        self.seen: list[Seen] = []
        self.busiest = 0
        self._script: list[Script] = []
        self._busy = 0
        self._lock = threading.Lock()

    def say(self, *script: Script) -> None:
        """The next answers, in order."""
        self._script += script

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                api.serve(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        length = int(request.headers["content-length"])
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen = Seen(request.path, headers, json.loads(request.rfile.read(length)))
        with self._lock:
            self.seen.append(seen)
            script = self._script.pop(0) if self._script else self.always
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        told = script if isinstance(script, Told) else script(seen)
        time.sleep(told.delay)
        with self._lock:
            self._busy -= 1
        try:
            request.send_response(told.status)
            for name, value in told.headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(told.body) + 10 * told.cut))
            request.end_headers()
            request.wfile.write(told.body)
        except OSError:
            pass  # the client has given up
        if told.cut:
            request.close_connection = True
