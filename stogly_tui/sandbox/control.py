"""``/__sandbox__/{store}/…``: how another process steers a running sandbox."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stogly_tui.sandbox import buyers
from stogly_tui.sandbox.faults import Fault, Faults
from stogly_tui.sandbox.shopify import ShopifyStore
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wire import Json, WooError

_PREFIX = "/__sandbox__/{store}"


def routes(stores: Mapping[str, Store], faults: Faults) -> list[Route]:
    """The control routes.

    ``GET|POST|DELETE …/faults`` · ``POST …/orders {count, seed}`` · ``POST …/orders/{id} {action, …}`` with
    action pay, cancel, complete, edit (with changes as for PUT) or trash · ``GET …/created?created_via=`` ·
    ``GET …/requests``. At Shopify the actions are pay, cancel, fulfil, refund, edit and delete, the name asked
    for is the orders' ``sourceIdentifier``, and ``GET …/use`` tells what queries cost so far.
    """

    def show_faults(request: Request) -> object:
        slug = _store(request, stores).slug
        return [one.to_json() for one in faults.active() if one.store in {None, slug}]

    async def add_fault(request: Request) -> object:
        fault = Fault.from_json({**await _body(request), "store": _store(request, stores).slug})
        faults.add(fault)
        return fault.to_json()

    def clear_faults(request: Request) -> object:
        faults.clear(_store(request, stores).slug)
        return []

    async def place(request: Request) -> object:
        store = _store(request, stores)
        body = await _body(request)
        return {"ids": buyers.place_orders(store, int(body.get("count", 1)))}

    async def act(request: Request) -> object:
        store = _store(request, stores)
        body = await _body(request)
        order_id = int(request.path_params["order_id"])
        return buyers.act(store, order_id, str(body.get("action", "")), body.get("changes") or {})

    def created(request: Request) -> object:
        name = request.query_params.get("created_via", "")
        return {"ids": buyers.created_via(_store(request, stores), name)}

    def seen(request: Request) -> object:
        return [one.to_json() for one in list(_store(request, stores).requests)]

    def use(request: Request) -> object:
        store = _store(request, stores)
        if not isinstance(store, ShopifyStore):
            raise ValueError(f"{store.slug} counts no costs")
        return {"spent": store.cost_spent, "throttled": store.throttled, **store.bucket.status()}

    return [
        Route(f"{_PREFIX}/faults", _told(show_faults), methods=["GET"]),
        Route(f"{_PREFIX}/faults", _told(add_fault), methods=["POST"]),
        Route(f"{_PREFIX}/faults", _told(clear_faults), methods=["DELETE"]),
        Route(f"{_PREFIX}/orders", _told(place), methods=["POST"]),
        Route(f"{_PREFIX}/orders/{{order_id:int}}", _told(act), methods=["POST"]),
        Route(f"{_PREFIX}/created", _told(created), methods=["GET"]),
        Route(f"{_PREFIX}/requests", _told(seen), methods=["GET"]),
        Route(f"{_PREFIX}/use", _told(use), methods=["GET"]),
    ]


def _told(run: Callable[[Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    """The answer as JSON; what was asked wrongly as a 400 or 404 that says so."""

    async def endpoint(request: Request) -> Response:
        try:
            result = run(request)
            if isinstance(result, Awaitable):
                result = await result
        except KeyError as error:
            return JSONResponse({"error": f"no such store or order: {error.args[0]}"}, 404)
        except WooError as error:
            return JSONResponse({"error": error.message}, error.status)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(result)

    return endpoint


def _store(request: Request, stores: Mapping[str, Store]) -> Store:
    return stores[request.path_params["store"]]


async def _body(request: Request) -> Json:
    body = await request.json() if await request.body() else {}
    return body if isinstance(body, dict) else {}
