"""How captions are generated. BLIP's generate ignores the model's generation_config and forgets the decoder's
when saved, so the settings live in `generation.json` and go along with every call.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from ecgscribe.core.errors import BadModel, BadOption

FILE = "generation.json"


@dataclass(frozen=True)
class Generation:
    """Keyword arguments of `generate`.

    `max_new_tokens` the longest caption in tokens (transformers' own default of 20 cuts reports short);
    `num_beams` 1 is greedy; `do_sample` draws tokens (with the seed of the call) at `temperature` from the
    most probable `top_p`. Raises `BadOption` for values out of range.
    """

    max_new_tokens: int = 80
    num_beams: int = 1
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    do_sample: bool = False
    temperature: float = 1.0
    top_p: float = 1.0

    def __post_init__(self):
        for name, least in (("max_new_tokens", 1), ("num_beams", 1), ("no_repeat_ngram_size", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise BadOption(f"Generation {name} must be a whole number of at least {least}, got {value!r}.")
        for name in ("temperature", "top_p", "repetition_penalty"):
            if not getattr(self, name) > 0:
                raise BadOption(f"Generation {name} must be positive, got {getattr(self, name)!r}.")

    def arguments(self) -> dict:
        """What to pass to `generate`: the two that always count, and every other one that is not neutral."""
        always = {"max_new_tokens", "num_beams", "do_sample"}
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name in always or getattr(self, field.name) != field.default
        }

    def fitting(self, positions: int) -> Generation:
        """The same, with captions that fit a decoder of `positions` tokens (one is the start token)."""
        from dataclasses import replace

        return replace(self, max_new_tokens=min(self.max_new_tokens, positions - 1))

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Generation:
        """Raises `BadModel` for unknown settings or no JSON object."""
        try:
            settings = json.loads(text)
        except json.JSONDecodeError as error:
            raise BadModel(f"{FILE} is not JSON: {error}.") from error
        known = {field.name for field in fields(cls)}
        if not isinstance(settings, dict) or set(settings) - known:
            odd = sorted(set(settings) - known) if isinstance(settings, dict) else type(settings).__name__
            raise BadModel(f"{FILE} holds unknown settings: {odd}.", f"Known: {', '.join(sorted(known))}.")
        return cls(**settings)
