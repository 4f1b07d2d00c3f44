"""Asymmetric loss: the published table, its limits, its gradient."""

import pytest
import torch
from torch.nn import functional

from ecgscribe.training.findings_loss import asymmetric_loss, class_weights

TABLE = [
    (-4, 3.94587864, 0.0, 4.01814993, 0.01814993),
    (-2, 1.87339198, 0.00000164, 2.12692801, 0.12692801),
    (0, 0.34657359, 0.02451505, 0.69314718, 0.69314718),
    (2, 0.01513019, 0.84641495, 0.12692801, 2.12692801),
    (4, 0.00032645, 2.02857645, 0.01814993, 4.01814993),
]


@pytest.mark.parametrize("logit, positive, negative, plain_positive, plain_negative", TABLE)
def test_values_of_the_published_settings(logit, positive, negative, plain_positive, plain_negative):
    z = torch.tensor([float(logit)] * 2, dtype=torch.float64)
    y = torch.tensor([1.0, 0.0], dtype=torch.float64)
    assert asymmetric_loss(z, y).tolist() == pytest.approx([positive, negative], abs=2e-8)
    plain = asymmetric_loss(z, y, 0, 0, 0)
    assert plain.tolist() == pytest.approx([plain_positive, plain_negative], abs=2e-8)
    torch.testing.assert_close(plain, functional.binary_cross_entropy_with_logits(z, y, reduction="none"))


def test_the_sum_of_a_batch():
    z = torch.tensor([2, -1, 0, -3, 0.5], dtype=torch.float64)
    y = torch.tensor([1, 0, 0, 0, 1], dtype=torch.float64)
    assert float(asymmetric_loss(z, y).sum()) == pytest.approx(0.21919638, abs=2e-8)
    assert float(asymmetric_loss(z, y, 0, 0, 0).sum()) == pytest.approx(1.65600121, abs=2e-8)
    assert float(asymmetric_loss(z[2:3], y[2:3], 2, 0, 0)) == pytest.approx(0.1732868, abs=2e-7)


def test_gradients_stay_finite_and_the_focus_can_be_held_still():
    z = torch.tensor([-60.0, 0.3, 60.0], requires_grad=True)
    for focus in (True, False):
        (slope,) = torch.autograd.grad(asymmetric_loss(z, torch.tensor([1.0, 0.0, 0.0]), focus_gradient=focus).sum(), z)
        assert torch.isfinite(slope).all()
    moving, still = (
        torch.autograd.grad(asymmetric_loss(z, torch.zeros(3), focus_gradient=focus).sum(), z)[0][1]
        for focus in (True, False)
    )
    assert moving > still > 0


def test_rare_labels_weigh_more_up_to_a_limit():
    held = torch.zeros(100, 3)
    held[:50, 0], held[:4, 1] = 1, 1
    assert class_weights(held, power=0.5, most=6.0).tolist() == pytest.approx([1.0, 24**0.5, 6.0])
