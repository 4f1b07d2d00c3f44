"""The training room: recipes that turn rows into model folders."""
