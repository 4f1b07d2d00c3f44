"""The whole road on the embedded sample: build a dataset, train a tiny model, evaluate it, read one page.

    python tools/road.py --out runs/road

Every step is one of the project's own commands; it stops at the first that fails. A few minutes on two cores.
The tiny model writes nothing worth reading: the road shows that every joint holds, not what a model can do.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def step(name: str, *words: object, code: int = 0) -> None:
    """Runs `python WORDS` in the project's root; leaves when the exit code is another than `code`."""
    begun = time.time()
    print(f"== {name}: python {' '.join(map(str, words))}", flush=True)
    done = subprocess.run([sys.executable, *map(str, words)], cwd=ROOT)
    if done.returncode != code:
        sys.exit(f"{name} ended with exit code {done.returncode} instead of {code}")
    print(f"== {name}: {time.time() - begun:.0f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("runs/road"))
    out = parser.parse_args().out.resolve()
    dataset, model, scores = out / "dataset", out / "model", out / "scores"
    step("build", "build_dataset.py", "--out", dataset, "--px-per-mm", "4", "--num-proc", "2")
    step(
        "train",
        "-m",
        "accelerate.commands.launch",
        "--cpu",
        "--num_processes",
        "1",
        "train_hf.py",
        "--dataset",
        dataset,
        "--output",
        model,
        "--init",
        "small",
        "--preprocess",
        "bands",
        "--epochs",
        "2",
        "--batch-size",
        "8",
        "--learning-rate",
        "5e-4",
    )
    step("evaluate", "evaluate_hf.py", "--model", model, "--dataset", dataset, "--split", "test", "--out", scores)
    results = json.loads((scores / "results.json").read_text())
    page = sorted((ROOT / "examples").glob("*.png"))[0]
    step("read", "-m", "ecgscribe", "read", page, "--model", model)
    step("read with the embedded model", "-m", "ecgscribe", "read", page)
    print(f"road done: {dataset}, {model}, {scores} (results: {', '.join(sorted(results))})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
