"""A findings model with untrained nets, for tests."""

import numpy as np
import torch

from ecgscribe.findings.calibrate import Curve
from ecgscribe.findings.folder import Calibration, FindingsModel, empty_net
from ecgscribe.findings.labels import labels_of
from ecgscribe.findings.nets import BACKBONES, NetSizes

CLASSES = {"NORM": "NORM", "IMI": "MI", "CLBBB": "CD", "NDT": "STTC", "LVH": "HYP"}


def some_labels():
    records = [{"NORM": 100.0, "SR": 0.0}, {"IMI": 50.0, "CLBBB": 100.0, "AFIB": 0.0}, {"NDT": 0.0, "LVH": 35.0}]
    return labels_of(records * 2 + [{"STACH": 0.0, "PVC": 0.0}] * 2 + [{"TRIGU": 0.0}], CLASSES, 2)


def small_model(seed: int = 0, members: int = 1, beats: int = 0) -> FindingsModel:
    """With more than one of the `members` the signal view is answered by several nets; `beats` nets of the average
    beat join them."""
    labels, rare = some_labels()
    torch.manual_seed(seed)
    sizes = NetSizes(backbone=dict(BACKBONES["resnet-tiny"]), lead_features=8, signal_widths=(8, 8, 8))
    counts = {"picture": 1, "signal": members, **({"beat": beats} if beats else {})}
    nets = {view: empty_net(view, len(labels), sizes, count).eval() for view, count in counts.items()}
    views = ("picture", "signal", "both")
    calibration = Calibration(
        {view: tuple(Curve(2.0, -0.5) for _ in labels) for view in views},
        {view: np.linspace(0.3, 0.5, len(labels)) for view in views},
        {view: ("label",) * len(labels) for view in views},
        np.full(len(labels), 0.6),
        patients=12,
        beat_share=np.linspace(0.2, 0.6, len(labels)) if beats else None,
    )
    return FindingsModel(labels, rare, nets, sizes, calibration)
