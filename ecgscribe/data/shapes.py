"""All shapes of a heart beat by name; the form of a shape is in shape_model.py, each family in a file."""

from __future__ import annotations

from ecgscribe.data.shape_chambers import CHAMBER_SHAPES
from ecgscribe.data.shape_conduction import CONDUCTION_SHAPES
from ecgscribe.data.shape_ectopic import ECTOPIC_P, ECTOPIC_SHAPES
from ecgscribe.data.shape_infarct import INFARCT_SHAPES
from ecgscribe.data.shape_model import (
    Bump,
    Shape,
    Vector,
    axis_deg,
    bumps_mv,
    mixed,
    recovery_mv,
    scaled,
    taper,
    turned,
    with_axis,
)
from ecgscribe.data.shape_recovery import RECOVERY_SHAPES

__all__ = [
    "ECTOPIC_P",
    "SHAPES",
    "Bump",
    "Shape",
    "Vector",
    "axis_deg",
    "bumps_mv",
    "mixed",
    "recovery_mv",
    "scaled",
    "taper",
    "turned",
    "with_axis",
]

SHAPES: dict[str, Shape] = {
    **CONDUCTION_SHAPES,
    **CHAMBER_SHAPES,
    **INFARCT_SHAPES,
    **RECOVERY_SHAPES,
    **ECTOPIC_SHAPES,
}
"""Name -> shape, as `Rule.shape` and `Rule.variant_shapes` name them."""
