"""Tax and totals of an order, computed over the net amounts of its lines, as WooCommerce does on every save."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox.money import ZERO, rounded
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import TaxRate, WooStore

Rates = Sequence[tuple[int, "TaxRate"]]


def rates_for(store: "WooStore", address: Json, tax_class: str) -> Rates:
    """The rates of an address and class, each with its id; none when the class is free of tax."""
    wanted = tax_class or "standard"
    country = str(address.get("country") or store.country)
    state = str(address.get("state") or "") if address.get("country") else store.state
    return [
        (index, rate)
        for index, rate in enumerate(store.tax_rates, start=1)
        if rate.tax_class == wanted and rate.country in {"", country} and rate.state in {"", state}
    ]


def net_of(store: "WooStore", gross: Decimal, tax_class: str) -> Decimal:
    """The price without the tax it includes, by the shop's own address."""
    if not (store.calc_taxes and store.prices_include_tax):
        return gross
    percent = sum((rate.percent for _, rate in rates_for(store, {}, tax_class)), ZERO)
    return rounded(gross / (1 + percent / 100), 6)


def recompute(store: "WooStore", order: Json) -> None:
    """Set taxes, tax lines and totals of an order from its lines; what a client sent as tax is overwritten."""
    address = order["shipping"] if order["shipping"]["country"] else order["billing"]
    if store.calc_taxes:
        _tax_lines(store, order, address)
    _limit_negative_fees(order)
    _total(order)


def _tax_lines(store: "WooStore", order: Json, address: Json) -> None:
    for line in order["line_items"]:
        _tax_item(line, rates_for(store, address, line["tax_class"]) if line["taxable"] else ())
    for line in order["shipping_lines"]:
        taxable = line["tax_status"] != "none"
        rates = rates_for(store, address, "") if taxable else ()
        _tax_plain(line, [pair for pair in rates if pair[1].shipping])
    for line in order["fee_lines"]:
        taxable = line["tax_status"] != "none"
        _tax_plain(line, rates_for(store, address, line["tax_class"]) if taxable else ())
    _collect(store, order)


def _tax_item(line: Json, rates: Rates) -> None:
    line["taxes"] = [
        {
            "id": rate_id,
            "total": rounded(line["total"] * rate.percent / 100, 4),
            "subtotal": rounded(line["subtotal"] * rate.percent / 100, 4),
        }
        for rate_id, rate in rates
    ]
    line["total_tax"] = sum((rounded(tax["total"]) for tax in line["taxes"]), ZERO)
    line["subtotal_tax"] = sum((rounded(tax["subtotal"]) for tax in line["taxes"]), ZERO)


def _tax_plain(line: Json, rates: Rates) -> None:
    line["taxes"] = [
        {"id": rate_id, "total": rounded(line["total"] * rate.percent / 100, 4), "subtotal": None}
        for rate_id, rate in rates
    ]
    line["total_tax"] = sum((rounded(tax["total"]) for tax in line["taxes"]), ZERO)


def _collect(store: "WooStore", order: Json) -> None:
    known = {line["rate_id"]: line["id"] for line in order["tax_lines"]}
    goods: dict[int, Decimal] = {}
    carriage: dict[int, Decimal] = {}
    for line in (*order["line_items"], *order["fee_lines"]):
        for tax in line["taxes"]:
            goods[tax["id"]] = goods.get(tax["id"], ZERO) + rounded(tax["total"])
    for line in order["shipping_lines"]:
        for tax in line["taxes"]:
            carriage[tax["id"]] = carriage.get(tax["id"], ZERO) + rounded(tax["total"])
    order["tax_lines"] = [
        {
            "id": known.get(rate_id) or store.next_item_id(),
            "rate_id": rate_id,
            "rate": store.tax_rates[rate_id - 1],
            "tax_total": goods.get(rate_id, ZERO),
            "shipping_tax_total": carriage.get(rate_id, ZERO),
        }
        for rate_id in sorted({*goods, *carriage})
    ]


def _limit_negative_fees(order: Json) -> None:
    """A negative fee never makes an order negative."""
    room = _sum(order["line_items"], "total") + _sum(order["shipping_lines"], "total")
    for fee in order["fee_lines"]:
        if fee["total"] < -room:
            fee["total"] = -room
        room += fee["total"]


def _total(order: Json) -> None:
    items = _sum(order["line_items"], "total")
    order["discount_total"] = _sum(order["line_items"], "subtotal") - items
    order["discount_tax"] = _sum(order["line_items"], "subtotal_tax") - _sum(order["line_items"], "total_tax")
    order["shipping_total"] = _sum(order["shipping_lines"], "total")
    order["shipping_tax"] = _sum(order["shipping_lines"], "total_tax")
    order["cart_tax"] = _sum(order["line_items"], "total_tax") + _sum(order["fee_lines"], "total_tax")
    order["total_tax"] = order["cart_tax"] + order["shipping_tax"]
    fees = _sum(order["fee_lines"], "total")
    order["total"] = rounded(items + fees + order["shipping_total"] + order["total_tax"])


def _sum(lines: Sequence[Json], key: str) -> Decimal:
    return sum((line[key] for line in lines), ZERO)
