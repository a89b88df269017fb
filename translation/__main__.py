"""``python3 -m translation``: what translate.sh runs."""

import sys

from translation.cli import main

if __name__ == "__main__":
    sys.exit(main())
