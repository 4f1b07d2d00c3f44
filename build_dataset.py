"""The door of `python build_dataset.py`: the same as `python -m ecgscribe build`."""

if __name__ == "__main__":
    from ecgscribe.cli.main import main_here

    main_here("build")
