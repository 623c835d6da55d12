"""``/wc/v3/orders`` and what hangs on an order: refunds, notes."""

from stogly_tui.sandbox import query, site
from stogly_tui.sandbox.args import truth
from stogly_tui.sandbox.batch import run_batch
from stogly_tui.sandbox.call import Call, Route, route, writes
from stogly_tui.sandbox.order_shape import note_wire, refund_wire
from stogly_tui.sandbox.wire import Json, Reply, answer


def _orders_list(call: Call) -> Reply:
    args = call.asked.args()
    page = query.orders(call.store, args)
    places = int(args.get("dp", 2))
    if "_fields" in args or places != 2:
        return call.listed(page, [call.store.orders.wire(one, places) for one in page.ids])
    body = b"[" + b",".join([call.store.orders.rendered(one) for one in page.ids]) + b"]"
    return Reply(200, body, call.paging(page))


def _orders_create(call: Call) -> Reply:
    made = call.store.orders.create(call.asked.json())
    return Reply(201, call.store.orders.rendered(made), {"Location": call.store.api(f"orders/{made}")})


def _order_get(call: Call) -> Reply:
    args = call.asked.args()
    if not args:
        return Reply(200, call.store.orders.rendered(call.ids[0]))
    return call.one(call.store.orders.wire(call.ids[0], int(args.get("dp", 2))))


def _order_update(call: Call) -> Reply:
    call.store.orders.update(call.ids[0], call.asked.json())
    return Reply(200, call.store.orders.rendered(call.ids[0]))


def _order_delete(call: Call) -> Reply:
    forced = truth({**call.asked.args(), **call.asked.json()}.get("force"))
    return answer(call.store.orders.delete(call.ids[0]) if forced else call.store.orders.trash(call.ids[0]))


def _orders_batch(call: Call) -> Reply:
    orders = call.store.orders

    def create(body: Json) -> Json:
        return orders.wire(orders.create(body, checked=False))

    def update(one: int, body: Json) -> Json:
        orders.update(one, body, checked=False)
        return orders.wire(one)

    return answer(run_batch(call.asked.json(), create, update, orders.delete))


def _refunds_list(call: Call) -> Reply:
    by_id = {one["id"]: one for one in call.store.orders.record(call.ids[0])["refunds"]}
    page = query.page_of(sorted(by_id, reverse=True), call.asked.args())
    return call.listed(page, [refund_wire(call.store, call.ids[0], by_id[one]) for one in page.ids])


def _refunds_create(call: Call) -> Reply:
    """The Location shows the route's pattern instead of the order (10.5, recorded)."""
    refund = call.store.orders.refund(call.ids[0], call.asked.json())
    return call.made(
        f"orders/(?P<order_id>[\\d]+)/refunds/{refund['id']}", refund_wire(call.store, call.ids[0], refund)
    )


def _refund_get(call: Call) -> Reply:
    return call.one(
        refund_wire(call.store, call.ids[0], call.store.orders.refund_of(call.ids[0], call.ids[1]))
    )


def _refund_delete(call: Call) -> Reply:
    return answer(
        refund_wire(call.store, call.ids[0], call.store.orders.delete_refund(call.ids[0], call.ids[1]))
    )


def _all_refunds(call: Call) -> Reply:
    found = {
        refund["id"]: (one, refund)
        for one in call.store.orders.ids()
        for refund in call.store.orders.record(one)["refunds"]
    }
    page = query.page_of(sorted(found, reverse=True), call.asked.args())
    values = [refund_wire(call.store, *found[one], with_parent=True) for one in page.ids]
    return call.listed(page, values)


def _notes_list(call: Call) -> Reply:
    """Newest first, by whole seconds; notes of one second in the order they were written."""
    notes = sorted(
        call.store.orders.record(call.ids[0])["notes"], key=lambda one: (-one["created"], one["id"])
    )
    wanted = {"customer": True, "internal": False}.get(str(call.asked.args().get("type", "any")))
    shown = [one for one in notes if wanted is None or one["customer_note"] is wanted]
    return answer([note_wire(call.store, call.ids[0], one) for one in shown])


def _notes_create(call: Call) -> Reply:
    body = call.asked.json()
    to_customer = truth(body.get("customer_note"))
    note = call.store.orders.add_note(call.ids[0], str(body.get("note", "")), to_customer=to_customer)
    return call.made(f"orders/{call.ids[0]}/notes/{note['id']}", note_wire(call.store, call.ids[0], note))


def _statuses(call: Call) -> Reply:
    del call
    return answer(site.statuses())


_V3 = "/wc/v3"
ROUTES: tuple[Route, ...] = (
    route(f"{_V3}/orders", {"GET": _orders_list, "POST": _orders_create}),
    route(f"{_V3}/orders/{{id}}", {"GET": _order_get, **writes(_order_update), "DELETE": _order_delete}),
    route(f"{_V3}/orders/batch", writes(_orders_batch)),
    route(f"{_V3}/orders/statuses", {"GET": _statuses}),
    route(f"{_V3}/orders/{{id}}/refunds", {"GET": _refunds_list, "POST": _refunds_create}),
    route(f"{_V3}/orders/{{id}}/refunds/{{id}}", {"GET": _refund_get, "DELETE": _refund_delete}),
    route(f"{_V3}/orders/{{id}}/notes", {"GET": _notes_list, "POST": _notes_create}),
    route(f"{_V3}/refunds", {"GET": _all_refunds}),
)
