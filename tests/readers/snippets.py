#!/usr/bin/env python3
"""Runs the snippets of docs/lake.md over the lake in MEYAR_LAKE; prints what each found, as JSON."""
import json
import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[2] / "docs/lake.md").read_text()
SNIPPET = re.compile(r"^```python (\w+)\n(.*?)^```", re.S | re.M)

found = {}
for name, code in SNIPPET.findall(TEXT):
    names = {}
    exec(compile(code, f"docs/lake.md: {name}", "exec"), names)  # noqa: S102: our own document is what is tested
    found[name] = [[line, int(lost)] for line, lost in names["lost"]]
print(json.dumps(found))
