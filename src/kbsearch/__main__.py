"""``python -m kbsearch``: the same as the ``kbsearch`` command."""

from kbsearch.cli import main

if __name__ == "__main__":
    main()
