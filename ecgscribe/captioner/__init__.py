"""The captioner room: BLIP that reads a page aloud, its tokenizer, its small form and its generation settings."""
