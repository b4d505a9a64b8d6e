"""``python -m kskt_excel`` is ``kskt``."""

from kskt_excel.cli import main

if __name__ == "__main__":
    main()
