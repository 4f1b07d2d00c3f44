"""PNG: exactly the pixels, as palette or grey where these hold them, and smaller for it."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ecgscribe.data.png import encode_jpeg, encode_png


def decoded(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image, np.asarray(image.convert("RGB"))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2, 255, 256, 257, 5000]), st.booleans(), st.integers(0)
)
def test_pixels_come_back(height, width, colours, grey, seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 256, (colours, 1 if grey else 3)).repeat(3 if grey else 1, axis=1).astype(np.uint8)
    picture = table[rng.integers(0, colours, (height, width))]
    image, pixels = decoded(encode_png(picture, px_per_mm=8.0))
    assert np.array_equal(pixels, picture)
    assert image.info["dpi"] == pytest.approx((203.2, 203.2))


@pytest.mark.parametrize(("colours", "mode"), [(256, "P"), (257, "RGB")])
def test_the_palette_ends_at_256_colours(colours, mode):
    codes = np.arange(colours)
    table = np.stack([codes % 256, codes // 256, 255 - codes % 256], axis=1).astype(np.uint8)
    picture = table[np.resize(codes, (40, 40))]
    image, pixels = decoded(encode_png(picture))
    assert image.mode == mode and np.array_equal(pixels, picture) and "dpi" not in image.info


def test_rare_colours_between_the_looked_at_rows_are_kept():
    picture = np.full((64, 64, 3), 250, np.uint8)
    picture[13, 7] = (1, 2, 3)
    image, pixels = decoded(encode_png(picture))
    assert image.mode == "P" and np.array_equal(pixels, picture)


def test_a_photograph_is_a_jpeg():
    assert Image.open(io.BytesIO(encode_jpeg(np.zeros((8, 9, 3), np.uint8)))).format == "JPEG"
