"""Where the tests find what cargo xtask made."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEMO = Path(os.environ.get("UDI_DEMO", PROJECT / "target/demo"))
TOOL = Path(os.environ.get("UDI_TOOL", PROJECT / "target/release/udi"))
VECTORS = PROJECT / "tests/vectors"
