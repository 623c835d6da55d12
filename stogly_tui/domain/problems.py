"""What is wrong with a field that a person filled in, in the same shape for form and command line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field, what is wrong with it, and what to do."""

    field: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" + (f" {self.remedy}" if self.remedy else "")


class InvalidInput(Exception):
    """Input that cannot be accepted; nothing was saved. Carries every problem found, not just the first."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
