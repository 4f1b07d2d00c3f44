"""Seconds a caption: our Captioner beside plain transformers code on the same model folder and the same pages."""

from pathlib import Path

import numpy as np
import torch
from measuring import compare
from PIL import Image
from transformers import BlipForConditionalGeneration, BlipProcessor

from ecgscribe.captioner.blip import Captioner
from ecgscribe.data.render import render
from ecgscribe.data.simulate import CONDITIONS, simulate
from ecgscribe.reader.reader import Reader

MODEL = Path(__file__).resolve().parent.parent / "models" / "ecg-blip-small"
PAGES = 8


def main() -> None:
    torch.set_num_threads(1)
    pages = [render(simulate(CONDITIONS[k % len(CONDITIONS)], seed=k).ecg, px_per_mm=6.0)[0] for k in range(PAGES)]
    captioner = Captioner.from_pretrained(MODEL)
    frames = [captioner.preprocess.picture(page) for page in pages]
    pixels = np.stack([captioner.preprocess.normalised(frame) for frame in frames])
    processor = BlipProcessor.from_pretrained(MODEL)
    model = BlipForConditionalGeneration.from_pretrained(MODEL, dtype=torch.float32).eval()
    settings = captioner.generation.arguments()

    def plain() -> None:
        for frame in frames:
            inputs = processor(images=Image.fromarray(frame), return_tensors="pt")
            processor.batch_decode(model.generate(**inputs, **settings), skip_special_tokens=True)

    compare(
        "captions, one page at a time",
        "pages",
        PAGES,
        lambda: [captioner.read_pixels(one[None]) for one in pixels],
        plain,
        "plain transformers",
        rounds=3,
    )
    compare(
        f"captions, {PAGES} pages together",
        "pages",
        PAGES,
        lambda: captioner.read_pixels(pixels),
        plain,
        "plain transformers one by one",
        rounds=3,
    )
    reader = Reader.from_pretrained(MODEL)
    results = [reader.read(page.picture) for page in pages]
    steps = {step: np.median([result.seconds[step] for result in results]) for step in results[0].seconds}
    print("reader, seconds a page: " + ", ".join(f"{step} {seconds:.3f}" for step, seconds in steps.items()))


if __name__ == "__main__":
    main()
