"""How well what was typed fits a text: for lists that are searched by name."""

import difflib

ALIKE = 0.75
"""From so much likeness on, a word counts as mistyped rather than as another one."""


def rank(typed: str, text: str) -> int | None:
    """How well it fits: 0 begins with it, 1 words begin with its words, 2 holds its words, 3 it is made of beginnings
    of words, 4 its words are mistyped; None when it does not fit at all.
    """
    typed, text = " ".join(typed.casefold().split()), text.casefold()
    if text.startswith(typed):
        return 0
    parts, words = typed.split(), text.split()
    if all(any(word.startswith(part) for word in words) for part in parts):
        return 1
    if all(part in text for part in parts):
        return 2
    if len(typed) > 1 and _of_beginnings(typed.replace(" ", ""), words):
        return 3
    if all(len(part) > 2 and any(_is_like(part, word) for word in words) for part in parts):
        return 4
    return None


def _of_beginnings(letters: str, words: list[str]) -> bool:
    """Whether ``letters`` are beginnings of words, in their order: ``sag`` of *send again*."""
    if not letters:
        return True
    for number, word in enumerate(words):
        longest = 0
        while longest < min(len(word), len(letters)) and word[longest] == letters[longest]:
            longest += 1
        for taken in range(longest, 0, -1):
            if _of_beginnings(letters[taken:], words[number + 1 :]):
                return True
    return False


def _is_like(part: str, word: str) -> bool:
    return difflib.SequenceMatcher(None, part, word[: len(part) + 1]).ratio() >= ALIKE
