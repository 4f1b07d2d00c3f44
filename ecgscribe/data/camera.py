"""Where the camera stands: turn, tilt, distance, framing and resolution of a picture, and the one resampling."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.geometry import Transform
from ecgscribe.core.warp import Bend, Warp
from ecgscribe.data.chance import Chance

_MOST_PIXELS = 1.35  # of a picture, over those of the page


@dataclass(frozen=True)
class Pose:
    """How a sheet stands before the camera.

    `roll_deg` turns the picture, clockwise on screen; `quarters` further turns by 90 degrees; `tilt_deg` leans the
    camera back, `swing_deg` aside (a pinhole camera, `distance` sheet diagonals away); `fill` is the side of the
    sheet's frame over the picture's (above 1 the sheet is cropped); `offset` moves the sheet in the picture, in shares
    of its size; `shrink` is the size of the picture over that of the page as drawn; `aspect` width over height of the
    picture, None for that of the sheet; `flat` True for a scanner, which has no perspective.
    """

    roll_deg: float = 0.0
    quarters: int = 0
    tilt_deg: float = 0.0
    swing_deg: float = 0.0
    distance: float = 1.7
    fill: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)
    shrink: float = 1.0
    aspect: float | None = None
    flat: bool = False


def rotation(pose: Pose, chance: Chance, strength: float) -> Pose:
    """A hand's inaccuracy: up to 12 degrees either way, small angles most often."""
    return replace(pose, roll_deg=pose.roll_deg + 12 * strength * chance.between(-1, 1) * chance.between(0.2, 1))


def any_rotation(pose: Pose, chance: Chance, strength: float) -> Pose:
    """Any angle at all: up to 180 degrees either way at full strength."""
    return replace(pose, roll_deg=pose.roll_deg + 180 * strength * chance.between(-1, 1))


def quarter_turn(pose: Pose, chance: Chance, strength: float) -> Pose:
    """By 90, 180 or 270 degrees; from half strength on, as there is no half of it."""
    turns = chance.whole(1, 3)
    return replace(pose, quarters=pose.quarters + turns) if strength >= 0.5 else pose


def perspective(pose: Pose, chance: Chance, strength: float) -> Pose:
    """Seen from aside: up to 32 degrees off the vertical in any direction, and from nearer."""
    angle, off = chance.between(0, 2 * np.pi), 32 * strength * chance.between(0.35, 1)
    distance = pose.distance - 0.5 * strength * chance.between(0, 1)
    tilt, swing = pose.tilt_deg + off * np.sin(angle), pose.swing_deg + off * np.cos(angle)
    return replace(pose, tilt_deg=tilt, swing_deg=swing, distance=distance)


def downscale(pose: Pose, chance: Chance, strength: float) -> Pose:
    """Fewer pixels: down to 0.4 of the page's."""
    return replace(pose, shrink=pose.shrink * (1 - 0.6 * strength * chance.between(0.3, 1)))


def crop(pose: Pose, chance: Chance, strength: float) -> Pose:
    """Too near or off centre: up to a quarter of the sheet's width is cut off."""
    nearer, angle = chance.between(0.1, 1), chance.between(0, 2 * np.pi)
    away = 0.12 * strength * chance.between(0.2, 1)
    offset = (pose.offset[0] + away * np.cos(angle), pose.offset[1] + away * np.sin(angle))
    return replace(pose, fill=pose.fill * (1 + 0.25 * strength * nearer), offset=offset)


def distant(pose: Pose, chance: Chance, strength: float) -> Pose:
    """From further away: the sheet takes down to half of the picture's side."""
    return replace(pose, fill=pose.fill * (1 - 0.5 * strength * chance.between(0.2, 1)))


POSES = {
    "rotation": rotation,
    "any_rotation": any_rotation,
    "quarter_turn": quarter_turn,
    "perspective": perspective,
    "downscale": downscale,
    "crop": crop,
    "distant": distant,
}
"""What can happen to the place of the camera, by name; strength 0 changes nothing."""


@dataclass(frozen=True, eq=False)
class View:
    """`to_picture` page pixels -> picture pixels of flat paper; `size_px` (H, W) of the picture; `eye_mm` the camera
    over the sheet's centre, in mm of the sheet, None from infinitely far; `page_px` (H, W) and `px_per_mm` (x, y) of
    the page as drawn.
    """

    to_picture: Transform
    size_px: tuple[int, int]
    eye_mm: tuple[float, float, float] | None
    page_px: tuple[int, int] = (1, 1)
    px_per_mm: tuple[float, float] = (1.0, 1.0)

    def around_px(self, left_mm: float, top_mm: float, right_mm: float, bottom_mm: float) -> np.ndarray:
        """(4, 2) picture points of a frame that is larger than the page by so many mm, clockwise from top left."""
        (height, width), (per_x, per_y) = self.page_px, self.px_per_mm
        x0, y0, x1, y1 = -left_mm * per_x, -top_mm * per_y, width + right_mm * per_x, height + bottom_mm * per_y
        return self.to_picture.points([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def view_of(pose: Pose, page_px: tuple[int, int], px_per_mm: tuple[float, float]) -> View:
    """The view of a page of `page_px` (H, W) drawn at `px_per_mm` (x, y)."""
    height, width = page_px
    across, down = width / px_per_mm[0], height / px_per_mm[1]
    to_mm = Transform.scale(1 / px_per_mm[0], 1 / px_per_mm[1]).then(Transform.shift(-across / 2, -down / 2))
    distance_mm = pose.distance * np.hypot(across, down)
    looking, eye = _pinhole(pose, distance_mm)
    turned = to_mm.then(looking).then(Transform.rotation(pose.roll_deg + 90 * (pose.quarters % 4)))
    corners = turned.points([[0, 0], [width, 0], [width, height], [0, height]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    size_mm = high - low
    # the frame of the sheet keeps the page's own pixels a mm, times shrink; the picture is wider by 1 / fill
    scale = float(np.sqrt(px_per_mm[0] * px_per_mm[1])) * np.sqrt(across * down / _area(corners))
    frame = size_mm / pose.fill
    if pose.aspect is not None:
        aspect = pose.aspect if frame[0] >= frame[1] else 1 / pose.aspect
        frame = np.array([max(frame[0], frame[1] * aspect), max(frame[1], frame[0] / aspect)])
    # a picture much wider than its sheet gets no more pixels for it: cameras have as many as they have
    scale = pose.shrink * min(scale, np.sqrt(_MOST_PIXELS * height * width / float(frame[0] * frame[1])))
    centre = (low + high) / 2 - np.array(pose.offset) * size_mm
    size_px = tuple(max(int(round(side * scale)), 8) for side in frame[::-1])
    origin = centre - frame / 2
    to_picture = turned.then(Transform.shift(-origin[0], -origin[1])).then(Transform.scale(scale))
    return View(to_picture, size_px, None if pose.flat else eye, page_px, px_per_mm)


def _pinhole(pose: Pose, distance_mm: float) -> tuple[Transform, tuple[float, float, float]]:
    """The map of the table, in mm around the sheet's centre, as seen from a camera that looks at the centre; and where
    it stands. Flat for a scanner, and the plain map when the camera stands right above.
    """
    if pose.flat or (pose.tilt_deg == 0 and pose.swing_deg == 0):
        return Transform(), (0.0, 0.0, distance_mm)
    tilt, swing = np.deg2rad(pose.tilt_deg), np.deg2rad(pose.swing_deg)
    # towards the camera; the camera's right and down; z up from the table, y down on the sheet
    back = np.array([np.sin(swing), np.cos(swing) * np.sin(tilt), np.cos(swing) * np.cos(tilt)])
    right = np.array([back[2], 0.0, -back[0]]) / np.hypot(back[0], back[2])
    down = np.cross(right, back) * -1.0
    down = down if down[1] > 0 else -down
    # a point p of the table lies at (right.p, down.p) and distance - back.p before the camera
    matrix = np.array(
        [
            [right[0] * distance_mm, right[1] * distance_mm, 0.0],
            [down[0] * distance_mm, down[1] * distance_mm, 0.0],
            [-back[0], -back[1], distance_mm],
        ]
    )
    return Transform(matrix), tuple(float(v) for v in back * distance_mm)


def resampled(
    picture: np.ndarray, warp: Transform | Bend | Warp, size_px: tuple[int, int], shrunk: float = 1.0
) -> np.ndarray:
    """uint8 (H, W) or (H, W, 3) carried by `warp` onto `size_px` (H, W) in one step, the edge's colour beyond the edge.

    `shrunk` is the size of the target over the source: below 0.75 the source is averaged first, so that fine lines
    become pale and not broken.
    """
    chain = warp if isinstance(warp, Warp) else Warp((warp,))
    if shrunk < 0.75:
        height, width = picture.shape[:2]
        small = (max(int(round(height * shrunk)), 8), max(int(round(width * shrunk)), 8))
        picture = cv2.resize(picture, small[::-1], interpolation=cv2.INTER_AREA)
        chain = Warp((Transform.scale(width / small[1], height / small[0]), *chain.steps))
    fine = chain.backward_map(size_px)
    return cv2.remap(picture, fine, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def sheet_mask(warp: Transform | Bend | Warp, page_px: tuple[int, int], size_px: tuple[int, int]) -> np.ndarray:
    """uint8 (H, W): 255 where the sheet is in a picture of `size_px`, soft at its edge."""
    height, width = page_px
    along = np.arange(96)[:, None] / 96
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    outline = np.concatenate([corners[k] + (corners[(k + 1) % 4] - corners[k]) * along for k in range(4)])
    fixed = np.round((warp.points(outline) - 0.5) * 16).astype(np.int32)
    mask = np.zeros(size_px, np.uint8)
    cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
    return mask


def _area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2
