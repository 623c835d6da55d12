"""``/wc/v3/products`` and their variations."""

from stogly_tui.sandbox import query
from stogly_tui.sandbox.batch import run_batch
from stogly_tui.sandbox.call import Call, Route, route, writes
from stogly_tui.sandbox.wire import Json, Reply, answer


def _products_list(call: Call) -> Reply:
    page = query.products(call.store, call.asked.args())
    return call.listed(page, [call.store.products.wire(one) for one in page.ids])


def _products_create(call: Call) -> Reply:
    made = call.store.products.create(call.asked.json())
    return call.made(f"products/{made}", call.store.products.wire(made))


def _product_get(call: Call) -> Reply:
    return call.one(call.store.products.wire(call.ids[0]))


def _product_update(call: Call) -> Reply:
    return answer(call.store.products.wire(call.store.products.update(call.ids[0], call.asked.json())))


def _product_delete(call: Call) -> Reply:
    return answer(call.store.products.delete(call.ids[0]))


def _products_batch(call: Call) -> Reply:
    products = call.store.products

    def create(body: Json) -> Json:
        return products.wire(products.create(body, checked=False))

    def update(one: int, body: Json) -> Json:
        return products.wire(products.update(one, body, checked=False))

    return answer(run_batch(call.asked.json(), create, update, products.delete))


def _variations_list(call: Call) -> Reply:
    call.store.products.existing(call.ids[0])
    found = [one["id"] for one in call.store.products.variations_of(call.ids[0])]
    page = query.page_of(sorted(found, reverse=True), call.asked.args())
    return call.listed(page, [call.store.products.variation_wire(call.ids[0], one) for one in page.ids])


def _variations_create(call: Call) -> Reply:
    made = call.store.products.create_variation(call.ids[0], call.asked.json())
    return call.made(
        f"products/{call.ids[0]}/variations/{made}", call.store.products.variation_wire(call.ids[0], made)
    )


def _variation_get(call: Call) -> Reply:
    return call.one(call.store.products.variation_wire(call.ids[0], call.ids[1]))


def _variation_update(call: Call) -> Reply:
    call.store.products.update_variation(call.ids[0], call.ids[1], call.asked.json())
    return answer(call.store.products.variation_wire(call.ids[0], call.ids[1]))


def _variations_batch(call: Call) -> Reply:
    parent, products = call.ids[0], call.store.products

    def create(body: Json) -> Json:
        return products.variation_wire(parent, products.create_variation(parent, body, checked=False))

    def update(one: int, body: Json) -> Json:
        products.update_variation(parent, one, body, checked=False)
        return products.variation_wire(parent, one)

    return answer(run_batch(call.asked.json(), create, update, products.delete))


_V3 = "/wc/v3/products"
ROUTES: tuple[Route, ...] = (
    route(_V3, {"GET": _products_list, "POST": _products_create}),
    route(f"{_V3}/{{id}}", {"GET": _product_get, **writes(_product_update), "DELETE": _product_delete}),
    route(f"{_V3}/batch", writes(_products_batch)),
    route(f"{_V3}/{{id}}/variations", {"GET": _variations_list, "POST": _variations_create}),
    route(f"{_V3}/{{id}}/variations/{{id}}", {"GET": _variation_get, **writes(_variation_update)}),
    route(f"{_V3}/{{id}}/variations/batch", writes(_variations_batch)),
)
