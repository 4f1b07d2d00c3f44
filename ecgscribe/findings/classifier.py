"""`Classifier`: what a page or its signals show, every label with a calibrated probability and a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.report import Finding, Problem
from ecgscribe.findings.beats import lead_beats
from ecgscribe.findings.consistency import agreeing, agreeing_thresholds, agreeing_verdicts
from ecgscribe.findings.evidence import boxes_on_page, ink_weights, stretches, strongest
from ecgscribe.findings.folder import FindingsModel, load_folder, revision_of
from ecgscribe.findings.frame import SLOTS, lead_frame
from ecgscribe.findings.labels import NOT_ASSESSED
from ecgscribe.findings.windows import lead_windows
from ecgscribe.hub.pull import local_folder

EMBEDDED = Path(__file__).resolve().parents[2] / "models" / "ecg-findings"
LEAST_LEADS = 4
"""Fewer leads than this say too little for findings."""
_STEP = "findings"
_SHIFTS_S = (0.0, 1.25, 2.5)


@dataclass(frozen=True)
class FindingsResult:
    """`findings` in the order normal, superclass, challenge, statement; `not_assessed` codes without support and labels
    that nothing here can tell; `problems` what could not be done."""

    findings: tuple[Finding, ...]
    not_assessed: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


class Classifier:
    """Both nets of a folder. `revision` names the weights in results."""

    def __init__(self, model: FindingsModel, revision: str = ""):
        self.model, self.revision = model, revision

    @classmethod
    def from_pretrained(cls, folder_or_id: str | Path | None = None, revision: str | None = None) -> Classifier:
        """From a folder or a Hub id; None is the embedded models/ecg-findings. Raises `BadModel` or `Offline`."""
        folder = local_folder(EMBEDDED if folder_or_id is None else folder_or_id, revision)
        return cls(load_folder(folder), revision_of(folder))

    @property
    def labels(self):
        return self.model.labels

    @property
    def hears_beats(self) -> bool:
        """Whether average beats are part of what the signal view is told."""
        return "beat" in self.model.nets

    def read(self, page: Page | None, ecg: Ecg | None = None, evidence: bool = True) -> FindingsResult:
        """Findings of a page, of signals, or of both together.

        A page without located leads, or with too few of them, leaves a problem instead of findings; so does an empty
        signal. Raises `BadOption` when neither is given.
        """
        if page is None and ecg is None:
            raise BadOption("There is nothing to read: no page and no signals.", "Give at least one of them.")
        inputs, problems = self.inputs(page, ecg)
        not_assessed = (*NOT_ASSESSED, *self.model.not_assessed)
        if not inputs:
            return FindingsResult((), not_assessed, problems)
        logits = {view: self.view_logits(view, held)[None] for view, held in inputs.items()}
        view = "both" if len(logits) == 2 else next(iter(logits))
        findings = self._findings(view, self.probabilities(view, logits)[0])
        if evidence and "picture" in inputs:
            findings = self._with_evidence(findings, page, inputs["picture"])
        return FindingsResult(findings, not_assessed, problems)

    def inputs(
        self, page: Page | None, ecg: Ecg | None = None
    ) -> tuple[dict[str, tuple[np.ndarray, ...]], tuple[Problem, ...]]:
        """(view -> arrays of `view_logits`, problems): what the nets would see; they do not depend on the weights."""
        problems: list[Problem] = []
        held = {"picture": self._frame(page, problems), "signal": self._windows(ecg, problems)}
        return {view: arrays for view, arrays in held.items() if arrays is not None}, _told_once(problems)

    def _frame(self, page: Page | None, problems: list[Problem]) -> tuple[np.ndarray, np.ndarray] | None:
        if page is None or "picture" not in self.model.nets:
            return None
        if not page.panels:
            problems.append(Problem(_STEP, "no-leads", "No findings: they rest on the leads, which were not located."))
            return None
        frame, seen = lead_frame(page)
        return (frame, seen) if self._enough(seen, "picture", problems) else None

    def _windows(self, ecg: Ecg | None, problems: list[Problem]) -> tuple[np.ndarray, ...] | None:
        if ecg is None or "signal" not in self.model.nets:
            return None
        if not np.isfinite(ecg.signal_mv).any():
            problems.append(Problem(_STEP, "no-signal", "The signals are empty, so they were not assessed."))
            return None
        # a whole record shows more than a page: the windows of three pages are read and their logits averaged
        shifts = _SHIFTS_S if np.isfinite(ecg.signal_mv).mean() > 0.9 and ecg.duration_s >= 9 else (0.0,)
        windows = tuple(np.stack(arrays) for arrays in zip(*(lead_windows(ecg, s) for s in shifts), strict=True))
        if not self._enough(windows[2][0], "signals", problems):
            return None
        beats = lead_beats(ecg) if self.hears_beats else None
        return windows if beats is None else (*windows, *(array[None] for array in beats))

    def _enough(self, seen: np.ndarray, what: str, problems: list[Problem]) -> bool:
        """Whether enough leads were seen; tells how many are missing."""
        held = int(seen[: SLOTS - 1].sum())
        if held < LEAST_LEADS:
            message = f"Only {held} of 12 leads are on the {what}; at least {LEAST_LEADS} are needed for findings."
            problems.append(Problem(_STEP, "few-leads", message, "Show more leads."))
        elif held < SLOTS - 1:
            message = f"{SLOTS - 1 - held} of 12 leads are missing on the {what}; the findings rest on the others."
            problems.append(Problem(_STEP, "missing-leads", message))
        return held >= LEAST_LEADS

    @torch.inference_mode()
    def view_logits(self, view: str, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
        """(labels,) of one page's frame and seen cells, or the mean over its windows, joined by its average beats."""
        if view == "picture":
            frame, seen = inputs
            return self.model.nets[view](torch.from_numpy(frame)[None].float() / 255, torch.from_numpy(seen)[None])[
                0
            ].numpy()
        tensors = [torch.from_numpy(array) for array in inputs]
        logits, beats = self.model.nets[view](*tensors[:3]).mean(0).numpy(), tensors[3:]
        if not beats or not self.hears_beats:
            return logits
        share = self.model.calibration.beat_share.astype(np.float32)
        return (1 - share) * logits + share * self.model.nets["beat"](*beats)[0].numpy()

    def probabilities(self, view: str, logits: dict[str, np.ndarray]) -> np.ndarray:
        """(n, labels) calibrated and agreeing, from (n, labels) logits of the views; `view` picture, signal or both."""
        learnt = self.model.calibration
        if view == "both":
            share = learnt.picture_share
            joined = share * logits["picture"] + (1 - share) * logits["signal"]
        else:
            joined = logits[view]
        curves = learnt.curves[view]
        raw = np.stack([curve(joined[:, k]) for k, curve in enumerate(curves)], 1)
        return agreeing(self.labels, raw)

    def thresholds(self, view: str) -> np.ndarray:
        """(labels,) from which a label is called present."""
        return agreeing_thresholds(self.labels, self.model.calibration.thresholds[view])

    def verdicts(self, view: str, probability: np.ndarray) -> np.ndarray:
        """(n, labels) present, absent or uncertain."""
        return agreeing_verdicts(self.labels, probability, self.thresholds(view), self.model.calibration.confidence)

    def _findings(self, view: str, probability: np.ndarray) -> tuple[Finding, ...]:
        verdicts, limits = self.verdicts(view, probability[None])[0], self.thresholds(view)
        findings = []
        for k, label in enumerate(self.labels):
            found = (float(probability[k]), float(limits[k]), str(verdicts[k]))
            if label.task == "superclass" and label.code == "NORM":
                findings.append(_abnormal(found, label.support, view))
            findings.append(Finding(label.code, label.name, label.task, *found, label.support, view))
        order = {"normal": 0, "superclass": 1, "challenge": 2, "statement": 3}
        return tuple(sorted(findings, key=lambda finding: order[finding.task]))

    def _with_evidence(self, findings, page: Page, held: tuple[np.ndarray, np.ndarray]) -> tuple[Finding, ...]:
        place = {(label.task, label.code): k for k, label in enumerate(self.labels)}
        wanted = [place.get((f.task, f.code)) if f.verdict != "absent" else None for f in findings]
        shown = [k for k in wanted if k is not None]
        boxes = {}
        for k, weights in zip(shown, ink_weights(self.model.nets["picture"], *held, shown), strict=True):
            boxes[k] = boxes_on_page(page, strongest(stretches(weights, held[1])))
        return tuple(replace(f, evidence=boxes.get(k, ())) for f, k in zip(findings, wanted, strict=True))


def _abnormal(normal: tuple[float, float, str], support: int, view: str) -> Finding:
    """The answer "abnormal ECG", the mirror of NORM."""
    probability, threshold, verdict = normal
    mirrored = {"present": "absent", "absent": "present"}.get(verdict, verdict)
    return Finding("ABNORMAL", "abnormal ECG", "normal", 1 - probability, 1 - threshold, mirrored, support, view)


def _told_once(problems: list[Problem]) -> tuple[Problem, ...]:
    """What is wrong with the picture and with the signals read from it in the same way, in one sentence."""
    told: list[Problem] = []
    for problem in problems:
        before = next((p for p in told if p.code == problem.code), None)
        if before is not None and before.message.replace(" on the picture", " on the signals") == problem.message:
            message = before.message.replace(" on the picture", " on the picture and the signals")
            told[told.index(before)] = replace(before, message=message)
        else:
            told.append(problem)
    return tuple(told)
