"""``python -m kskt_excel``: the command line, also where no ``kskt`` is on PATH."""

from kskt_excel.cli import main

if __name__ == "__main__":
    main()
