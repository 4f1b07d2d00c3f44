"""The reader in the browser. Importing this room loads nothing; `ui.build()` loads Gradio."""
