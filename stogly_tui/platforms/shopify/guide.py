"""The Integration Guide: what to do at Shopify before Connect, step by step."""

GUIDE = (
    (
        "Which way fits",
        "Your own store, and you can make an app in its organisation: steps 2 to 5 (client ID and secret, no "
        "redirect). A store of somebody else: steps 2 to 4, then 6. An app made in the store's admin before 2026 "
        "that has an access token: step 7.",
    ),
    (
        "Make an app",
        "Open dev.shopify.com/dashboard with the account that owns the store, then Apps > Create app > Start from "
        "Dev Dashboard. Name: stogly.",
    ),
    (
        "Give it its access",
        "In the app's first version, under Access, set Scopes: read_orders for a source; read_orders, write_orders, "
        "read_products for a store that receives orders. read_customers shows names of buyers without an address. "
        "Then Release.",
    ),
    (
        "Ask for customer data and older orders",
        "Orders come without name, address, e-mail and phone until the app may see Protected customer data: in the "
        "app's API access settings, Protected customer data access > Request access, for all four fields. There too: "
        "Read all orders, without which Shopify shows only the last 60 days.",
    ),
    (
        "Your own store: install and copy",
        "On the app's Home, Install app > choose the store. Then Settings: copy Client ID and Client secret into the "
        "fields here. The access token is asked for with them and renewed every day; leave its field blank.",
    ),
    (
        "A store of another organisation: redirect",
        "In the app's version, add the redirect address that the sign-in here shows to Redirect URLs and Release. Enter "
        "Client ID and Client secret, then Connect: the store's page opens, the merchant chooses Install, and the "
        "browser comes back. Access is renewed by itself.",
    ),
    (
        "An app that has an access token",
        "In the store's admin: Settings > Apps and sales channels > Develop apps > your app > API credentials. Copy the "
        "Admin API access token (shpat_…), shown once when the app was installed. For webhooks also copy API secret "
        "key into Client secret: Shopify signs with it.",
    ),
    (
        "Enter the address",
        "Enter the store's myshopify.com address, for example yourstore.myshopify.com: Settings > Domains shows it. "
        "The address that visitors see does not answer the API.",
    ),
    (
        "For a store that receives orders",
        "Variants must carry the SKUs that orders name, each SKU once. With the first order a metafield definition, "
        "Stogly reference, is made: do not delete it, by it an order never arrives twice. A trial store takes five new "
        "orders a minute. Choose here whether stock is taken and whether buyers are mailed.",
    ),
)
