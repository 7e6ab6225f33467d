"""Where do htmx, the font, the icons and axe come from? Fetched with npm, kept with their hashes.

    python tools/vendor_assets.py

Nobody needs npm to run, test or build the product: what is fetched is committed, and
`tests/web/test_vendored.py` compares it with VENDOR.md. Run this to take a newer version.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "intake/web/static/vendor"
FOR_TESTS = ROOT / "tests/e2e/vendor"
SPRITE = "icons.svg"
ICONS = """
arrow-down-right arrow-repeat arrow-right arrow-up-right bar-chart bell box-arrow-in-right
box-arrow-right building calendar3 chat-dots check-circle-fill check2 chevron-down chevron-left
chevron-right circle clipboard2-pulse clock dash-circle-fill droplet envelope
exclamation-octagon-fill exclamation-triangle-fill eye eye-slash file-earmark-text flag gear
geo-alt heart-pulse hourglass-split house info-circle-fill journal-text keyboard list lock
pencil people person person-plus phone plus-lg printer question-circle search shield-check
telephone three-dots x-circle-fill x-lg
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One package, the file taken from it (none: the sprite is made of many), and where it goes."""

    package: str
    version: str
    file: str | None
    target: Path


SOURCES = (
    Source("htmx.org", "2.0.11", "dist/htmx.min.js", STATIC / "htmx.min.js"),
    Source(
        "@fontsource-variable/inter",
        "5.3.0",
        "files/inter-latin-wght-normal.woff2",
        STATIC / "inter-latin-wght-normal.woff2",
    ),
    Source("bootstrap-icons", "1.13.2", None, STATIC / SPRITE),
    Source("axe-core", "4.14.1", "axe.min.js", FOR_TESTS / "axe.min.js"),
)
HEADING = """# What is here, and whose is it?

Written by `tools/vendor_assets.py`; a test compares each file with its hash. Licences stand beside.

| file | package | version | licence | sha256 |
|---|---|---|---|---|
"""


def main() -> None:
    """Fetch everything and write a VENDOR.md into each folder."""
    rows: dict[Path, list[str]] = {}
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            licence = take(source, Path(folder))
        digest = hashlib.sha256(source.target.read_bytes()).hexdigest()
        cells = (source.target.name, source.package, source.version, licence, digest)
        rows.setdefault(source.target.parent, []).append(f"| {' | '.join(cells)} |\n")
    for target, lines in rows.items():
        (target / "VENDOR.md").write_text(HEADING + "".join(lines), encoding="utf-8")


def take(source: Source, folder: Path) -> str:
    """Fetch one package, put its file and its licence where they belong; the licence's name."""
    wanted = f"{source.package}@{source.version}"
    subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True)  # noqa: S603, S607 - the npm of whoever runs this
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        packed.extractall(folder, filter="data")
    package = folder / "package"
    source.target.parent.mkdir(parents=True, exist_ok=True)
    body = (package / source.file).read_bytes() if source.file else sprite(package / "icons")
    source.target.write_bytes(body)
    name = source.package.rpartition("/")[2]
    (source.target.parent / f"LICENSE-{name}").write_bytes((package / "LICENSE").read_bytes())
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["license"])


def sprite(icons: Path) -> bytes:
    """The icons that pages use, as the symbols of one file."""
    symbols = "\n".join(symbol(icons / f"{name}.svg") for name in ICONS.split())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'.encode()


def symbol(path: Path) -> str:
    """One icon as a symbol of the sprite."""
    found = re.fullmatch(
        r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>\s*', path.read_text("utf-8"), re.DOTALL
    )
    if found is None:
        raise ValueError(f"{path.name} isn't the drawing that was expected")
    body = re.sub(r"\n\s*", "", found[2])
    return f'<symbol id="{path.stem}" viewBox="{found[1]}">{body}</symbol>'


if __name__ == "__main__":
    main()
