"""Text that YAML would misread unless it stands in quotation marks: finding it, and writing it well."""

import re

_LINE = re.compile(r"(?P<before>\s*(?:- +)*(?:[\w./+-]+:(?: +|$))?)(?P<value>.*)")
_SPECIAL = re.compile(r"\[\[|[{*&!%@`]|[|>][^\s|>0-9+-]|[|>][0-9+-]*[ \t]+[^\s#]|[-?] ")
_CLOSED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?P<rest>.*)""")
_COLON = re.compile(r"(?<=\S):(?=\s|$)")
_COMMENT = re.compile(r"\s+#(?:\s.*)?$")


def better(line: str) -> str:
    """Return a line's last part as it should be written, in quotation marks, or empty where these would not help."""
    found = _LINE.fullmatch(line)
    value = _COMMENT.sub("", found["value"]).strip() if found else ""
    if not found or not _misread(value):
        return ""
    word = found["before"].strip()
    return f"{word} {quoted(value)}".strip()


def quoted(text: str) -> str:
    """Return a text in quotation marks that fit what it contains."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _misread(value: str) -> bool:
    if _SPECIAL.match(value):
        return True
    if value[:1] in {'"', "'"}:
        closed = _CLOSED.fullmatch(value)
        return bool(closed and closed["rest"].strip())
    return not value.startswith("[") and bool(_COLON.search(value))
