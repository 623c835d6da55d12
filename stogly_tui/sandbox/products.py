"""The catalogue of one store: products, variations, SKUs, prices, stock."""

import re
from collections.abc import Iterable
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox import money
from stogly_tui.sandbox.args import check, truth
from stogly_tui.sandbox.product_shape import PRODUCT_ARGS, VARIATION_ARGS, product_wire, variation_wire
from stogly_tui.sandbox.wire import Json, WooError

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_COPIED = (
    "description",
    "short_description",
    "status",
    "tax_status",
    "tax_class",
    "weight",
    "backorders",
    "global_unique_id",
    "catalog_visibility",
)


class Catalogue:
    """Products and variations by id and by SKU. Records are dicts; amounts are Decimals, times epoch seconds."""

    def __init__(self, store: "WooStore") -> None:
        self._store = store
        self._records: dict[int, Json] = {}
        self._by_sku: dict[str, int] = {}
        self._sellable: list[str] | None = None

    def __len__(self) -> int:
        return len(self._records)

    def record(self, product_id: int) -> Json | None:
        """The product or variation of this id, or None."""
        return self._records.get(product_id)

    def by_sku(self, sku: str) -> Json | None:
        """The product or variation that owns this SKU exactly, or None."""
        found = self._by_sku.get(sku)
        return self._records[found] if found is not None else None

    def all(self) -> list[Json]:
        """Everything but variations."""
        with self._store.lock:
            return [record for record in self._records.values() if record["type"] != "variation"]

    def skus(self) -> list[str]:
        """Every SKU, variations' too."""
        with self._store.lock:
            return list(self._by_sku)

    def sellable_skus(self) -> list[str]:
        """SKUs a basket may hold: simple products and variations, not products that only have variations."""
        if self._sellable is None:
            self._sellable = [
                sku for sku, one in self._by_sku.items() if self._records[one]["type"] != "variable"
            ]
        return self._sellable

    def variations_of(self, product_id: int) -> list[Json]:
        """The variations of a product, oldest first."""
        return [self._records[one] for one in self._records[product_id]["variations"]]

    def wire(self, product_id: int) -> Json:
        """Product as ``GET /products/{id}`` answers it (WooCommerce 10.5, recorded)."""
        return product_wire(self._store, self.existing(product_id))

    def variation_wire(self, parent_id: int, variation_id: int) -> Json:
        """Variation as ``GET /products/{id}/variations/{id}`` answers it (WooCommerce 10.5, recorded)."""
        return variation_wire(self._store, self._variation(parent_id, variation_id))

    def existing(self, product_id: int, *, status: int = 404) -> Json:
        """The record of this id.

        Raises:
            WooError: woocommerce_rest_product_invalid_id, 404 for reads and 400 for writes.
        """
        record = self._records.get(product_id)
        if record is None:
            raise WooError(status, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        return record

    def _variation(self, parent_id: int, variation_id: int) -> Json:
        record = self._records.get(variation_id)
        if record is None or record["type"] != "variation" or record["parent_id"] != parent_id:
            raise WooError(404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.")
        return record

    def create(self, body: Json, *, checked: bool = True) -> int:
        """Add a product. ``checked=False`` is the batch's way, which WordPress does not validate."""
        if checked:
            check(body, PRODUCT_ARGS)
        with self._store.lock:
            return self._add(body, parent=None)["id"]  # type: ignore[no-any-return]

    def create_variation(self, parent_id: int, body: Json, *, checked: bool = True) -> int:
        """Add a variation to a product."""
        if checked:
            check(body, VARIATION_ARGS)
        with self._store.lock:
            parent = self.existing(parent_id)
            record = self._add(body, parent=parent)
            parent["variations"].append(record["id"])
            self._priced(parent)
            return record["id"]  # type: ignore[no-any-return]

    def update(self, product_id: int, body: Json, *, checked: bool = True) -> int:
        """Change a product; date_modified moves even when nothing differs (WooCommerce 10.5, recorded)."""
        if checked:
            check(body, PRODUCT_ARGS)
        with self._store.lock:
            record = self.existing(product_id, status=400)
            if record["type"] == "variation":
                raise WooError(
                    404,
                    "woocommerce_rest_invalid_product_id",
                    "To manipulate product variations you should use the "
                    "/products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.",
                )
            self._apply(record, body)
            self._store.webhooks.emit("product.updated", product_id)
            return product_id

    def update_variation(self, parent_id: int, variation_id: int, body: Json, *, checked: bool = True) -> int:
        """Change a variation; its product's date_modified moves too (WooCommerce 10.5, recorded)."""
        if checked:
            check(body, VARIATION_ARGS)
        with self._store.lock:
            record = self._variation(parent_id, variation_id)
            self._apply(record, body)
            self._priced(self._records[parent_id])
            self._store.webhooks.emit("product.updated", variation_id)
            return variation_id

    def delete(self, product_id: int) -> Json:
        """Remove a product and its variations for good; answers what it was."""
        with self._store.lock:
            record = self.existing(product_id)
            was = self.wire(product_id)
            for gone in (*record["variations"], product_id):
                removed = self._records.pop(gone)
                self._by_sku.pop(removed["sku"], None)
            self._sellable = None
            self._store.webhooks.emit("product.deleted", product_id)
            return was

    def move_stock(self, product_id: int, by: int) -> tuple[int, int] | None:
        """Add to the stock; (before, after), or None when the product keeps none. Below zero is allowed."""
        record = self._records.get(product_id)
        if record is None or not record["manage_stock"]:
            return None
        before = record["stock_quantity"] or 0
        record["stock_quantity"] = before + by
        if by < 0:
            record["total_sales"] -= by
        self._touch(record)
        self._store.webhooks.emit("product.updated", product_id)
        return before, before + by

    def _add(self, body: Json, *, parent: Json | None) -> Json:
        now = self._store.now()
        record = _blank(self._store.next_post_id(), now)
        if parent is not None:
            record |= {"type": "variation", "parent_id": parent["id"], "tax_class": parent["tax_class"]}
        else:
            record["type"] = str(body.get("type") or "simple")
        self._refuse_double_sku(body, record["id"])
        self._records[record["id"]] = record
        self._apply(record, body)
        self._store.webhooks.emit("product.created", record["id"])
        return record

    def _refuse_double_sku(self, body: Json, product_id: int) -> None:
        owner = self._by_sku.get(str(body.get("sku") or ""))
        if owner is not None and owner != product_id:
            raise WooError(
                400,
                "product_invalid_sku",
                "Invalid or duplicated SKU.",
                extra={"resource_id": owner, "unique_sku": f"{body['sku']}-1"},
            )

    def _apply(self, record: Json, body: Json) -> None:
        self._refuse_double_sku(body, record["id"])
        for key in _COPIED:
            if key in body:
                record[key] = str(body[key])
        for key in ("categories", "images", "dimensions"):
            if key in body:
                record[key] = body[key]
        if "name" in body:
            record["name"] = escape(str(body["name"]), quote=False).replace("&lt;", "<").replace("&gt;", ">")
            record["slug"] = record["slug"] or re.sub(r"[^a-z0-9]+", "-", str(body["name"]).lower()).strip(
                "-"
            )
        for key in ("virtual", "featured"):
            if key in body:
                record[key] = truth(body[key])
        if "sku" in body:
            self._sellable = None
            self._by_sku.pop(record["sku"], None)
            record["sku"] = str(body["sku"] or "")
            if record["sku"]:
                self._by_sku[record["sku"]] = record["id"]
        self._apply_attributes(record, body)
        self._apply_meta(record, body.get("meta_data") or ())
        for key in ("regular_price", "sale_price"):
            if key in body:
                record[key] = money.read(body[key])
        self._priced(record)
        self._apply_stock(record, body)
        self._touch(record)

    def _apply_attributes(self, record: Json, body: Json) -> None:
        if "attributes" not in body:
            return
        record["attributes"] = [
            _attribute(one, of_variation=record["type"] == "variation") for one in body["attributes"]
        ]

    def _apply_meta(self, record: Json, changes: Iterable[Json]) -> None:
        for change in changes:
            kept = next((one for one in record["meta_data"] if one["key"] == change.get("key")), None)
            if kept is not None:
                kept["value"] = change.get("value")
            else:
                new = {
                    "id": self._store.next_meta_id(),
                    "key": change.get("key", ""),
                    "value": change.get("value"),
                }
                record["meta_data"].append(new)

    def _apply_stock(self, record: Json, body: Json) -> None:
        if "manage_stock" in body:
            record["manage_stock"] = truth(body["manage_stock"])
        if not record["manage_stock"]:
            record["stock_quantity"] = None
            if "stock_status" in body:
                record["stock_status"] = str(body["stock_status"])
        elif "stock_quantity" in body:
            record["stock_quantity"] = int(float(str(body["stock_quantity"])))
        elif record["stock_quantity"] is None:
            record["stock_quantity"] = 0

    def _priced(self, record: Json) -> None:
        if record["type"] == "variable":
            prices = [one["price"] for one in self.variations_of(record["id"]) if one["price"] is not None]
            record["price"] = min(prices, default=None)
        else:
            sale = record["sale_price"]
            record["price"] = sale if sale is not None else record["regular_price"]

    def _touch(self, record: Json) -> None:
        record["modified"] = self._store.now()
        if record["parent_id"]:
            self._records[record["parent_id"]]["modified"] = record["modified"]


def price_of(record: Json) -> Decimal:
    """What one piece costs; nothing when the product has no price."""
    return record["price"] if record["price"] is not None else money.ZERO


def full_name(record: Json, parent: Json | None) -> str:
    """``Shirt - L, Blue`` for a variation, else the product's own name."""
    if parent is None:
        return str(record["name"])
    options = ", ".join(one["option"] for one in record["attributes"])
    return f"{parent['name']} - {options}"


def _attribute(sent: Json, *, of_variation: bool) -> Json:
    name = str(sent.get("name", ""))
    if of_variation:
        return {"id": 0, "name": name, "slug": name.lower(), "option": str(sent.get("option", ""))}
    return {
        "id": 0,
        "name": name,
        "slug": name,
        "position": sent.get("position", 0),
        "visible": bool(sent.get("visible", False)),
        "variation": bool(sent.get("variation", False)),
        "options": list(sent.get("options", [])),
    }


def _blank(product_id: int, now: int) -> dict[str, Any]:
    return {
        "id": product_id,
        "parent_id": 0,
        "type": "simple",
        "name": "",
        "slug": "",
        "sku": "",
        "status": "publish",
        "featured": False,
        "catalog_visibility": "visible",
        "description": "",
        "short_description": "",
        "price": None,
        "regular_price": None,
        "sale_price": None,
        "total_sales": 0,
        "virtual": False,
        "tax_status": "taxable",
        "tax_class": "",
        "manage_stock": False,
        "stock_quantity": None,
        "stock_status": "instock",
        "backorders": "no",
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "categories": [],
        "images": [],
        "attributes": [],
        "variations": [],
        "meta_data": [],
        "global_unique_id": "",
        "created": now,
        "modified": now,
    }
