"""`perennial` on another project than its own: python run_toy.py PROJECT COMMAND ..."""

import sys
from pathlib import Path

from orchestration import settings

if __name__ == "__main__":
    settings.PROJECT_DIR = Path(sys.argv[1])
    from orchestration.cli import entry

    entry(sys.argv[2:])
