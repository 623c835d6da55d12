"""What the demo shops sell: about sixty products of apparel, coffee and homeware, many in variations."""

import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Ware:
    """A product. Options of an attribute make it one with variations: ``("Size", "S M L")``."""

    name: str
    sku: str
    price: str
    category: str
    options: tuple[tuple[str, str], ...] = ()


def variations(ware: Ware) -> list[tuple[str, tuple[str, ...]]]:
    """The SKU of each variation of a ware, and the options chosen for it."""
    return [
        (
            "-".join((ware.sku, *(option[:3].upper() if option.isalpha() else option for option in chosen))),
            chosen,
        )
        for chosen in itertools.product(*(options.split() for _, options in ware.options))
    ]


_SIZES = ("Size", "S M L XL")
_GRIND = ("Grind", "Beans Filter Espresso")


def _tinted(colours: str) -> tuple[tuple[str, str], ...]:
    return (_SIZES, ("Colour", colours))


WARES: tuple[Ware, ...] = (
    Ware("Organic Cotton T-Shirt", "TEE-ORG", "24.90", "Apparel", _tinted("White Navy Moss")),
    Ware("Heavyweight T-Shirt", "TEE-HVY", "34.90", "Apparel", _tinted("Ecru Black")),
    Ware("Breton Striped Shirt", "TEE-BRT", "39.90", "Apparel", (_SIZES,)),
    Ware("Linen Shirt", "SHT-LIN", "69.90", "Apparel", _tinted("White Sand")),
    Ware("Oxford Shirt", "SHT-OXF", "74.90", "Apparel", _tinted("Blue White")),
    Ware("Flannel Overshirt", "SHT-FLN", "89.90", "Apparel", (_SIZES,)),
    Ware("Merino Crew Sweater", "KNT-MER", "99.90", "Apparel", _tinted("Charcoal Oat")),
    Ware("Lambswool Cardigan", "KNT-LMB", "119.00", "Apparel", (_SIZES,)),
    Ware("Fisherman Beanie", "ACC-BNE", "22.50", "Apparel", (("Colour", "Rust Navy Grey"),)),
    Ware("Wool Scarf", "ACC-SCF", "45.00", "Apparel", (("Colour", "Camel Forest"),)),
    Ware("Leather Belt", "ACC-BLT", "49.00", "Apparel", (("Length", "85 95 105"),)),
    Ware("Canvas Tote Bag", "ACC-TOT", "18.00", "Apparel"),
    Ware("Waxed Backpack", "ACC-BAG", "139.00", "Apparel"),
    Ware("Selvedge Jeans", "TRS-SLV", "129.00", "Apparel", (("Waist", "30 32 34 36"),)),
    Ware("Corduroy Trousers", "TRS-CRD", "84.90", "Apparel", (("Waist", "30 32 34 36"),)),
    Ware("Ribbed Socks, 3 pairs", "SOC-RIB", "19.90", "Apparel", (("Size", "36-40 41-46"),)),
    Ware("Hiking Socks", "SOC-HIK", "14.90", "Apparel", (("Size", "36-40 41-46"),)),
    Ware("Rain Jacket", "JKT-RAI", "159.00", "Apparel", (_SIZES,)),
    Ware("Quilted Vest", "JKT-QLT", "109.00", "Apparel", (_SIZES,)),
    Ware("Gift Card Sleeve", "ACC-GFT", "2.50", "Apparel"),
    Ware("House Blend 250 g", "COF-HSE-250", "8.90", "Coffee", (_GRIND,)),
    Ware("House Blend 1 kg", "COF-HSE-1K", "29.90", "Coffee", (_GRIND,)),
    Ware("Ethiopia Yirgacheffe 250 g", "COF-ETH-250", "12.90", "Coffee", (_GRIND,)),
    Ware("Colombia Huila 250 g", "COF-COL-250", "11.90", "Coffee", (_GRIND,)),
    Ware("Guatemala Antigua 250 g", "COF-GUA-250", "12.50", "Coffee", (_GRIND,)),
    Ware("Kenya AA 250 g", "COF-KEN-250", "14.50", "Coffee", (_GRIND,)),
    Ware("Decaf Mexico 250 g", "COF-DEC-250", "11.50", "Coffee", (_GRIND,)),
    Ware("Espresso Forte 1 kg", "COF-FRT-1K", "27.90", "Coffee", (_GRIND,)),
    Ware("Cold Brew Bags, 8 pieces", "COF-CBB", "13.90", "Coffee"),
    Ware("Tasting Box, 5 × 60 g", "COF-BOX", "24.00", "Coffee"),
    Ware("Pour-over Dripper", "BRW-DRP", "26.00", "Coffee", (("Colour", "White Black"),)),
    Ware("Paper Filters, 100 pieces", "BRW-FLT", "5.90", "Coffee"),
    Ware("Gooseneck Kettle", "BRW-KTL", "79.00", "Coffee"),
    Ware("Hand Grinder", "BRW-GRD", "119.00", "Coffee"),
    Ware("French Press 1 l", "BRW-FRP", "39.00", "Coffee"),
    Ware("Moka Pot, 6 cups", "BRW-MOK", "34.50", "Coffee"),
    Ware("Coffee Scale", "BRW-SCL", "54.90", "Coffee"),
    Ware("Milk Jug 350 ml", "BRW-JUG", "17.90", "Coffee"),
    Ware("Cupping Spoon", "BRW-SPN", "9.50", "Coffee"),
    Ware("Storage Canister", "BRW-CAN", "21.00", "Coffee"),
    Ware("Stoneware Mug", "HOM-MUG", "16.00", "Homeware", (("Glaze", "Sand Slate Sage"),)),
    Ware("Espresso Cups, set of 4", "HOM-ESP", "32.00", "Homeware"),
    Ware("Dinner Plate", "HOM-PLT", "19.00", "Homeware", (("Glaze", "Sand Slate"),)),
    Ware("Pasta Bowl", "HOM-BWL", "21.00", "Homeware", (("Glaze", "Sand Slate"),)),
    Ware("Serving Board, Oak", "HOM-BRD", "44.00", "Homeware"),
    Ware("Linen Tea Towel", "HOM-TWL", "12.50", "Homeware", (("Colour", "Natural Blue"),)),
    Ware("Linen Tablecloth 140 × 240", "HOM-CLT", "89.00", "Homeware"),
    Ware("Waffle Bath Towel", "HOM-BTH", "29.00", "Homeware", (("Colour", "White Clay"),)),
    Ware("Wool Blanket", "HOM-BLK", "129.00", "Homeware", (("Colour", "Grey Ochre"),)),
    Ware("Cushion Cover 50 × 50", "HOM-CSH", "27.50", "Homeware", (("Colour", "Rust Moss Ecru"),)),
    Ware("Beeswax Candle", "HOM-CND", "14.00", "Homeware"),
    Ware("Brass Candle Holder", "HOM-HLD", "36.00", "Homeware"),
    Ware("Glass Carafe 1 l", "HOM-CRF", "24.50", "Homeware"),
    Ware("Recycled Glass Tumbler", "HOM-TMB", "7.90", "Homeware"),
    Ware("Enamel Water Jug", "HOM-JUG", "33.00", "Homeware"),
    Ware("Terracotta Planter", "HOM-PLN", "18.50", "Homeware", (("Diameter", "14cm 18cm 22cm"),)),
    Ware("Wall Hook, set of 3", "HOM-HOK", "23.00", "Homeware"),
    Ware("Dish Brush", "HOM-BRS", "8.50", "Homeware"),
    Ware("Olive Wood Spoon", "HOM-SPN", "11.00", "Homeware"),
    Ware("Desk Lamp", "HOM-LMP", "94.00", "Homeware"),
)

ONLY_AT_OUTLET: tuple[Ware, ...] = (
    Ware("Sample Sale Sweater", "OUT-KNT-01", "49.00", "Apparel"),
    Ware("Seconds Mug, glazing flaw", "OUT-MUG-02", "7.00", "Homeware"),
    Ware("Coffee Gift Set 2025", "OUT-SET-25", "19.00", "Coffee"),
)

UNKNOWN_AT_DESTINATION = frozenset({"ACC-BAG", "COF-BOX", "HOM-LMP", "TEE-BRT", "BRW-SCL"})
"""SKUs of whole products the sources sell and the destination has never heard of."""
