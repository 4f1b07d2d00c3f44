"""NeuroKit2, which knows nothing of the simulator, finds the waves where the truth says they are."""

import numpy as np
import pytest

from ecgscribe.data.simulate import simulate

DELINEATION = {
    # wave: (NeuroKit2's name, lead, greatest median and 90th percentile of the absolute difference, ms)
    "r_s": ("ECG_R_Peaks", "II", 3, 5),
    "qrs_onset_s": ("ECG_R_Onsets", "V5", 4, 12),
    "qrs_end_s": ("ECG_R_Offsets", "II", 6, 10),
    "p_onset_s": ("ECG_P_Onsets", "II", 6, 10),
    "p_end_s": ("ECG_P_Offsets", "II", 8, 12),
    "t_onset_s": ("ECG_T_Onsets", "II", 12, 18),
    "t_end_s": ("ECG_T_Offsets", "II", 20, 25),
}


@pytest.mark.filterwarnings("ignore")
def test_neurokit_delineates_what_the_truth_says():
    neurokit2 = pytest.importorskip("neurokit2", reason="NeuroKit2 is not installed")
    differences_ms = {wave: [] for wave in DELINEATION}
    missed = 0
    for condition in ("normal", "sinus_bradycardia", "first_degree_av_block"):
        for seed in range(6):
            made = simulate(condition, seed, wander_mv=0, muscle_mv=0, mains_mv=0)
            found = {}
            for lead in ("II", "V5"):
                signal = made.ecg.lead_mv(lead).astype(np.float64)
                _, info = neurokit2.ecg_peaks(signal, sampling_rate=500)
                _, waves = neurokit2.ecg_delineate(signal, info["ECG_R_Peaks"], sampling_rate=500, method="dwt")
                found[lead] = {"ECG_R_Peaks": info["ECG_R_Peaks"], **waves}
            for beat in made.truth["beats"][1:-1]:
                for wave, (name, lead, _, _) in DELINEATION.items():
                    nearest = int(np.argmin(np.abs(np.array(found[lead]["ECG_R_Peaks"]) / 500 - beat["r_s"])))
                    sample = np.array(found[lead][name], dtype=np.float64)[nearest]
                    if np.isfinite(sample) and abs(sample / 500 - beat[wave]) < 0.2:
                        differences_ms[wave].append(abs(sample / 500 - beat[wave]) * 1000)
                    else:
                        missed += 1
    for wave, (_, _, median_ms, most_ms) in DELINEATION.items():
        assert np.median(differences_ms[wave]) < median_ms, wave
        assert np.percentile(differences_ms[wave], 90) < most_ms, wave
    assert missed <= 0.01 * sum(map(len, differences_ms.values()))
