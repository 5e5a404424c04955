"""Gives a copy of the document what a reader of it cannot know: a call that has words, and a draft assessment that is one's own. The address of a
draft is all that makes the routes of assessing answer anything but 404, so it is also what random requests are made of.

    prepare.py DOCUMENT URL COOKIE CALL
"""

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

file, url, cookie, call = sys.argv[1:]


class Form(HTMLParser):
    """What a browser would send of the form `#calibration` as it is served."""

    def __init__(self):
        super().__init__()
        self.inside, self.fields, self.select = False, {}, None

    def handle_starttag(self, tag, pairs):
        said = dict(pairs)
        name = said.get("name")
        if tag == "form":
            self.inside = said.get("id") == "calibration"
        if not self.inside:
            return
        if tag == "input" and name and (said.get("type") not in ("radio", "checkbox") or "checked" in said):
            self.fields[name] = said.get("value") or ""
        elif tag == "textarea" and name:
            self.fields[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in said or self.select not in self.fields):
            self.fields[self.select] = said.get("value") or ""


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(Stay)


def ask(path, sent=None):
    """The page, or where it leads."""
    body = urllib.parse.urlencode(sent).encode() if sent is not None else None
    try:
        with opener.open(urllib.request.Request(url + path, body, {"Cookie": cookie, "Accept": "text/html"})) as answer:
            page = answer.read().decode()
    except urllib.error.HTTPError as answer:
        page = answer.read().decode()
        if answer.code == 303:
            return answer.headers["Location"]
        sys.exit(f"openapi: {path} answered {answer.code}: {' '.join(re.sub('<[^>]*>', ' ', page).split())[:400]}")
    if sent is not None:
        sys.exit(f"openapi: {path} leads nowhere")
    return page


form = Form()
form.feed(ask("/calibration/new"))
calibration = ask("/calibration", {**form.fields, "name": "openapi", "ids": call})
draft = ask(f"{calibration}/calls/{urllib.parse.quote(call, safe='')}/begin", {})
screen = ask(draft)
version = int(re.search(r'data-version="(\d+)"', screen)[1])
criteria = re.findall(r'data-criterion="([^"]+)"', screen)

document = json.load(open(file))
words = document["paths"]["/calls/{call_id}/words"]["put"]
words["parameters"][0]["example"] = call
words["requestBody"]["content"]["application/json"]["example"] = {"segment": 0, "before": "no such words", "after": "salam"}
document["paths"]["/figures/{name}/rows.json"]["get"]["parameters"][0]["example"] = "calls_by_line"

identifier = draft.rsplit("/", 1)[1]
mark = document["paths"]["/assess/{assessment_id}/marks/{criterion}"]["put"]
comment = document["paths"]["/assess/{assessment_id}/comment"]["put"]
for parameter in (mark["parameters"][0], comment["parameters"][0]):
    parameter["schema"] = {"type": "string", "enum": [identifier]}
mark["parameters"][1]["schema"] = {"type": "string", "enum": criteria[:3]}
# Each that is kept makes the next version, so some of these are the one that stands.
for schema in (document["components"]["schemas"][name] for name in ("Mark", "Comment")):
    schema["properties"]["version"].update(minimum=version, maximum=version + 20)
document["components"]["schemas"]["Mark"]["properties"]["value"] = {"anyOf": [{"type": "string", "enum": ["1", "0"]}, {"type": "string"}]}
marks = mark["requestBody"]["content"]["application/json"]
marks["examples"] = {
    "kept": {"value": {"version": version, "value": "1", "comment": "openapi"}},
    "too late": {"value": {"version": version + 1_000, "value": "1"}},
    "no mark": {"value": {"version": version, "value": "7"}},
}
comments = comment["requestBody"]["content"]["application/json"]
comments["examples"] = {
    "kept": {"value": {"version": version + 1, "comment": "openapi"}},
    "too late": {"value": {"version": version + 1_000, "comment": "openapi"}},
    "too long": {"value": {"version": version + 1, "comment": "x" * 5_000}},
}
json.dump(document, open(file, "w"))
