"""From a picture to an `Interpretation`: runs the steps, collects the problems, draws what was found."""
