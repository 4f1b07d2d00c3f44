"""Every kind of picture opens upright as RGB bytes, or is refused in one sentence that names it."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from ecgscribe.core.errors import UnreadablePicture
from ecgscribe.core.picture import open_picture


def _coloured(height=6, width=9):
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def _bytes(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _refusal(source, **options):
    with pytest.raises(UnreadablePicture) as caught:
        open_picture(source, **options)
    return str(caught.value)


def _png_header(width, height):
    """A PNG that claims a size and holds no pixels."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", b""),
        (b"IEND", b""),
    ):
        parts.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(parts)


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3))))
def test_all_ways_in_give_the_same_pixels(pixels):
    image = Image.fromarray(pixels)
    data = _bytes(image)
    for source in (pixels, image, data, bytearray(data), io.BytesIO(data), pixels.astype(np.int64), pixels / 255.0):
        opened = open_picture(source)
        assert opened.dtype == np.uint8
        if not isinstance(source, np.ndarray) or source.dtype == np.uint8:
            np.testing.assert_array_equal(opened, pixels)


def test_a_path_opens_like_its_bytes_and_the_result_is_a_copy(tmp_path):
    pixels = _coloured()
    path = tmp_path / "größe ß.png"
    Image.fromarray(pixels).save(path)
    for source in (path, str(path)):
        np.testing.assert_array_equal(open_picture(source), pixels)
    opened = open_picture(pixels)
    opened[:] = 0
    assert pixels.any()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation):
    upright = np.full((16, 32, 3), 255, np.uint8)
    upright[:8, :16] = 0  # dark at the top left
    turn = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = _bytes(Image.fromarray(np.ascontiguousarray(turn(upright))), "PNG", exif=exif)
    np.testing.assert_array_equal(open_picture(data), upright)


def test_transparency_is_laid_over_white():
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[0, 0] = (10, 20, 30, 255)
    rgba[0, 1] = (0, 0, 0, 128)
    expected = np.full((2, 3, 3), 255, np.uint8)
    expected[0, 0], expected[0, 1] = (10, 20, 30), 127
    for source in (rgba, Image.fromarray(rgba), _bytes(Image.fromarray(rgba))):
        np.testing.assert_array_equal(open_picture(source), expected)
    palette = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    palette.putpalette([0, 0, 0, 200, 100, 50])
    np.testing.assert_array_equal(open_picture(_bytes(palette, "PNG", transparency=0)), [[[255] * 3, [200, 100, 50]]])


def test_deep_and_grey_values_keep_their_scale():
    deep = np.array([[0, 257, 65535, 32896]], np.uint16)
    for source in (deep, deep.astype(">u2"), Image.fromarray(deep), _bytes(Image.fromarray(deep))):
        np.testing.assert_array_equal(open_picture(source)[:, :, 0], [[0, 1, 255, 128]])
    np.testing.assert_array_equal(open_picture(np.array([[True, False]]))[0, :, 1], [255, 0])
    np.testing.assert_array_equal(open_picture(np.array([[0.0, 0.5, 1.0]]))[0, :, 1], [0, 128, 255])
    np.testing.assert_array_equal(open_picture(np.array([[0.0, 200.0]], np.float32))[0, :, 1], [0, 200])
    np.testing.assert_array_equal(open_picture(_bytes(Image.new("L", (2, 1), 77)))[0, 0], [77] * 3)
    np.testing.assert_array_equal(open_picture(_bytes(Image.new("1", (2, 1), 1)))[0, 0], [255] * 3)


def test_cmyk_and_palette_and_animation():
    cmyk = _bytes(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "TIFF")
    assert (open_picture(cmyk) == 255).all()
    palette = Image.fromarray(_coloured()).quantize(8)
    np.testing.assert_array_equal(open_picture(_bytes(palette)), np.asarray(palette.convert("RGB")))
    frames = [Image.new("RGB", (4, 4), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    animated = _bytes(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert tuple(open_picture(animated)[0, 0]) == (255, 0, 0)


def test_pages_of_tiff_and_pdf_are_counted_from_zero():
    pages = [Image.new("RGB", (144, 72), colour) for colour in ("red", "blue")]
    tiff = _bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert tuple(open_picture(tiff, page_number=1)[0, 0]) == (0, 0, 255)
    assert "2 pages; page 2 does not exist" in _refusal(tiff, page_number=2)
    pdf = _bytes(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=72)
    opened = open_picture(pdf, page_number=1)
    assert opened.shape == (72, 144, 3)  # a scan keeps its own pixels
    assert opened[36, 72, 2] > 200 > 60 > opened[36, 72, 0]
    assert "2 pages; page 5 does not exist" in _refusal(pdf, page_number=5)
    assert "page -1 does not exist" in _refusal(pdf, page_number=-1)
    assert "broken PDF" in _refusal(b"%PDF-1.4 nothing follows")


def _drawn_pdf(width: int, height: int) -> bytes:
    """A PDF page of so many points with one line on it."""
    drawing = b"0 0 m 50 50 l S"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R>>" % (width, height),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (k + 1, part) for k, part in enumerate(parts))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


@pytest.mark.parametrize(("points", "longest_px"), [((1191, 842), 3361), ((420, 298), 2400), ((3000, 2000), 5000)])
def test_a_drawn_pdf_page_is_fine_enough_for_traces(points, longest_px):
    # A3 at 8 px a mm; small pages finer, huge ones coarser
    assert max(open_picture(_drawn_pdf(*points)).shape) == pytest.approx(longest_px, abs=2)


@pytest.mark.parametrize("dpi", [100, 300])
def test_a_scanned_pdf_page_keeps_its_own_resolution(dpi):
    rng = np.random.default_rng(5)
    scan = Image.fromarray(rng.integers(0, 256, (600, 850, 3), dtype=np.uint8))
    opened = open_picture(_bytes(scan, "PDF", resolution=dpi))
    np.testing.assert_allclose(opened.shape, (600, 850, 3), atol=1)


def test_a_huge_pdf_page_is_drawn_smaller():
    pdf = _bytes(Image.new("RGB", (400, 4), "white"), "PDF", resolution=2)  # 200 inches wide
    assert max(open_picture(pdf).shape) <= 5001


def test_bombs_are_refused_by_their_header_with_both_numbers():
    message = _refusal(_png_header(12_000, 8_000))
    assert "12000 x 8000 = 96.0 million pixels" in message and "limit is 90.0 million" in message
    assert "3600.0 million pixels" in _refusal(_png_header(60_000, 60_000))
    assert "limit is 0.0 million" in _refusal(np.zeros((20, 20), np.uint8), max_pixels=399)
    assert open_picture(np.zeros((20, 20), np.uint8), max_pixels=400).shape == (20, 20, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_cut_off_files_are_refused_or_whole(kind):
    data = _bytes(Image.fromarray(_coloured(64, 64)), kind)
    for share in (0.02, 0.3, 0.6, 0.9):
        try:
            opened = open_picture(data[: int(len(data) * share)])
        except UnreadablePicture as error:
            assert error.hint and "Traceback" not in str(error)
        else:
            assert opened.shape == (64, 64, 3)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\x00"])
)
def test_any_bytes_open_or_are_refused(tail, head):
    try:
        opened = open_picture(head + tail)
    except UnreadablePicture as error:
        assert str(error).count("\n") == 0
    else:
        assert opened.dtype == np.uint8 and opened.ndim == 3


def test_what_is_no_picture_is_named(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("Sinusrhythmus, normale Überleitung\n" * 5, encoding="utf-8")
    empty = tmp_path / "empty.png"
    empty.touch()
    assert "notes.txt" in _refusal(text) and "text file" in _refusal(text)
    assert "0 bytes" in _refusal(empty)
    assert "folder" in _refusal(tmp_path)
    assert "There is no file" in _refusal(tmp_path / "missing.png")
    assert "There is no file" in _refusal("a\0b")
    assert "web address" in _refusal("https://example.org/ecg.png")
    assert "HEIC" in _refusal(b"\0\0\0\x18ftypheic" + bytes(40))
    assert "NoneType" in _refusal(None)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros(5, np.uint8),
        np.zeros((3, 40, 50), np.uint8),
        np.full((2, 2), np.nan),
        np.full((2, 2), -1.0),
        np.full((2, 2), 70_000),
        np.array([["a", "b"]]),
        np.zeros((2, 2), np.complex64),
    ],
)
def test_arrays_that_are_no_pictures_are_refused(array):
    assert _refusal(array)
