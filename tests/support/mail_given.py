"""Raw mails, made from pieces, for the tests that read them."""

HEAD = (
    b"From: Ana <ana@shop.example>\r\nMessage-ID: <1@shop.example>\r\n"
    b"Date: Thu, 1 Oct 2026 10:00:00 +0200\r\n"
)


def mail(headers: bytes, body: bytes = b"") -> bytes:
    return HEAD + headers + b"\r\n" + body


def multi(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"B") -> bytes:
    joined = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = b"Content-Type: multipart/" + kind + b"; boundary=" + boundary + b"\r\n"
    return mail(head, joined + b"--" + boundary + b"--\r\n")


PLAIN = b"Content-Type: text/plain\r\n\r\nplain words"
HTML = b"Content-Type: text/html\r\n\r\n<b>rich</b> words"
FILE = (
    b'Content-Type: application/pdf; name="=?utf-8?q?R=C3=A9sum=C3=A9.pdf?="\r\n'
    b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8="
)
