"""What to look for: the pieces of a question that both databases can match with LIKE.

Chinese is not written with spaces, so a run of characters is looked for by its pairs: 装修押金 → 装修, 修押, 押金.
"""

import re
import unicodedata

LONGEST = 40
# What people say around the thing they ask about.
FILLERS = re.compile(
    r"请问|什么时候|什么|怎么样|怎么|怎样|如何|哪里|哪儿|在哪|多少钱|多少|几点|可以|能不能|需要|有没有|是不是|一下|我想|想要|我要|吗|呢|的|了"
)
RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
STOP = frozenset(
    {"a", "an", "the", "is", "are", "do", "does", "how", "what", "where", "when", "to", "of", "i", "my", "can"}
)


def terms(text: str) -> list[str]:
    """The pieces to look for, each once, in the order they stand."""
    clean = unicodedata.normalize("NFKC", text).lower().strip()[:LONGEST]
    found: dict[str, None] = {}
    for run in RUNS.findall(FILLERS.sub(" ", clean)) or RUNS.findall(clean):
        for piece in _pieces(run):
            found.setdefault(piece)
    return list(found)


def _pieces(run: str) -> list[str]:
    if run.isascii():
        return [] if run in STOP else [run]
    if len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]
