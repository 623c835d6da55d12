"""What became of the orders of a send since they were queued: read while its list of results is looked at."""

from collections.abc import Sequence

from stogly_tui.console.order_reads import page
from stogly_tui.domain.states import PushState, PushWord
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations.bulk import BulkResult, Mark, Outcome
from stogly_tui.operations.packed import Packed
from stogly_tui.present.errors import explain

FOLLOWED_AT_MOST = 20_000
"""So many orders are followed; a longer list goes on telling what was queued."""
ON_ITS_WAY = frozenset({PushState.QUEUED, PushState.CLAIMED, PushState.SENDING, PushState.RETRY_LATER})


def is_followed(result: BulkResult) -> bool:
    """Whether orders of this result were queued, and few enough to look at all of them again."""
    return 0 < result.counts.get(Mark.QUEUED, 0) <= FOLLOWED_AT_MOST


def as_of_now(result: BulkResult) -> BulkResult:
    """The same orders; those that were queued with what has become of them."""
    now = {row.id: row for row in page(_queued(result.outcomes))}
    outcomes = result.outcomes.taking(())
    for one in result.outcomes:
        row = now.get(one.order_id) if one.mark is Mark.QUEUED else None
        mark, reason = (one.mark, one.reason) if row is None else _became(row)
        outcomes.add(one.order_id, one.number, mark, reason)
    return BulkResult(result.title, outcomes)


def _queued(outcomes: Packed[Outcome]) -> Sequence[int]:
    pairs = zip(outcomes.column(0), outcomes.column(2), strict=True)
    return [order_id for order_id, mark in pairs if mark is Mark.QUEUED]


def _became(row: OrderRow) -> tuple[Mark, str]:
    told = explain(row)
    reason = f"{told.code}: {told.says}" if told.code else told.says
    if row.push_word is PushWord.SENT:
        return Mark.OK, reason
    if row.push_word is PushWord.ERROR:
        return Mark.FAILED, reason
    return (Mark.QUEUED if row.push_state in ON_ITS_WAY else Mark.SKIPPED), reason
