"""Door: `accelerate launch train_hf.py --dataset DIR --output DIR ...` is `python -m ecgscribe train ...`."""

import sys

from ecgscribe.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
