"""Puts the project on the path, so that these tests find their district."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
