"""``python -m planner`` is the command ``plainpied``."""

import sys

from planner.cli import main

sys.exit(main())
