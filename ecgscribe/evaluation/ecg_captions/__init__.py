"""The caption scores as one self-contained `evaluate` module.

Nothing here imports the rest of the package, so that the folder loads alone:
`evaluate.load("ecgscribe/evaluation/ecg_captions")`, offline too, or from the Hub once pushed.
"""
