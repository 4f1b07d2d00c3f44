"""The occlusion test itself: what it says of nets that look at one place, or at none."""

import numpy as np
import pytest
import torch
from findings_models import small_model

from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.evaluation.findings_occlusion import occlusion_test
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.frame import cell_box


class _Looks(torch.nn.Module):
    """Every logit is the ink of the frame under `weight`, more than enough for "present"."""

    def __init__(self, labels: int, weight: np.ndarray):
        super().__init__()
        self.labels, self.weight = labels, torch.from_numpy(weight.astype(np.float32))

    def forward(self, frame: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        return (5.0 + (frame * self.weight).sum((1, 2)))[:, None].expand(-1, self.labels)


def classifier_that_looks(weight: np.ndarray) -> Classifier:
    model = small_model()
    model.nets["picture"] = _Looks(len(model.labels), weight)
    return Classifier(model, "test")


@pytest.fixture(scope="module")
def pages():
    return [render(simulate("normal", k, rate_hz=250).ecg, px_per_mm=5.0)[0] for k in range(2)]


def shape(pages):
    from ecgscribe.findings.frame import lead_frame

    return lead_frame(pages[0])[0].shape


def test_a_net_that_looks_at_one_place_is_caught_looking_there(pages):
    weight = np.zeros(shape(pages))
    x0, y0, _, y1 = cell_box(5)
    weight[y0:y1, x0 + 24 : x0 + 48] = 1.0
    found = occlusion_test(classifier_that_looks(weight), pages)
    assert found["pages"] == 2 and found["findings"] > 0
    assert found["wins"] > 0.9 and found["marked_drop"] > 5 * max(found["random_drop"], 0.01)


def test_a_net_that_counts_all_ink_wins_by_ink_alone(pages):
    found = occlusion_test(classifier_that_looks(np.ones(shape(pages))), pages)
    assert found["wins"] > 0.9 and found["inked_drop"] > 0.75 * found["marked_drop"]


def test_a_net_that_looks_at_nothing_has_no_place_to_mark(pages):
    assert occlusion_test(classifier_that_looks(np.zeros(shape(pages))), pages) == {"pages": 2, "findings": 0}
