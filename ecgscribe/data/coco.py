"""Truth of pages as COCO detection data: boxes, polygons and, if wanted, masks of the traces.

Format: Lin et al., "Microsoft COCO: Common Objects in Context" (2014), data format of object detection; boxes are
(x, y, width, height), polygons flat lists, masks run lengths down the columns, beginning with the background.
"""

from __future__ import annotations

import numpy as np

from ecgscribe.core.standards import LEADS
from ecgscribe.core.truth import PageTruth

KINDS = ("panel", "name", "trace")
CATEGORIES = [{"id": 1, "name": "page", "supercategory": "page"}] + [
    {"id": 2 + 12 * k + m, "name": f"{kind} {lead}", "supercategory": kind}
    for k, kind in enumerate(KINDS)
    for m, lead in enumerate(LEADS)
]
_IDS = {category["name"]: category["id"] for category in CATEGORIES}


def annotations(truth: PageTruth, image_id: int, first_id: int, masks: bool = False) -> list[dict]:
    """What can be seen of the page, its panels and names, with `masks` also the drawn lines; ids from `first_id`.

    What lies outside the picture is cut off; what is gone entirely is left out. `attributes` tell rhythm rows and
    leads that stand upside down.
    """
    found = [_polygon("page", truth.corners_px, truth.size_px, {})]
    for k, panel in enumerate(truth.panels):
        told = {"rhythm": bool(panel.rhythm), "sign": int(panel.sign)}
        found.append(_polygon(f"panel {panel.lead}", truth.outline_px(k), truth.size_px, told))
        if truth.name_boxes_px[k] is not None:
            found.append(_polygon(f"name {panel.lead}", truth.name_boxes_px[k], truth.size_px, told))
        if masks:
            found.append(_mask(f"trace {panel.lead}", truth.mask(k) > 127, told))
    whole = [entry for entry in found if entry is not None]
    return [{"id": first_id + k, "image_id": image_id, **entry} for k, entry in enumerate(whole)]


def collection(images: list[dict], found: list[dict]) -> dict:
    """The whole COCO file."""
    info = {"description": "Drawn ECG pages with exact truth, made by ecgscribe"}
    return {"info": info, "images": images, "annotations": found, "categories": CATEGORIES}


def cut(polygon: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """(M, 2) the part of a polygon (N, 2) inside a picture of (H, W); Sutherland and Hodgman 1974. May be empty."""
    for axis, limit, sign in ((0, 0.0, 1), (0, size_px[1], -1), (1, 0.0, 1), (1, size_px[0], -1)):
        if not len(polygon):
            break
        inside = sign * (polygon[:, axis] - limit) >= 0
        kept = []
        for k in range(len(polygon)):
            before, now = polygon[k - 1], polygon[k]
            if inside[k] != inside[k - 1]:
                share = (limit - before[axis]) / (now[axis] - before[axis])
                kept.append(before + share * (now - before))
            if inside[k]:
                kept.append(now)
        polygon = np.array(kept).reshape(-1, 2)
    return polygon


def run_lengths(mask: np.ndarray) -> list[int]:
    """Run lengths of a bool (H, W) mask down its columns, the first of background (0 where it begins inside)."""
    flat = mask.T.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(np.r_[0, changes, len(flat)]).tolist()
    return [0, *counts] if len(flat) and flat[0] else counts


def _polygon(category: str, points: np.ndarray, size_px: tuple[int, int], told: dict) -> dict | None:
    shape = cut(np.asarray(points, float), size_px)
    if len(shape) < 3:
        return None
    x, y = shape.T
    area = abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2
    if area < 1.0:
        return None
    return {
        "category_id": _IDS[category],
        "bbox": [round(float(v), 2) for v in (x.min(), y.min(), np.ptp(x), np.ptp(y))],
        "area": round(area, 2),
        "segmentation": [[round(float(v), 2) for v in shape.ravel()]],
        "iscrowd": 0,
        "attributes": told,
    }


def _mask(category: str, mask: np.ndarray, told: dict) -> dict | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    x, y = int(columns[0]), int(rows[0])
    return {
        "category_id": _IDS[category],
        "bbox": [x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y],
        "area": int(mask.sum()),
        "segmentation": {"size": list(mask.shape), "counts": run_lengths(mask)},
        "iscrowd": 0,
        "attributes": told,
    }
