"""What a PDF of ours says: the text of its pages, glyph by glyph, through its fonts' own tables.

Knows just what Typst writes: plain objects, Flate, two-byte glyph ids, ToUnicode.
"""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.S)
# Parentheses within a string go unescaped where they pair.
_STRING = rb"\\.|[^\\()]"
_SHOW = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\(((?:%b|\((?:%b)*\))*)\)|\b(ET)\b" % (_STRING, _STRING), re.S
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> list[str]:
    """The text of each page; spaces of any kind become plain ones, pieces are set apart by them."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    tree = next(body for body in objects.values() if b"/Type/Pages" in body)
    kids = _group(rb"/Kids\[([^\]]*)\]", tree)
    return [_page(objects, objects[int(n)]) for n in re.findall(rb"(\d+) 0 R", kids)]


def text(pdf: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages(pdf))


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_reference(b"Resources", page)]
    fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", resources))
    tables = {
        name: _table(_stream(objects[_reference(b"ToUnicode", objects[int(number)])]))
        for name, number in fonts.items()
    }
    said: list[str] = []
    font = b""
    for chosen, glyphs, end in _SHOW.findall(_stream(objects[_reference(b"Contents", page)])):
        if chosen:
            font = chosen
        elif end:
            said.append(" ")
        else:
            ids = _ESCAPE.sub(_unescaped, glyphs)
            said += [tables[font].get(ids[n : n + 2], "") for n in range(0, len(ids), 2)]
    return re.sub(r"\s+", " ", "".join(said)).strip()


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    return bytes([int(what, 8)]) if what[:1].isdigit() else _NAMED.get(what, what)


def _table(cmap: bytes) -> dict[bytes, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", cmap)
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(said.decode()).decode("utf-16-be")
        for glyph, said in pairs
    }


def _stream(body: bytes) -> bytes:
    content = body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(content) if b"FlateDecode" in body[:300] else content


def _reference(name: bytes, body: bytes) -> int:
    return int(_group(rb"/" + name + rb" (\d+) 0 R", body))


def _group(pattern: bytes, body: bytes) -> bytes:
    found = re.search(pattern, body)
    assert found, pattern
    return found[1]
