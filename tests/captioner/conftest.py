"""One small tokenizer for the whole room's tests."""

import pytest

CAPTIONS = [
    "sinus rhythm, normal ecg",
    "sinus rhythm, left axis deviation, incomplete right bundle branch block",
    "atrial fibrillation with rapid ventricular response 120/min, st-t abnormality in v4-v6",
    "p-r interval 0.22 s, first degree av block. qrs(t) abnormal, inferior infarct, probably old",
    "ventricular extrasystole(s), 2:1 conduction, axis +1.5, st & t abnormal, anterior leads",
] * 4


@pytest.fixture(scope="session")
def tokenizer():
    from ecgscribe.captioner.tokenizer import build_tokenizer

    return build_tokenizer(CAPTIONS, vocab_size=400)
