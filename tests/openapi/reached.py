"""Whether the routes of assessing answered all that matters of them: kept, too late, refused. Otherwise they would be tested in name only.

    reached.py HAR
"""

import json
import re
import sys
from collections import Counter, defaultdict

told = defaultdict(Counter)
for entry in json.load(open(sys.argv[1]))["log"]["entries"]:
    found = re.search(r"/assess/[^/?]+/(marks|comment)\b", entry["request"]["url"])
    if found and entry["request"]["method"] == "PUT":
        told[found[1]][entry["response"]["status"]] += 1
for route in ("marks", "comment"):
    print(f"openapi: {route}: " + ", ".join(f"{status}: {times}" for status, times in sorted(told[route].items())))
    if missing := {200, 409, 422} - told[route].keys():
        sys.exit(f"openapi: {route} never answered {', '.join(map(str, sorted(missing)))}")
