"""Training pictures a second: our loss and collation beside a plain transformers loop, same small BLIP, same pictures.

Ours computes in bf16 where the processor has it; the plain loop is what BLIP's documentation shows, in float32.
"""

import numpy as np
import torch
from measuring import compare
from PIL import Image

from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.training.embedded import bf16_is_fast
from ecgscribe.training.language import caption_batch

BATCH = 8
CAPTIONS = ["sinus rhythm, left axis deviation, inferior infarct, age undetermined.", "sinus rhythm. normal ecg."] * 4


def main() -> None:
    torch.set_num_threads(1)
    road = Preprocess.lead_bands()
    tokenizer = build_tokenizer(CAPTIONS, vocab_size=400)
    model = small_blip(tokenizer).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (*road.size_px, 3), dtype=np.uint8) for _ in range(BATCH)]
    start = model.config.text_config.bos_token_id

    def step(pixels: torch.Tensor, batch: dict, fast: bool) -> None:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            loss = model(pixel_values=pixels, **batch).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def ours() -> None:
        pixels = torch.from_numpy(np.stack([road.normalised(frame) for frame in frames]))
        step(pixels, caption_batch(tokenizer, CAPTIONS, start, 96, "cpu"), bf16_is_fast(torch.device("cpu")))

    from transformers import BlipImageProcessorPil

    processor = BlipImageProcessorPil(size={"height": road.size_px[0], "width": road.size_px[1]})

    def plain() -> None:
        pixels = processor([Image.fromarray(frame) for frame in frames], return_tensors="pt")["pixel_values"]
        text = tokenizer(CAPTIONS, padding=True, return_tensors="pt")
        labels = text["input_ids"]
        step(pixels, {**text, "labels": labels}, False)

    compare("training the small BLIP", "pictures", BATCH, ours, plain, "plain transformers, float32", rounds=3)


if __name__ == "__main__":
    main()
