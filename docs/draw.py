"""Draws docs/architecture.svg from the layers in pyproject.toml and the imports that the code really has.

python docs/draw.py            writes the picture
python docs/draw.py --check    exits 1 when the picture is out of date
"""

import argparse
import ast
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ecgscribe"
PICTURE = ROOT / "docs" / "architecture.svg"
SAYS = {
    "core": "the nouns: Ecg, Page, Transform, Preprocess, Interpretation",
    "text": "reports into English captions",
    "measure": "beats, waves, intervals",
    "page": "finds the sheet, its scale and its leads",
    "hub": "pushes and pulls folders",
    "data": "records, simulator, pages drawn, rows",
    "digitize": "page into mV",
    "findings": "page into statements",
    "captioner": "pixels into a caption (BLIP)",
    "reader": "a picture in, an interpretation out",
    "evaluation": "scores beside controls",
    "training": "Trainer and recipes",
    "app": "the page in the browser",
    "cli": "the commands behind the doors",
}


def layers() -> list[list[str]]:
    """Groups of rooms, left to right, from pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ecgscribe"]["layers"]


def room_of(path: Path) -> str:
    """The room of a file; "" for the files of the package's top."""
    part = path.relative_to(PACKAGE).parts
    return part[0] if len(part) > 1 else (part[0].removesuffix(".py") if part[0] == "hub.py" else "")


def imports(path: Path) -> set[str]:
    """Rooms that a file imports anywhere, inside functions too; relative imports are resolved."""
    found = set()
    package = ("ecgscribe", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            if parts[0] == "ecgscribe" and len(parts) > 1:
                found.add(parts[1])
    return found & set(SAYS)


def edges() -> dict[tuple[str, str], int]:
    """(room, imported room) -> number of files that do so, without a room's imports of itself."""
    counted: dict[tuple[str, str], int] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = room_of(path)
        for other in imports(path) if room else ():
            if other != room:
                counted[room, other] = counted.get((room, other), 0) + 1
    return counted


def drawing() -> str:
    """The SVG text: one column a layer, one box a room, one line an import, thicker for more files."""
    present = {room_of(path) for path in PACKAGE.rglob("*.py")} - {""}
    groups = [[room for room in group if room in present] for group in layers()]
    groups = [group for group in groups if group]
    wide, high, gap_x, gap_y = 118, 92, 46, 26
    tallest = max(len(group) for group in groups)
    size = (len(groups) * (wide + gap_x) + gap_x, tallest * (high + gap_y) + gap_y + 30)
    place = {}
    for column, group in enumerate(groups):
        top = (size[1] - 30 - len(group) * (high + gap_y) + gap_y) / 2
        for row, room in enumerate(group):
            place[room] = (gap_x + column * (wide + gap_x), top + row * (high + gap_y))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="#fffdfc"/>',
    ]
    for (room, other), count in sorted(edges().items()):
        (x0, y0), (x1, y1) = place[room], place[other]
        start, end = (x0, y0 + high / 2), (x1 + wide, y1 + high / 2)
        bend = (start[0] - end[0]) / 2
        parts.append(
            f'<path d="M{start[0]:.0f} {start[1]:.0f} C{start[0] - bend:.0f} {start[1]:.0f} {end[0] + bend:.0f} '
            f'{end[1]:.0f} {end[0]:.0f} {end[1]:.0f}" fill="none" stroke="#b9476b" stroke-opacity="0.35" '
            f'stroke-width="{min(1 + count / 2, 6):.1f}"/>'
        )
    for room, (x, y) in place.items():
        parts.append(
            f'<rect x="{x}" y="{y:.0f}" width="{wide}" height="{high}" rx="8" fill="#ffffff" stroke="#7a2340"/>'
            f'<text x="{x + 10}" y="{y + 22:.0f}" font-size="15" font-weight="bold" fill="#3b1220">{room}</text>'
        )
        for k, line in enumerate(_lines(SAYS[room], 19)):
            parts.append(f'<text x="{x + 10}" y="{y + 40 + 13 * k:.0f}" font-size="10.5" fill="#444">{line}</text>')
    told = "Imports go to the left only; a line is an import that the code has, thicker for more files."
    parts.append(f'<text x="{gap_x}" y="{size[1] - 12}" font-size="12" fill="#444">{told}</text></svg>')
    return "\n".join(parts) + "\n"


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    text = drawing()
    if parser.parse_args().check:
        if not PICTURE.exists() or PICTURE.read_text() != text:
            print("docs/architecture.svg is out of date; run `make docs`", file=sys.stderr)
            return 1
        return 0
    PICTURE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
