"""Known scores (computed once with pycocoevalcap alone), sums against the library, and life without Java."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.evaluation.ecg_captions import java, scorer
from ecgscribe.evaluation.ecg_captions.corpus import METRICS, Items, corpus_scores
from ecgscribe.evaluation.ecg_captions.scorer import CaptionScorer

REFERENCES = [
    "Sinus rhythm. Normal ECG.",
    "Sinus rhythm, left axis deviation, left anterior fascicular block.",
    "Atrial fibrillation with rapid ventricular response. Non-specific ST-T changes.",
    "Sinus bradycardia. First-degree AV block; QRS 120 ms.",
    "Sinus rhythm. T-waves are inverted in V4, V5 & V6 (lateral ischemia?).",
    "Pacemaker rhythm: no further analysis.",
]
HYPOTHESES = [
    "Sinus rhythm. Normal ECG.",
    "Sinus rhythm, left axis deviation.",
    "Atrial fibrillation. Non-specific ST changes.",
    "Sinus rhythm. Normal ECG.",
    "Sinus rhythm. T-waves are low or inverted in leads V5 and V6.",
    "Paced rhythm.",
]
CONSTANT = ["Sinus rhythm. Normal ECG."] * 6
SAME = ["Sinus rhythm, left axis deviation."] * 6
NAMES = ("bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "meteor", "cider")
TABLE = [
    (HYPOTHESES, REFERENCES, (0.422531, 0.338590, 0.286791, 0.246596, 0.542019, 0.270068, 3.278630)),
    (CONSTANT, REFERENCES, (0.147028, 0.120047, 0.094636, 0.084024, 0.310799, 0.111298, 1.702059)),
    (REFERENCES, REFERENCES, (1, 1, 1, 1, 1, 1, 10.0)),
    (REFERENCES[:1], REFERENCES[:1], (1, 1, 1, 1, 1, 1, 0.0)),
    (SAME, SAME, (1, 1, 1, 1, 1, 1, 0.0)),
    (HYPOTHESES[:2], REFERENCES[:2], (0.641180, 0.641180, 0.641180, 0.641180, 0.839644, 0.445183, 7.658907)),
]
HAS_JAVA = java.java_version() is not None
TOKENIZERS = ["rules", pytest.param("ptb", marks=pytest.mark.skipif(not HAS_JAVA, reason="Java is not installed"))]
WORDS = st.lists(st.sampled_from("sinus rhythm normal ecg left axis block v4 t-wave".split()), max_size=7).map(" ".join)


@pytest.fixture
def no_java(monkeypatch):
    for module in (java, scorer):
        monkeypatch.setattr(module, "java_version", lambda: None)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize(("hypotheses", "references", "known"), TABLE)
def test_known_scores(hypotheses, references, known, tokenizer):
    with CaptionScorer(references, tokenizer=tokenizer) as scores:
        found = corpus_scores(scores.items(hypotheses))
    for name, value in zip(NAMES, known, strict=True):
        if name == "meteor" and not HAS_JAVA:
            assert found[name] is None
        else:
            assert found[name][0] == pytest.approx(value, abs=2e-6), name


def test_known_scores_per_item(no_java):
    with CaptionScorer(REFERENCES) as scores:
        items = scores.items(HYPOTHESES)
    assert items.cider == pytest.approx([10.0, 5.396222, 1.547548, 0.027887, 2.645378, 0.054747], abs=2e-6)
    assert items.rouge_l == pytest.approx([1.0, 0.679287, 0.543430, 0.157216, 0.606965, 0.265217], abs=2e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS.filter(bool)), min_size=1, max_size=6))
def test_sums_give_the_librarys_own_bleu_rouge_and_cider(pairs):
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge

    hypotheses, references = ([pair[side] for pair in pairs] for side in (0, 1))
    items = Items(
        scorer._bleu_counts(hypotheses, references),
        scorer._rouge_l(hypotheses, references),
        scorer._cider(hypotheses, references, scorer._document_frequency(references)),
    )
    found = corpus_scores(items)
    given_to_library = (
        {k: [text] for k, text in enumerate(references)},
        {k: [text] for k, text in enumerate(hypotheses)},
    )
    bleu, _ = Bleu(4).compute_score(*given_to_library, verbose=0)
    assert [found[f"bleu_{n}"][0] for n in (1, 2, 3, 4)] == pytest.approx(bleu, abs=1e-12)
    assert found["rouge_l"][0] == pytest.approx(Rouge().compute_score(*given_to_library)[0], abs=1e-12)
    assert found["cider"][0] == pytest.approx(Cider().compute_score(*given_to_library)[0], abs=1e-9)


@pytest.mark.skipif(not HAS_JAVA, reason="Java is not installed")
def test_sums_give_meteors_own_corpus_value(_meteor):
    generator = np.random.default_rng(5)
    words = "sinus rhythm normal ecg the heart beats waves wave is are inverted inversion left axis of".split()
    references = [" ".join(generator.choice(words, size=generator.integers(1, 9))) for _ in range(60)]
    hypotheses = [
        reference if k % 4 == 0 else " ".join(generator.permutation(reference.split())[: 1 + k % 5])
        for k, reference in enumerate(references)
    ]
    meteor = _meteor()._meteor  # the library's own object
    for part in (slice(0, 1), slice(0, 7), slice(None)):
        pairs = (
            {k: [text] for k, text in enumerate(references[part])},
            {k: [text] for k, text in enumerate(hypotheses[part])},
        )
        with CaptionScorer(references[part], tokenizer="rules") as scores:
            found = corpus_scores(scores.items(hypotheses[part]))["meteor"][0]
        assert found == pytest.approx(meteor.compute_score(*pairs)[0], abs=1e-9)


def test_a_weight_counts_as_so_many_copies():
    weights = np.array([[2, 0, 1, 3, 0, 1], [1, 1, 1, 1, 1, 1]])
    with CaptionScorer(REFERENCES, CONSTANT + REFERENCES) as scores:
        items = scores.items(HYPOTHESES)
    weighted = corpus_scores(items, weights)
    for row, weight in enumerate(weights):
        copies = corpus_scores(items.take(np.repeat(np.arange(6), weight)))
        for name in METRICS:
            if weighted[name] is not None:
                assert weighted[name][row] == pytest.approx(copies[name][0], abs=1e-12), name


def test_training_frequencies_are_those_of_the_references_when_both_are_the_same(no_java):
    with CaptionScorer(REFERENCES, REFERENCES) as scores:
        items = scores.items(HYPOTHESES)
    assert items.cider_train_df == pytest.approx(items.cider, abs=1e-12)


@pytest.mark.parametrize("size", [1, 2, 5, 40])
def test_cider_with_training_frequencies_does_not_depend_on_how_many_are_scored(no_java, size):
    train = (SAME + REFERENCES * 7)[:size]
    with CaptionScorer(REFERENCES, train) as together:
        whole = together.items(HYPOTHESES).cider_train_df
    for k in range(6):
        with CaptionScorer(REFERENCES[k : k + 1], train) as alone:
            assert alone.items(HYPOTHESES[k : k + 1]).cider_train_df[0] == pytest.approx(whole[k], abs=1e-12)
    assert (whole > 0).any() == (size > 1)


def test_no_caption_is_an_empty_one_and_scores_nothing():
    with CaptionScorer(REFERENCES) as scores:
        nothing, empty = scores.items([None] * 6), scores.items(["", " ", ".", "...", "-", "?"])
    for items in (nothing, empty):
        found = corpus_scores(items)
        assert all(found[name] is None or found[name][0] < 1e-9 for name in METRICS)


def test_without_java_meteor_is_missing_with_its_reason_and_never_zero(no_java):
    with CaptionScorer(REFERENCES) as scores:
        found = corpus_scores(scores.items(HYPOTHESES))
        assert found["meteor"] is None
        assert found["spice"] is None
        assert "Java" in scores.missing["meteor"]
        assert "Java" in scores.missing["spice"]
        assert "no Java" in scores.library["tokenizer"]
        assert found["bleu_4"][0] == pytest.approx(0.246596, abs=2e-6)


def test_ptb_without_java_and_other_mistakes_are_refused(no_java):
    for references, tokenizer, words in ((REFERENCES, "ptb", "Java"), (REFERENCES, "nltk", "nltk"), ([], "auto", "no")):
        with pytest.raises(ValueError, match=words):
            CaptionScorer(references, tokenizer=tokenizer)
    with CaptionScorer(REFERENCES) as scores, pytest.raises(ValueError, match="5 predictions for 6"):
        scores.items(HYPOTHESES[:5])


@pytest.mark.skipif(not HAS_JAVA, reason="Java is not installed")
def test_spice_without_its_jars_names_them_and_downloads_nothing(monkeypatch):
    import urllib.request

    monkeypatch.setattr(urllib.request, "urlretrieve", lambda *a, **k: pytest.fail("tried to download"))
    monkeypatch.setattr(java, "SPICE_JARS", ("not-there.jar",))
    with CaptionScorer(REFERENCES, tokenizer="rules") as scores:
        assert scores.items(HYPOTHESES).spice is None
        assert "not-there.jar" in scores.missing["spice"]


@pytest.mark.skipif(not HAS_JAVA, reason="Java is not installed")
def test_a_java_that_dies_costs_meteor_alone(monkeypatch):
    def dead():
        process = java.MeteorProcess()
        process.close()
        return process

    monkeypatch.setattr(scorer, "MeteorProcess", dead)
    with CaptionScorer(REFERENCES, tokenizer="rules") as scores:
        items = scores.items(HYPOTHESES)
        assert items.meteor is None
        assert "failed here" in scores.missing["meteor"]
        assert corpus_scores(items)["bleu_4"][0] == pytest.approx(0.246596, abs=2e-6)


def test_nothing_is_printed(capfd):
    with CaptionScorer(REFERENCES, REFERENCES) as scores:
        scores.items(HYPOTHESES)
    out, error = capfd.readouterr()
    assert out == ""
    assert error == ""
