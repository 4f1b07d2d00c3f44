"""PNG of a page, lossless and fast: grey or a palette where the colours allow it, else RGB.

Portable Network Graphics (PNG) Specification, W3C, 2nd edition: chunks, colour types 0, 2 and 3. A drawn page has
long runs of equal pixels: unfiltered rows at level 3 take a quarter of the time of a search for the best filter, for
an eighth more bytes.
"""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np

_SIGNATURE_BYTES, _HEADER_BYTES = 8, 25  # IHDR: 4 length, 4 name, 13 data, 4 checksum
_COLOUR_TYPE_AT = 17  # within IHDR, after length, name, width, height and depth
_PALETTE_TYPE = 3
_OPTIONS = (cv2.IMWRITE_PNG_COMPRESSION, 3, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE)


def encode_png(picture: np.ndarray, px_per_mm: float | None = None) -> bytes:
    """uint8 (H, W, 3) RGB -> the bytes of a PNG file that decodes to exactly these pixels.

    `px_per_mm` is written as the picture's physical resolution. Noisy pictures, which nothing shortens, are better
    kept as JPEG.
    """
    if np.array_equal(picture[:, :, 0], picture[:, :, 1]) and np.array_equal(picture[:, :, 1], picture[:, :, 2]):
        return _assembled(np.ascontiguousarray(picture[:, :, 0]), px_per_mm)
    codes = cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA).view(np.uint32)[:, :, 0] & 0xFFFFFF
    palette = _colours(codes)
    if palette is None:
        return _assembled(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), px_per_mm)
    places = np.zeros(1 << 24, np.uint8)
    places[palette] = np.arange(len(palette))
    return _assembled(places[codes], px_per_mm, palette)


def encode_jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    """uint8 (H, W, 3) RGB -> the bytes of a JPEG file, for photographs."""
    coded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return coded[1].tobytes()


def _assembled(pixels: np.ndarray, px_per_mm: float | None, palette: np.ndarray | None = None) -> bytes:
    """OpenCV's file of grey or BGR pixels; with a `palette` the grey values become places in it."""
    encoded = cv2.imencode(".png", pixels, _OPTIONS)[1].tobytes()
    start = _SIGNATURE_BYTES + _HEADER_BYTES
    head, added = encoded[:start], b""
    if px_per_mm is not None:
        metre = round(1000 * px_per_mm)
        added += _chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1))
    if palette is not None:
        fields = bytearray(head[_SIGNATURE_BYTES + 8 : -4])
        fields[_COLOUR_TYPE_AT - 8] = _PALETTE_TYPE
        head = head[:_SIGNATURE_BYTES] + _chunk(b"IHDR", bytes(fields))
        added += _chunk(b"PLTE", b"".join(int(code).to_bytes(3, "little") for code in palette))
    return head + added + encoded[start:]


def _colours(codes: np.ndarray) -> np.ndarray | None:
    """The distinct colours (24 bits, red lowest) in order; None when there are more than 256."""
    few = np.unique(codes[:: max(len(codes) // 16, 1)])  # a photograph shows its many colours in a few rows
    if len(few) > 256:
        return None
    seen = np.zeros(1 << 24, np.bool_)
    seen[codes] = True
    found = np.flatnonzero(seen)
    return found if len(found) <= 256 else None


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
