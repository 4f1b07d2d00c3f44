"""What a complete captioner folder holds."""

MODEL_FILES = {
    "README.md",
    "config.json",
    "generation.json",
    "model.safetensors",
    "preprocess.json",
    "processor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
}
