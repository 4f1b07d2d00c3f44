"""The nouns every room speaks in: ECG, page, transform, preprocess, report. numpy and Pillow only."""
