"""The REST routes of one site: from a request to a reply, without the network."""

from typing import TYPE_CHECKING

from stogly_tui.sandbox import auth, routes_orders, routes_products, routes_site
from stogly_tui.sandbox.call import Asked, Call, Route
from stogly_tui.sandbox.wire import Reply, WooError, no_route, refusal

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import ApiKey, WooStore

ROUTES: tuple[Route, ...] = (*routes_orders.ROUTES, *routes_products.ROUTES, *routes_site.ROUTES)


def respond(store: "WooStore", asked: Asked) -> Reply:
    """Answer a request as the site would. HEAD is a GET; the server leaves its body out."""
    method = "GET" if asked.method == "HEAD" else asked.method
    headers: dict[str, str] = {}
    try:
        key = _identify(store, asked)
        route, ids = _match(asked.path.rstrip("/"))
        handler = route.methods.get(method)
        if handler is None:
            raise no_route()
        headers["Allow"] = route.allow
        if not route.open:
            _permit(key, method, asked.path, single=bool(ids))
        reply = handler(Call(store, asked, ids))
    except WooError as error:
        return refusal(error, headers)
    return Reply(reply.status, reply.body, {**headers, **reply.headers}, reply.media_type)


def _identify(store: "WooStore", asked: Asked) -> "ApiKey | None":
    if not asked.key_known:
        return None
    return auth.identify(store, asked.method, f"/wp-json{asked.path}", asked.query, asked.authorization)


def _match(path: str) -> tuple[Route, list[int]]:
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if found is not None:
            return route, [int(group) for group in found.groups()]
    raise no_route()


def _permit(key: "ApiKey | None", method: str, path: str, *, single: bool) -> None:
    """Only a shop manager's key may pass: 401 without a key, 403 with a customer's (10.5, recorded)."""
    if key is not None and key.rights == "admin":
        return
    status = 401 if key is None else 403
    if path.rstrip("/").endswith("/batch"):
        code, message = "batch", "Sorry, you are not allowed to batch manipulate this resource."
    elif method == "GET":
        code, message = "view", f"Sorry, you cannot {'view this resource' if single else 'list resources'}."
    elif method == "DELETE":
        code, message = "delete", "Sorry, you are not allowed to delete this resource."
    elif single:
        code, message = "edit", "Sorry, you are not allowed to edit this resource."
    else:
        code, message = "create", "Sorry, you are not allowed to create resources."
    raise WooError(status, f"woocommerce_rest_cannot_{code}", message)
