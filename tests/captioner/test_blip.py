"""The captioner: saved and loaded it says the same, and plain transformers agrees bit for bit."""

import json

import numpy as np
import pytest
import torch
from model_files import MODEL_FILES
from PIL import Image
from safetensors import safe_open
from transformers import BlipForConditionalGeneration, BlipProcessor

from ecgscribe.captioner.blip import Captioner
from ecgscribe.captioner.folder import load_blip, read_settings
from ecgscribe.captioner.generation import Generation
from ecgscribe.captioner.small import small_blip
from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.preprocess import Preprocess

TINY = {"image_size": 48, "patch_size": 16, "vision_layers": 1, "text_layers": 1, "hidden": 32, "heads": 2}


def drawn_page(seed: int) -> Page:
    picture = np.random.default_rng(seed).integers(0, 256, (210, 297, 3), dtype=np.uint8)
    panels = tuple(
        Panel(lead, (10.0 + 70 * k, 20.0, 75.0 + 70 * k, 80.0), 2.5 * k, 2.5, 50.0)
        for k, lead in enumerate(("I", "aVR", "V1"))
    )
    return Page(picture, px_per_mm=(1.0, 1.0), panels=panels)


@pytest.fixture(scope="module")
def captioner(tokenizer):
    model = small_blip(tokenizer, seed=1, **TINY)
    return Captioner(model, tokenizer, Preprocess.blip(48), Generation(max_new_tokens=7))


@pytest.fixture(scope="module")
def folder(captioner, tmp_path_factory):
    return captioner.save_pretrained(tmp_path_factory.mktemp("model") / "m", {"README.md": "card\n"})


def pixels_of(captioner, count):
    return np.stack([captioner.preprocess.pixels(drawn_page(seed)) for seed in range(count)])


def test_folder_is_complete_and_tidy(folder):
    assert {path.name for path in folder.iterdir()} == MODEL_FILES


def test_weights_are_halves_stored_once_and_load_as_float32(folder, captioner):
    with safe_open(folder / "model.safetensors", "pt") as weights:
        assert {weights.get_tensor(name).dtype for name in weights.keys()} == {torch.float16}
        stored = sum(weights.get_tensor(name).numel() for name in weights.keys())
    assert stored == sum(p.numel() for p in captioner.model.parameters())
    plain = BlipForConditionalGeneration.from_pretrained(folder)
    assert plain.dtype == torch.float32
    for (name, ours), theirs in zip(captioner.model.named_parameters(), plain.parameters(), strict=True):
        assert torch.equal(ours.half().float(), theirs), name


def test_plain_transformers_says_the_same(folder):
    ours = Captioner.from_pretrained(folder, device="cpu")
    page = drawn_page(5)
    model, processor = (
        BlipForConditionalGeneration.from_pretrained(folder).eval(),
        BlipProcessor.from_pretrained(folder),
    )
    batch = processor(images=Image.fromarray(ours.preprocess.picture(page)), return_tensors="pt")
    settings = json.loads((folder / "generation.json").read_text())
    ids = model.generate(**batch, max_new_tokens=settings["max_new_tokens"], num_beams=settings["num_beams"])
    assert processor.batch_decode(ids, skip_special_tokens=True)[0].strip() == ours.read(page)


@pytest.mark.parametrize("preprocess", [Preprocess.blip(48), Preprocess.published(), Preprocess.lead_bands()])
def test_processor_pixels_are_bit_equal(preprocess, tokenizer, tmp_path):
    """On the way through disk too: plain BlipProcessor on our frame gives exactly our pixels."""
    from ecgscribe.captioner.folder import processor_of

    processor_of(tokenizer, preprocess).save_pretrained(tmp_path)
    processor = BlipProcessor.from_pretrained(tmp_path, backend="pil")
    for seed in range(3):
        page = drawn_page(seed)
        picture = preprocess.picture(page)
        values = processor(images=Image.fromarray(picture), return_tensors="np").pixel_values[0]
        assert values.dtype == np.float32
        assert np.array_equal(values, preprocess.pixels(page))


def test_every_grey_value_is_bit_equal(tokenizer):
    from ecgscribe.captioner.folder import processor_of

    preprocess = Preprocess.blip(16)
    picture = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16)[:, :, None], 3, axis=2)
    values = processor_of(tokenizer, preprocess)(images=Image.fromarray(picture), return_tensors="np").pixel_values[0]
    assert np.array_equal(values, preprocess.normalised(picture))


def test_saving_leaves_the_model_alone(captioner, tmp_path):
    before = {name: weight.clone() for name, weight in captioner.model.state_dict().items()}
    captioner.save_pretrained(tmp_path / "again")
    after = captioner.model.state_dict()
    assert all(after[name].dtype == torch.float32 and torch.equal(after[name], before[name]) for name in before)


def test_batch_equals_single(captioner):
    pixels = pixels_of(captioner, 4)
    assert captioner.read_pixels(pixels) == [captioner.read_pixels(one[None])[0] for one in pixels]


def test_generation_settings_survive_and_act(folder, captioner, tokenizer):
    loaded = Captioner.from_pretrained(folder, device="cpu")
    assert loaded.generation == captioner.generation == Generation(max_new_tokens=7)
    pixels = pixels_of(captioner, 1)
    longer = Captioner(captioner.model, tokenizer, captioner.preprocess, Generation(max_new_tokens=30))
    lengths = []
    for reader in (captioner, longer):
        ids = reader.model.generate(torch.from_numpy(pixels), **reader.generation.arguments(), min_new_tokens=7)
        lengths.append(ids.shape[1] - 1)
    assert lengths[0] == 7 < lengths[1]


def test_generation_stays_within_the_positions(captioner, tokenizer):
    greedy = Captioner(captioner.model, tokenizer, captioner.preprocess, Generation(max_new_tokens=500))
    assert greedy.generation.max_new_tokens == 95
    assert isinstance(greedy.read_pixels(pixels_of(captioner, 1))[0], str)


def test_generation_starts_with_the_start_token(captioner):
    ids = captioner.model.generate(torch.from_numpy(pixels_of(captioner, 2)), max_new_tokens=3)
    assert (ids[:, 0] == captioner.tokenizer.bos_token_id).all()
    assert all("[" not in text for text in captioner.decode(ids[:, :1]))


def test_sampling_follows_the_seed(captioner, tokenizer):
    sampler = Captioner(captioner.model, tokenizer, captioner.preprocess, Generation(20, do_sample=True))
    pixels = pixels_of(captioner, 1)
    assert sampler.read_pixels(pixels, seed=1) == sampler.read_pixels(pixels, seed=1)
    assert len({sampler.read_pixels(pixels, seed=seed)[0] for seed in range(5)}) > 1


def test_embedding_is_the_mean_of_normed_tokens(captioner):
    pixels = pixels_of(captioner, 3)
    vision = captioner.model.vision_model
    with torch.no_grad():
        hidden = vision.encoder(vision.embeddings(torch.from_numpy(pixels))).last_hidden_state
        expected = vision.post_layernorm(hidden).mean(1).numpy()
    assert np.allclose(captioner.embed(pixels), expected, atol=1e-6)
    assert captioner.embed(pixels).shape == (3, 32)


def test_revision_follows_the_weights(folder, tokenizer, tmp_path):
    one = Captioner.from_pretrained(folder, device="cpu").revision
    other = Captioner(small_blip(tokenizer, seed=2, **TINY), tokenizer, Preprocess.blip(48))
    other = other.save_pretrained(tmp_path / "other")
    assert one != Captioner.from_pretrained(other, device="cpu").revision
    assert len(one) == 12


@pytest.mark.parametrize("name", ["preprocess.json", "generation.json", "config.json", "model.safetensors"])
def test_incomplete_folder_is_refused_by_name(folder, tmp_path, name):
    for path in folder.iterdir():
        if path.name != name:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(BadModel, match=name):
        Captioner.from_pretrained(tmp_path)


def test_training_can_start_from_a_folder_without_preprocess(folder, tmp_path):
    for path in folder.iterdir():
        if path.name != "preprocess.json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    model, tokenizer = load_blip(tmp_path)
    assert model.config.text_config.bos_token_id == tokenizer.bos_token_id


def test_broken_settings_are_refused(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "generation.json").write_text('{"max_length": 3}')
    with pytest.raises(BadModel, match="max_length"):
        read_settings(tmp_path)
    (tmp_path / "generation.json").write_bytes((folder / "generation.json").read_bytes())
    (tmp_path / "preprocess.json").write_text('{"size": 3')
    with pytest.raises(BadModel, match="cannot be used"):
        read_settings(tmp_path)


def test_foreign_weights_are_refused(folder, tmp_path):
    from safetensors.torch import load_file, save_file

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(folder / "model.safetensors")
    save_file({name: weight for name, weight in weights.items() if "vision" in name}, tmp_path / "model.safetensors")
    with pytest.raises(BadModel, match="missing"):
        Captioner.from_pretrained(tmp_path)


def test_missing_folder_and_odd_names_are_refused():
    for name in ("/nowhere/model", "./nothing", "no-such-model", "a/b/c", "bad name/!!"):
        with pytest.raises(BadModel):
            Captioner.from_pretrained(name)


def test_wrong_pixels_are_refused(captioner):
    with pytest.raises(BadOption, match="got"):
        captioner.read_pixels(np.zeros((1, 3, 40, 48), np.float32))
    with pytest.raises(BadOption, match="got"):
        captioner.embed(np.zeros((0, 3, 48, 48), np.float32))


def test_preprocess_of_another_size_is_refused(captioner, tokenizer):
    with pytest.raises(BadModel, match="48x48"):
        Captioner(captioner.model, tokenizer, Preprocess.blip(64))


def test_diverged_weights_are_not_saved(tokenizer, tmp_path):
    model = small_blip(tokenizer, **TINY)
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    with pytest.raises(BadModel, match="not finite"):
        Captioner(model, tokenizer, Preprocess.blip(48)).save_pretrained(tmp_path / "bad")
    assert not (tmp_path / "bad" / "model.safetensors").exists()


def test_wordpiece_models_are_detokenised(tokenizer, tmp_path):
    """A published BLIP has BERT's vocabulary and no [DEC]; its captions come out in our normal form."""
    from transformers import BertTokenizerFast

    from ecgscribe.captioner.folder import with_start_token

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "pr", "0", ".", "12", "s", "v4", "-", "v6", ","]
    bert = BertTokenizerFast(vocab={word: k for k, word in enumerate(words)})
    assert bert.bos_token_id is None

    class Text:
        bos_token_id, vocab_size = len(words), len(words) + 2

    bert = with_start_token(bert, Text)
    assert bert.convert_ids_to_tokens(len(words)) == "[DEC]"
    model = small_blip(bert, **TINY)
    reader = Captioner(model, bert, Preprocess.blip(48))
    ids = [[bert.bos_token_id, *bert("pr 0.12 s, v4-v6").input_ids[1:]]]
    assert reader.decode(ids) == ["pr 0.12 s, v4-v6"]
    Text.bos_token_id = 3
    with pytest.raises(BadModel, match="do not belong together"):
        with_start_token(bert, Text)


def test_unknown_or_senseless_generation_is_refused():
    with pytest.raises(BadOption, match="max_new_tokens"):
        Generation(max_new_tokens=0)
    with pytest.raises(BadOption, match="temperature"):
        Generation(temperature=0.0)
    assert Generation.from_json(Generation(9, 3).to_json()) == Generation(9, 3)
    with pytest.raises(BadModel, match="JSON"):
        Generation.from_json("{")


def test_hub_out_of_reach_is_one_sentence(monkeypatch, tmp_path):
    import huggingface_hub.constants as constants

    from ecgscribe.core.errors import Offline

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(Offline, match="'owner/name' is not on this machine"):
        Captioner.from_pretrained("owner/name")


def test_hub_id_is_fetched_at_its_revision(folder, tmp_path, monkeypatch):
    """The snapshot's commit becomes the revision; only what is needed is fetched, never a pickle."""
    import shutil

    import huggingface_hub

    asked = {}
    snapshot = tmp_path / "snapshots" / ("0123456789abcdef" * 2)
    shutil.copytree(folder, snapshot)

    def fetch(name, revision=None, allow_patterns=(), **_):
        asked.update(name=name, revision=revision, patterns=allow_patterns)
        return str(snapshot)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    captioner = Captioner.from_pretrained("owner/name", revision="v1", device="cpu")
    assert captioner.revision == "0123456789ab"
    assert (asked["name"], asked["revision"]) == ("owner/name", "v1")
    assert not any(pattern.endswith((".bin", ".pt", ".h5", "*")) for pattern in asked["patterns"])
