"""Dataset rows a second and peak memory, beside `datasets.Dataset.from_generator` on the same pages.

Each way runs in a process of its own, so that its peak memory is its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "ptb-xl"


def ours(out: Path, rows: int) -> None:
    from ecgscribe.data.build import BuildOptions, build

    build(BuildOptions(ptbxl=SAMPLE, out=out, limit=rows, px_per_mm=4.0))


def plain(out: Path, rows: int) -> None:
    import io

    from datasets import Dataset, Features, Image, Value
    from PIL import Image as Picture

    from ecgscribe.data.ptbxl import PtbXl
    from ecgscribe.data.render import render
    from ecgscribe.text.caption import caption_of
    from ecgscribe.text.translate import translator_named

    def generate():
        source, translator = PtbXl(SAMPLE), translator_named("glossary", None)
        for row in source.rows[:rows]:
            page, _ = render(source.ecg(row), px_per_mm=4.0)
            coded = io.BytesIO()
            Picture.fromarray(page.picture).save(coded, "PNG")
            yield {
                "image": {"bytes": coded.getvalue(), "path": None},
                "caption": caption_of(row.report, translator).text,
            }

    features = Features({"image": Image(), "caption": Value("string")})
    made = Dataset.from_generator(generate, features=features, cache_dir=str(out / "cache"))
    made.to_parquet(str(out / "rows.parquet"))


def main() -> None:
    if len(sys.argv) == 4:  # the measured process
        begun = time.perf_counter()
        {"ours": ours, "plain": plain}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{time.perf_counter() - begun:.3f} {peak:.0f}")
        return
    told = {}
    for rows in (50, 150):
        for way in ("ours", "plain"):
            with tempfile.TemporaryDirectory() as folder:
                command = [sys.executable, __file__, way, f"{folder}/out", str(rows)]
                printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            told[way, rows] = [float(word) for word in printed.split()[-2:]]
            seconds, peak = told[way, rows]
            print(f"build, {way}, {rows} rows: {rows / seconds:.1f} rows/s, peak {peak:.0f} MB")
    print(
        f"build: ratio of time plain / ours {told['plain', 150][0] / told['ours', 150][0]:.2f}; "
        f"peak memory at 150 rows / at 50: {told['ours', 150][1] / told['ours', 50][1]:.2f}"
    )


if __name__ == "__main__":
    main()
