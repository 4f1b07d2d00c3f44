"""Door: `python evaluate_hf.py --model DIR --dataset DIR --out DIR ...` is `python -m ecgscribe evaluate ...`."""

import sys

from ecgscribe.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["evaluate", *sys.argv[1:]]))
