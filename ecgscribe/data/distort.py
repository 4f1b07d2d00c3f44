"""First accidents of a page: another light, blur, noise, JPEG, and a photograph's perspective, truth carried along.

Every function takes a numpy random generator or a seed: the same seed gives the same bytes.
"""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page
from ecgscribe.core.truth import PageTruth

_HALF = Transform.shift(0.5, 0.5)


def warped(
    picture: np.ndarray, transform: Transform, size_px: tuple[int, int], fill: tuple[int, int, int]
) -> np.ndarray:
    """uint8 (H, W, 3) moved by `transform` onto a canvas of `size_px` (H, W)."""
    centred = _HALF.then(transform).then(_HALF.inverse)  # OpenCV counts from pixel centres, we from edges
    return cv2.warpPerspective(
        picture,
        centred.matrix,
        (size_px[1], size_px[0]),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=fill,
    )


def lit(picture: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Uneven, tinted light: a smooth field between 1 - strength and 1 multiplies the picture."""
    field = rng.uniform(1 - strength, 1.0, (3, 4, 1)) * rng.uniform(1 - strength / 6, 1.0, (1, 1, 3))
    height, width = picture.shape[:2]
    smooth = cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.multiply(picture, np.clip(smooth, 0, 1), dtype=cv2.CV_8U)


def blurred(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), sigma_px) if sigma_px > 0.2 else picture


def noisy(picture: np.ndarray, rng: np.random.Generator, sigma: float) -> np.ndarray:
    """Grey sensor noise of deviation `sigma` (0-255); one tile is drawn and repeated, which is ten times faster."""
    tile = (rng.standard_normal((256, 256, 1)) * sigma).astype(np.int16)
    rows, columns = picture.shape[:2]
    grain = np.tile(tile, (rows // 256 + 1, columns // 256 + 1, 3))[:rows, :columns]
    return cv2.add(picture, grain, dtype=cv2.CV_8U)


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Through JPEG and back."""
    coded = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[:, :, ::-1])


def photograph(page: Page, truth: PageTruth, seed: int, severity: float = 0.5) -> tuple[np.ndarray, PageTruth]:
    """The page as a hand-held photograph on a dark table: (picture uint8 (H, W, 3), truth in its pixels).

    `severity` 0 to 1 scales turn (to 6 degrees), perspective (to 5 % of the sides), light, blur and noise.
    """
    rng = np.random.default_rng([seed, 0xF0])
    height, width = page.size_px
    margin = 0.06 * width
    size_px = (int(height + 2 * margin), int(width + 2 * margin))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    target = Transform.rotation(6 * severity * rng.uniform(-1, 1), (width / 2, height / 2)).points(corners)
    target += rng.uniform(-1, 1, (4, 2)) * 0.05 * severity * np.array([width, height]) / 2
    # the turned sheet must stay inside the frame: shrink it around the centre
    target = (target - [width / 2, height / 2]) * (1 - 0.12 * severity) + [size_px[1] / 2, size_px[0] / 2]
    transform = Transform.from_corners(corners, target)
    table = tuple(int(v) for v in rng.integers(30, 120, 3))
    picture = warped(page.picture, transform, size_px, table)
    picture = lit(picture, rng, 0.5 * severity)
    picture = blurred(picture, 1.2 * severity * rng.random())
    picture = noisy(picture, rng, 8 * severity * rng.random())
    return jpeg(picture, int(95 - 40 * severity * rng.random())), truth.moved(transform)
