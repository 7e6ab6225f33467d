"""Does a screenshot stay the same picture when it is made smaller?"""

from __future__ import annotations

import struct
import zlib

from tests.pictures.png import SIGNATURE, _chunk, _chunks, smaller

RED, BLUE = (200, 10, 10), (10, 10, 200)


def test_each_filter_is_undone_and_the_colours_stay() -> None:
    # Each line is red, blue: as it is, by the left, by the line above, by their average, by Paeth.
    step = [(b - a) & 255 for a, b in zip(RED, BLUE, strict=True)]
    half = [(a - (a >> 1)) & 255 for a in RED]
    rest = [(b - ((a + b) >> 1)) & 255 for a, b in zip(RED, BLUE, strict=True)]
    lines = (
        bytes([0, *RED, *BLUE]),
        bytes([1, *RED, *step]),
        bytes([2, *[0] * 6]),
        bytes([3, *half, *rest]),
        bytes([4, *[0] * 6]),
    )
    header = struct.pack(">IIBBBBB", 2, len(lines), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(lines))
    given = SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")

    made = dict(_chunks(smaller(given)))

    palette = [tuple(made[b"PLTE"][at : at + 3]) for at in (0, 3)]
    raw = zlib.decompress(made[b"IDAT"])
    seen = [[palette[at] for at in raw[row * 3 + 1 : row * 3 + 3]] for row in range(len(lines))]
    assert seen == [[RED, BLUE]] * len(lines)
