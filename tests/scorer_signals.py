"""The signals that the published scorers of digitisation were run on: 10 s at 100 Hz, mV."""

import numpy as np

from ecgscribe.core.standards import LEADS

K = np.arange(1000)
P = K % 80
R = np.exp(-((P - 20) ** 2) / 8) + 0.2 * np.exp(-((P - 45) ** 2) / 72)
"""A beat every 0.8 s: QRS and T."""
C = 0.05 * np.cos(2 * np.pi * 7 * K / 1000)
"""A small slow wave."""
COLUMN = {lead: k // 3 for k, lead in enumerate(LEADS)}
"""Lead -> its column on a 3x4 page."""
