"""Whether JSON would become too much in memory, asked before it is parsed."""

import re

_STRING_OR_OPENING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[{\[]', re.S)


def holds_more(text: str, containers: int, strings: int) -> bool:
    """Return whether JSON holds more lists and dicts, or more strings, than these numbers.

    A container costs 60 to 230 bytes. The text may be damaged. Takes time in proportion to what it may hold.
    """
    if text.count("{") + text.count("[") + text.count('"') // 2 <= min(containers, strings):
        return False
    for match in _STRING_OR_OPENING.finditer(text):
        if match[0][0] == '"':
            strings -= 1
        else:
            containers -= 1
        if containers < 0 or strings < 0:
            return True
    return False
