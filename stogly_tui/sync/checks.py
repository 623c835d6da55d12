"""What keeps an order from being sent as it is, found before anything leaves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.money import to_text
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.model.queries.work import Package


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a push is refused here: a code, a sentence, and the field."""

    code: ErrorCode
    text: str
    field: str


def first_problem(package: Package, named: Sequence[FieldProblem]) -> Refused | None:
    """The first thing that a person has to repair; all are told in its text."""
    if package.odd:
        return Refused(ErrorCode.QUANTITY, "; ".join(package.odd), "quantity")
    if not package.order.lines:
        return Refused(ErrorCode.NO_LINES, "the order has no line that is still wanted", "lines")
    nameless = [line.name for line in package.order.lines if not line.sku.strip()]
    if nameless:
        return Refused(ErrorCode.SKU_MISSING, f'"{nameless[0]}" has no SKU', "line.sku")
    if not named:
        return None
    first = named[0]
    return Refused(_code(first), "; ".join(problem.message for problem in named[:5]), first.field)


def request_text(package: Package) -> str:
    """What is sent, for people to read beside the attempt: no keys, no address."""
    order = package.order
    return json.dumps(
        {
            "reference": order.reference,
            "order": order.number,
            "total": f"{to_text(order.total, order.currency)} {order.currency}",
            "lines": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
            "paid": order.is_paid,
        },
        ensure_ascii=False,
    )


def _code(problem: FieldProblem) -> ErrorCode:
    field = problem.field
    if field == "sku":
        return ErrorCode.SKU_NOT_AT_DESTINATION
    if field.startswith(("shipping", "billing")):
        return ErrorCode.ADDRESS
    if field.startswith("quantity"):
        return ErrorCode.QUANTITY
    if field.startswith("currency"):
        return ErrorCode.CURRENCY
    return ErrorCode.TOTAL_MISMATCH if field.startswith("total") else ErrorCode.REJECTED
