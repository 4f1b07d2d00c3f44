"""Untrained nets, a page and signals of a simulated record."""

import pytest
from findings_models import small_model

from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.findings.classifier import Classifier


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier(small_model(), "test")


@pytest.fixture(scope="session")
def ecg():
    return simulate("lbbb", 3, rate_hz=250).ecg


@pytest.fixture(scope="session")
def page(ecg):
    return render(ecg, px_per_mm=5.0)[0]
