"""How well the reader reads: scores of captions beside naive controls, with intervals by patient."""
