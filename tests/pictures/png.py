"""How does a screenshot become a small file? 256 colours, and the best compression zlib has.

A page has few colours of its own; the others are edges of letters, which take the nearest one.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256
#: Bytes of a pixel by kind: RGB, RGBA.
WIDTHS = {2: 3, 6: 4}
Colour = tuple[int, ...]


def smaller(picture: bytes) -> bytes:
    """The same picture with at most 256 colours; opaque, 8 bits a channel, not interlaced."""
    parts = list(_chunks(picture))
    header = next(data for name, data in parts if name == b"IHDR")
    width, height, _, kind = struct.unpack(">IIBB", header[:10])
    size = WIDTHS[kind]
    raw = zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT"))
    rows = [_pixels(line, size) for line in _lines(raw, width * size, size)]
    counts = Counter(pixel for row in rows for pixel in row)
    palette = [one for one, _ in counts.most_common(MOST_COLOURS)]
    places = {one: at for at, one in enumerate(palette)}
    for one in counts:
        if one not in places:
            places[one] = _nearest(one, palette)
    data = b"".join(b"\0" + bytes(places[pixel] for pixel in row) for row in rows)
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(bytes(one) for one in palette)),
            _chunk(b"IDAT", zlib.compress(data, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _pixels(line: bytes, size: int) -> list[Colour]:
    return [tuple(line[at : at + 3]) for at in range(0, len(line), size)]


def _nearest(one: Colour, palette: list[Colour]) -> int:
    return min(range(len(palette)), key=lambda at: _far(palette[at], one))


def _far(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _lines(raw: bytes, length: int, size: int) -> Iterator[bytes]:
    """Each line as it was before its filter (PNG, chapter 9)."""
    before = bytearray(length)
    for start in range(0, len(raw), length + 1):
        line = bytearray(raw[start + 1 : start + 1 + length])
        for at in range(length):
            left = line[at - size] if at >= size else 0
            corner = before[at - size] if at >= size else 0
            line[at] = (line[at] + _guess(raw[start], left, before[at], corner)) & 255
        yield bytes(line)
        before = line


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    """What the filter foretold of a byte: none, left, above, their average, or Paeth's."""
    if kind < 4:
        return (0, left, above, (left + above) >> 1)[kind]
    aim = left + above - corner
    return min((left, above, corner), key=lambda one: abs(aim - one))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4])
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
