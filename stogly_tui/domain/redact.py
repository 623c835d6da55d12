"""Text without keys, tokens and passwords, for logs, crash reports and excerpts."""

import re

_SECRET = re.compile(
    r"(?i)\b(ck|cs)_[0-9a-z]{6,}|(authorization|consumer_key|consumer_secret|access_token|password|secret)"
    r"([\"']?\s*[:=]\s*[\"']?)[^\s\"',}&]+|(://)[^/\s:@]+:[^/\s@]+@"
)


def redact(text: str) -> str:
    """Text without keys, tokens and passwords."""

    def hide(match: re.Match[str]) -> str:
        if match.group(1):
            return f"{match.group(1)}_[hidden]"
        if match.group(4):
            return "://[hidden]@"
        return f"{match.group(2)}{match.group(3)}[hidden]"

    return _SECRET.sub(hide, text)
