"""Webhooks, and what a site tells about itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from stogly_tui.sandbox import query, routes_orders, routes_products, site
from stogly_tui.sandbox.call import Call, Handler, Route, route, writes
from stogly_tui.sandbox.wire import Json, Reply, answer

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore


def _webhooks_list(call: Call) -> Reply:
    page = call.store.webhooks.page(call.asked.args())
    return call.listed(page, [call.store.webhooks.wire(one) for one in page.ids])


def _webhooks_create(call: Call) -> Reply:
    made = call.store.webhooks.create(call.asked.json())
    return call.made(f"webhooks/{made}", call.store.webhooks.wire(made))


def _webhook_get(call: Call) -> Reply:
    return call.one(call.store.webhooks.wire(call.ids[0]))


def _webhook_update(call: Call) -> Reply:
    call.store.webhooks.update(call.ids[0], call.asked.json())
    return answer(call.store.webhooks.wire(call.ids[0]))


def _webhook_delete(call: Call) -> Reply:
    return answer(call.store.webhooks.delete(call.ids[0]))


def _object(show: Callable[["WooStore"], Json]) -> Handler:
    return lambda call: call.one(show(call.store))


def _settings(show: Callable[["WooStore"], list[Json]]) -> Handler:
    return lambda call: answer(show(call.store))


def _counted(show: Callable[["WooStore"], list[Json]]) -> Handler:
    def handler(call: Call) -> Reply:
        values = show(call.store)
        return call.listed(query.Page([], len(values), 1 if values else 0), values)

    return handler


def _namespace(store: "WooStore") -> Json:
    paths = (one.pattern.pattern for one in (*routes_orders.ROUTES, *routes_products.ROUTES, *ROUTES))
    return site.namespace(store, [path for path in paths if path])


_V3 = "/wc/v3"
ROUTES: tuple[Route, ...] = (
    route("", {"GET": _object(site.root)}, open_to_all=True),
    route(_V3, {"GET": _object(_namespace)}, open_to_all=True),
    route(f"{_V3}/webhooks", {"GET": _webhooks_list, "POST": _webhooks_create}),
    route(
        f"{_V3}/webhooks/{{id}}", {"GET": _webhook_get, **writes(_webhook_update), "DELETE": _webhook_delete}
    ),
    route(f"{_V3}/system_status", {"GET": _object(site.system_status)}),
    route(f"{_V3}/settings/general", {"GET": _settings(site.settings_general)}),
    route(f"{_V3}/settings/tax", {"GET": _settings(site.settings_tax)}),
    route(f"{_V3}/data/currencies/current", {"GET": _object(site.currency)}),
    route(f"{_V3}/taxes", {"GET": _counted(site.taxes)}),
    route(f"{_V3}/payment_gateways", {"GET": _counted(site.payment_gateways)}),
)
