"""Building a dataset: rows a second and core, what 21,799 pages take, and peak memory as rows grow.

Beside `datasets.Dataset.from_generator` on the same pages. Each measurement runs in a process of its own, so that its
peak memory is its own. Seconds are CPU seconds of one process, which other work on the machine disturbs least.

    python bench/building.py                     quick: the embedded sample; memory with pictures that cost nothing
    python bench/building.py --ptbxl DIR         the same with real records
    python bench/building.py --drawn 1000 20000  also memory with so many simulated records, really drawn (10 CPU min)
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "ptb-xl"
PTBXL_ROWS = 21_799
TARGETS = {4.0: 15, 8.0: 60}
"""Pixels a mm (of the captioner's training pages, of a full page) -> minutes on two cores for PTB-XL."""


class Clock:
    """Listens to a build: CPU seconds at the first and at the last row."""

    def __init__(self):
        self.marks = []

    def row(self, done: int, total: int) -> None:
        """After each row."""
        self.marks.append(time.process_time())

    def shard(self, name: str, rows: int, kept: bool) -> None:
        """Nothing."""


def drawn(out: Path, ptbxl: Path, rows: int, px_per_mm: float) -> dict:
    """Pages of a folder of records."""
    from ecgscribe.data.build import BuildOptions, build

    clock = Clock()
    build(BuildOptions(ptbxl=ptbxl, out=out, limit=rows, px_per_mm=px_per_mm, split="folds"), clock)
    return {
        "before_s": clock.marks[0],
        "row_s": (clock.marks[-1] - clock.marks[0]) / (len(clock.marks) - 1),
        "row_bytes": sum(path.stat().st_size for path in out.rglob("*.parquet")) / len(clock.marks),
    }


def simulated(out: Path, ptbxl: Path, rows: int, px_per_mm: float) -> dict:
    """Simulated records, really drawn."""
    from ecgscribe.data.build import BuildOptions, build

    clock = Clock()
    build(BuildOptions(ptbxl=ptbxl, out=out, simulated=rows, px_per_mm=px_per_mm, rate_hz=100), clock)
    return {"row_s": (clock.marks[-1] - clock.marks[0]) / (len(clock.marks) - 1)}


class Cheap:
    """Pictures of 20 kB that cost nothing, so that only the builder's own memory counts."""

    def picture(self, row, variant: int = 0):
        """Other bytes for every row."""
        from ecgscribe.data.pictures import RowPicture

        return RowPicture(row.ecg_id.to_bytes(8, "big") * 2500, 4.0, row.ecg_id)


def builder_alone(out: Path, ptbxl: Path, rows: int, px_per_mm: float) -> dict:
    """Plan, captions, shards and manifest of invented rows: all that grows with their number."""
    from ecgscribe.data.folder import DatasetFolder
    from ecgscribe.data.plan import make_plan
    from ecgscribe.data.ptbxl import PtbXlRow
    from ecgscribe.data.split import splitter
    from ecgscribe.text.translate import translator_named

    words = "sinusrhythmus linkstyp qrs(t) abnormal inferiorer infarkt alter unbest. nummer"
    source = (
        PtbXlRow(k, f"p{k}", 60.0, "male", f"{words} {k}", {"IMI": 100.0}, ("MI",), 1, f"a/{k}", f"b/{k}", True)
        for k in range(1, rows + 1)
    )
    plan = make_plan(source, splitter("patient", 42), translator_named("glossary", None))
    clock = Clock()
    DatasetFolder(out, {}, plan).run(Cheap(), listener=clock)
    return {"row_s": clock.marks[-1] / len(clock.marks)}


def plain(out: Path, ptbxl: Path, rows: int, px_per_mm: float) -> dict:
    """The same pages by the `datasets` library's own generator."""
    import io

    from datasets import Dataset, Features, Image, Value
    from PIL import Image as Picture

    from ecgscribe.data.ptbxl import PtbXl
    from ecgscribe.data.render import render
    from ecgscribe.text.caption import caption_of
    from ecgscribe.text.translate import translator_named

    marks = []

    def generate():
        source, translator = PtbXl(ptbxl), translator_named("glossary", None)
        for row in source.rows[:rows]:
            page, _ = render(source.ecg(row), px_per_mm=px_per_mm)
            coded = io.BytesIO()
            Picture.fromarray(page.picture).save(coded, "PNG")
            marks.append(time.process_time())
            caption = caption_of(row.report, translator).text
            yield {"image": {"bytes": coded.getvalue(), "path": None}, "caption": caption}

    features = Features({"image": Image(), "caption": Value("string")})
    made = Dataset.from_generator(generate, features=features, cache_dir=str(out / "cache"))
    made.to_parquet(str(out / "rows.parquet"))
    return {"row_s": (time.process_time() - marks[0]) / (len(marks) - 1)}


WAYS = {way.__name__: way for way in (drawn, simulated, builder_alone, plain)}


def measured(way: str, ptbxl: Path, rows: int, px_per_mm: float) -> dict:
    """One way in a process of its own; adds `peak_mb`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--way", way, folder, str(ptbxl), str(rows), str(px_per_mm)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(printed.splitlines()[-1])


def speed(ptbxl: Path, rows: int) -> None:
    """Rows a second and core, the time of PTB-XL on two cores against the aim, and the ratio to the plain way."""
    for px_per_mm, minutes in TARGETS.items():
        ours = measured("drawn", ptbxl, rows, px_per_mm)
        needed = (PTBXL_ROWS * ours["row_s"] / 2 + ours["before_s"]) / 60
        print(
            f"build, {px_per_mm:g} px/mm, {rows} rows: {1 / ours['row_s']:.1f} rows/s and core, "
            f"{ours['row_bytes'] / 1000:.0f} kB a row, peak {ours['peak_mb']:.0f} MB; "
            f"{PTBXL_ROWS} rows on two cores: {needed:.1f} min (aim {minutes})"
        )
        theirs = measured("plain", ptbxl, rows, px_per_mm)
        print(
            f"build, {px_per_mm:g} px/mm, from_generator: {1 / theirs['row_s']:.1f} rows/s and core, "
            f"peak {theirs['peak_mb']:.0f} MB; ratio {theirs['row_s'] / ours['row_s']:.2f}"
        )


def memory(way: str, said: str, few: int, many: int) -> None:
    """Peak memory and time a row at two sizes."""
    less, more = (measured(way, SAMPLE, rows, 2.0) for rows in (few, many))
    print(
        f"build, {said}: peak {less['peak_mb']:.0f} MB at {few} rows, {more['peak_mb']:.0f} MB at {many} "
        f"(ratio {more['peak_mb'] / less['peak_mb']:.3f}, aim 1.10); "
        f"time a row {1000 * less['row_s']:.1f} ms and {1000 * more['row_s']:.1f} ms"
    )


def main() -> None:
    if sys.argv[1:2] == ["--way"]:  # the measured process
        way, out, ptbxl, rows, px_per_mm = sys.argv[2:]
        told = WAYS[way](Path(out) / "out", Path(ptbxl), int(rows), float(px_per_mm))
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told | {"peak_mb": peak_mb}))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ptbxl", type=Path, default=SAMPLE)
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--drawn", type=int, nargs=2, metavar=("FEW", "MANY"))
    args = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    speed(args.ptbxl, args.rows)
    memory("builder_alone", "the builder alone", 1_000, 20_000)
    if args.drawn:
        memory("simulated", "simulated records", *args.drawn)


if __name__ == "__main__":
    main()
