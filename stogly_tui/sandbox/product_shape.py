"""Products and variations as the REST API shows them, and the arguments it takes (WooCommerce 10.5, recorded)."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from stogly_tui.sandbox import money
from stogly_tui.sandbox.args import Arg
from stogly_tui.sandbox.lexicon import SYMBOL_ENTITIES
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_META = Arg("array", item=Arg("object", properties={"id": Arg("integer"), "key": Arg("string")}))
VARIATION_ARGS: dict[str, Arg] = {
    "description": Arg("string"),
    "sku": Arg("string"),
    "global_unique_id": Arg("string"),
    "regular_price": Arg("string"),
    "sale_price": Arg("string"),
    "status": Arg("string", enum=("draft", "pending", "private", "publish", "future")),
    "virtual": Arg("boolean"),
    "tax_status": Arg("string", enum=("taxable", "shipping", "none")),
    "tax_class": Arg("string"),
    "manage_stock": Arg("any"),
    "stock_quantity": Arg("integer"),
    "stock_status": Arg("string", enum=("instock", "outofstock", "onbackorder")),
    "backorders": Arg("string", enum=("no", "notify", "yes")),
    "weight": Arg("string"),
    "dimensions": Arg("object"),
    "attributes": Arg("array", item=Arg("object")),
    "meta_data": _META,
}
PRODUCT_ARGS: dict[str, Arg] = {
    "name": Arg("string"),
    "type": Arg("string", enum=("simple", "grouped", "external", "variable")),
    "featured": Arg("boolean"),
    "short_description": Arg("string"),
    "catalog_visibility": Arg("string", enum=("visible", "catalog", "search", "hidden")),
    **VARIATION_ARGS,
    "manage_stock": Arg("boolean"),
    "categories": Arg("array", item=Arg("object")),
    "images": Arg("array", item=Arg("object")),
}


def product_wire(store: "WooStore", record: Json) -> Json:
    """A product, or a variation through the products endpoint, with every key of the real reply."""
    parent = store.products.record(record["parent_id"])
    symbol = SYMBOL_ENTITIES.get(store.currency, store.currency)
    purchasable = record["price"] is not None
    shown = money.text(record["price"]) if purchasable else ""
    return {
        "id": record["id"],
        "name": _name(record, parent),
        "slug": record["slug"] or _slug(record, parent),
        "permalink": _permalink(store, record, parent),
        **_dates(store, record),
        "type": record["type"],
        "status": record["status"],
        "featured": record["featured"],
        "catalog_visibility": record["catalog_visibility"],
        "description": record["description"],
        "short_description": record["short_description"],
        "sku": record["sku"],
        **_prices(record),
        "purchasable": purchasable,
        "total_sales": record["total_sales"] if parent is None else str(record["total_sales"]),
        "virtual": record["virtual"],
        **_DOWNLOADS,
        "external_url": "",
        "button_text": "",
        "tax_status": record["tax_status"],
        "tax_class": record["tax_class"],
        "manage_stock": record["manage_stock"],
        "stock_quantity": record["stock_quantity"],
        **_backorders(record),
        "low_stock_amount": None,
        "sold_individually": False,
        "weight": record["weight"],
        "dimensions": record["dimensions"],
        "shipping_required": not record["virtual"],
        "shipping_taxable": not record["virtual"],
        "shipping_class": "",
        "shipping_class_id": 0,
        "reviews_allowed": parent is None,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": record["parent_id"],
        "purchase_note": "",
        "categories": record["categories"],
        "brands": [],
        "tags": [],
        "images": record["images"],
        "attributes": record["attributes"],
        "default_attributes": [],
        "variations": record["variations"],
        "grouped_products": [],
        "menu_order": 0,
        "price_html": _price_html(symbol, shown),
        "related_ids": [],
        "meta_data": record["meta_data"],
        "stock_status": stock_status(store, record),
        "has_options": record["type"] == "variable",
        "post_password": "",
        "global_unique_id": record["global_unique_id"],
        "_links": _product_links(store, record),
    }


def variation_wire(store: "WooStore", record: Json) -> Json:
    """A variation as its product's variations endpoint shows it."""
    parent = store.products.record(record["parent_id"])
    base = f"products/{record['parent_id']}"
    return {
        "id": record["id"],
        "type": "variation",
        **_dates(store, record),
        "description": record["description"],
        "permalink": _permalink(store, record, parent),
        "sku": record["sku"],
        "global_unique_id": record["global_unique_id"],
        **_prices(record),
        "status": record["status"],
        "purchasable": record["price"] is not None,
        "virtual": record["virtual"],
        **_DOWNLOADS,
        "tax_status": record["tax_status"],
        "tax_class": record["tax_class"],
        "manage_stock": record["manage_stock"],
        "stock_quantity": record["stock_quantity"],
        "stock_status": stock_status(store, record),
        **_backorders(record),
        "low_stock_amount": None,
        "weight": record["weight"],
        "dimensions": record["dimensions"],
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": None,
        "attributes": record["attributes"],
        "menu_order": 0,
        "meta_data": record["meta_data"],
        "name": _options(record),
        "parent_id": record["parent_id"],
        "_links": {
            "self": [_self(store, f"{base}/variations/{record['id']}")],
            "collection": [{"href": store.api(f"{base}/variations")}],
            "up": [{"href": store.api(base)}],
        },
    }


def stock_status(store: "WooStore", record: Json) -> str:
    """``instock``, ``outofstock`` or ``onbackorder``; kept stock decides where there is any."""
    if record["type"] == "variable":
        children = [stock_status(store, one) for one in store.products.variations_of(record["id"])]
        return "instock" if "instock" in children else "outofstock"
    if not record["manage_stock"]:
        return str(record["stock_status"])
    if (record["stock_quantity"] or 0) > 0:
        return "instock"
    return "outofstock" if record["backorders"] == "no" else "onbackorder"


_DOWNLOADS: Json = {"downloadable": False, "downloads": [], "download_limit": -1, "download_expiry": -1}


def _options(record: Json) -> str:
    return ", ".join(one["option"] for one in record["attributes"])


def _name(record: Json, parent: Json | None) -> str:
    return str(record["name"]) if parent is None else f"{parent['name']} - {_options(record)}"


def _slug(record: Json, parent: Json | None) -> str:
    return _name(record, parent).lower().replace(" - ", "-").replace(", ", "-").replace(" ", "-")


def _permalink(store: "WooStore", record: Json, parent: Json | None) -> str:
    if parent is None:
        return f"{store.base_url}/product/{record['slug']}/"
    chosen = urlencode({f"attribute_{one['slug']}": one["option"] for one in record["attributes"]})
    return f"{store.base_url}/product/{parent['slug']}/?{chosen}"


def _dates(store: "WooStore", record: Json) -> Json:
    return {
        "date_created": store.local(record["created"]),
        "date_created_gmt": store.gmt(record["created"]),
        "date_modified": store.local(record["modified"]),
        "date_modified_gmt": store.gmt(record["modified"]),
    }


def _prices(record: Json) -> Json:
    return {
        "price": _amount(record, "price"),
        "regular_price": _amount(record, "regular_price"),
        "sale_price": _amount(record, "sale_price"),
        "date_on_sale_from": None,
        "date_on_sale_from_gmt": None,
        "date_on_sale_to": None,
        "date_on_sale_to_gmt": None,
        "on_sale": record["sale_price"] is not None,
    }


def _amount(record: Json, key: str) -> str:
    return money.text(record[key]) if record[key] is not None else ""


def _backorders(record: Json) -> Json:
    return {
        "backorders": record["backorders"],
        "backorders_allowed": record["backorders"] != "no",
        "backordered": record["backorders"] != "no" and (record["stock_quantity"] or 0) < 0,
    }


def _price_html(symbol: str, shown: str) -> str:
    if not shown:
        return ""
    return (
        '<span class="woocommerce-Price-amount amount"><bdi>'
        f'<span class="woocommerce-Price-currencySymbol">{symbol}</span>{shown}</bdi></span>'
    )


def _product_links(store: "WooStore", record: Json) -> Json:
    links: Json = {
        "self": [_self(store, f"products/{record['id']}")],
        "collection": [{"href": store.api("products")}],
    }
    if record["parent_id"]:
        links["up"] = [{"href": store.api(f"products/{record['parent_id']}")}]
    return links


def _self(store: "WooStore", path: str) -> Json:
    return {"href": store.api(path), "targetHints": {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]}}
