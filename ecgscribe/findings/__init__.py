"""What the ECG shows: findings with calibrated probabilities, from the picture, from signals, or from both."""
