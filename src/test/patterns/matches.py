"""Prints for each pattern which of the texts match, as a whole and as the pattern is."""

import json
import re
import sys
import warnings

warnings.simplefilter("error")
with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
for pattern in map(re.compile, given["patterns"]):
    for matches in (pattern.fullmatch, pattern.search):
        print("".join("1" if matches(text) else "0" for text in given["texts"]))
