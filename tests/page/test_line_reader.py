"""The line reader: numpy and torch agree, drawn names and scales are read, likelihoods are those of a full sum."""

import itertools

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.lettering import letter
from ecgscribe.page.ctc import Words, path_score, told
from ecgscribe.page.line_reader import WEIGHTS, LineReader
from ecgscribe.page.names import LABELS, name_chances
from ecgscribe.page.strips import ALPHABET, STRIP_PX, strip_of
from ecgscribe.training.line_reader import LineNet, batch_of, load_strips, save_strips
from ecgscribe.training.line_strips import drawn_strip


def strip_with(text: str, font: str = "sans", size: float = 30.0) -> np.ndarray:
    picture = np.full((80, 40 * len(text) + 80, 3), 255, np.uint8)
    box = letter(picture, text, (40.0, 50.0), font, size, (0, 0, 0))
    dark = (1 - picture[:, :, 0] / 255).astype(np.float32)
    return strip_of(dark, (*box.min(axis=0), *box.max(axis=0)))


def test_numpy_and_torch_give_the_same():
    torch.manual_seed(1)
    net = LineNet()
    for k in range(1, 7):  # normalisations as after training, not the identity
        norm = getattr(net, f"norm{k}")
        norm.running_mean.uniform_(-0.5, 0.5)
        norm.running_var.uniform_(0.5, 2.0)
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
        torch.nn.init.uniform_(norm.bias, -0.3, 0.3)
    net.eval()
    pictures, *_ = batch_of([drawn_strip(seed) for seed in range(4)])
    pictures = pictures[..., : pictures.shape[3] // 2 * 2]
    weights = {name: value.astype(np.float32) for name, value in net.folded().items()}
    with torch.no_grad():
        expected = net(pictures).numpy()
    found = LineReader(weights).log_probabilities(pictures[:, 0].numpy())
    assert np.abs(np.exp(found) - np.exp(expected)).max() < 0.01  # weights are kept in float16


def test_the_weights_are_small_and_fit():
    weights = load_file(WEIGHTS)
    assert WEIGHTS.stat().st_size < 700_000
    assert sum(value.size for value in weights.values()) <= 300_000
    assert {value.dtype for value in weights.values()} == {np.dtype(np.float16)}
    with pytest.raises(BadOption, match="out.weight"):
        LineReader({name: value for name, value in weights.items() if name != "out.weight"})


@pytest.mark.parametrize("font", ["sans", "bold", "roman", "typewriter"])
def test_clean_lead_names_are_told(font):
    right = 0
    for lead in LEADS:
        columns = LineReader.packaged().read([strip_with(lead, font)])[0]
        chances = name_chances(columns, told(columns, 0.6)[0])
        right += LABELS[int(chances.argmax())] == lead and chances.max() > 0.5
    assert right >= 11


@pytest.mark.parametrize("text", ["25 mm/s", "10 mm/mV", "50mm/s"])
def test_clean_scales_are_read(text):
    assert told(LineReader.packaged().read([strip_with(text)])[0], 0.6)[0].replace(" ", "") == text.replace(" ", "")


def test_strips_read_together_or_alone_say_the_same():
    strips = [strip_with(text) for text in ("V1", "aVR", "25 mm/s", "PR 160 ms")]
    together = [told(columns, 0.6)[0] for columns in LineReader.packaged().read(strips)]
    alone = [told(LineReader.packaged().read([strip])[0], 0.6)[0] for strip in strips]
    assert together == alone


def test_a_words_probability_is_the_sum_over_its_paths():
    columns = np.log(np.random.default_rng(0).dirichlet(np.ones(len(ALPHABET) + 1), 4))
    word = "II"
    total = 0.0
    place = ALPHABET.index("I") + 1
    for path in itertools.product((0, place), repeat=4):
        kept = [c for k, c in enumerate(path) if k == 0 or c != path[k - 1]]
        if "".join(ALPHABET[c - 1] for c in kept if c) == word:
            total += np.exp(columns[np.arange(4), path].sum())
    assert Words((word, "V1")).scores(columns)[0] == pytest.approx(np.log(total))
    assert path_score(columns) >= Words((word,)).scores(columns)[0] - np.log(2.0**4)


def test_words_in_strips_scored_together_or_alone_are_as_likely():
    columns = LineReader.packaged().read([strip_with(text) for text in ("V1", "aVR", "PR 160 ms", "II", "V6")] * 6)
    words = Words(("V1", "aVR", "II", "|V6"))
    together = words.scores_of(columns)
    assert len(together) == len(columns)
    assert all((found == words.scores(seen)).all() for found, seen in zip(together, columns, strict=True))
    assert words.scores_of([]) == []


def test_strips_are_even_in_width_and_bounded():
    dark = np.random.default_rng(0).random((60, 900)).astype(np.float32)
    for box in ((5, 5, 6, 40), (0, 0, 900, 9), (880, 50, 990, 75), (-20, -20, -10, -5)):
        strip = strip_of(dark, box)
        assert strip.shape[0] == STRIP_PX and strip.shape[1] % 2 == 0 and 16 <= strip.shape[1] <= 640
        assert strip.dtype == np.float32 and strip.min() >= 0 and strip.max() <= 1


def test_stored_strips_come_back(tmp_path):
    strips = [drawn_strip(seed) for seed in (3, 4)]
    save_strips(strips, tmp_path / "strips.npz")
    for (strip, text), (back, said) in zip(strips, load_strips(tmp_path / "strips.npz"), strict=True):
        assert said == text and np.abs(back - strip).max() < 0.005


def test_a_word_that_cannot_be_there_is_hardly_likely_at_all():
    columns = np.full((2, len(ALPHABET) + 1), -900.0)
    columns[:, 0] = 0.0
    (found,) = Words(("II",)).scores(columns)
    assert np.isfinite(found) and found <= -700
