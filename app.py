"""The door of the Space and of `python app.py`: the reader in the browser, as `demo`."""

if __name__ == "__main__":
    from ecgscribe.cli.main import main_here

    main_here("app")
else:
    from ecgscribe.app.ui import build

    demo = build()
