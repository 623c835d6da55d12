"""Batch requests: up to a hundred items, each with its own outcome, HTTP 200 for all (10.5, recorded)."""

from collections.abc import Callable
from functools import partial

from stogly_tui.sandbox.wire import Json, WooError

_LIMIT = 100


def run_batch(
    body: Json,
    create: Callable[[Json], Json],
    update: Callable[[int, Json], Json],
    delete: Callable[[int], Json],
) -> Json | list[Json]:
    """Run ``{create, update, delete}``; items are not validated first, and deletes are for good.

    Raises:
        WooError: 413 for more than a hundred items.
    """
    if sum(len(body.get(kind) or ()) for kind in ("create", "update", "delete")) > _LIMIT:
        raise WooError(
            413,
            "woocommerce_rest_request_entity_too_large",
            f"Unable to accept more than {_LIMIT} items for this request.",
        )
    done: Json = {}
    if body.get("create"):
        done["create"] = [_outcome(0, partial(create, item)) for item in body["create"]]
    if body.get("update"):
        done["update"] = [_outcome(item.get("id"), partial(_update, update, item)) for item in body["update"]]
    if body.get("delete"):
        done["delete"] = [_outcome(int(one), partial(delete, int(one))) for one in body["delete"]]
    return done or []


def _update(update: Callable[[int, Json], Json], item: Json) -> Json:
    changes = {key: value for key, value in item.items() if key != "id"}
    return update(int(item.get("id") or 0), changes)


def _outcome(shown_id: int | None, run: Callable[[], Json]) -> Json:
    try:
        return run()
    except WooError as error:
        return {"id": shown_id, "error": error.body()}
