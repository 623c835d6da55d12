"""The Integration Guide: what to do in WordPress before Connect, step by step."""

GUIDE = (
    (
        "Before you start",
        "You need a WordPress user with the role Administrator or Shop manager, WooCommerce 5.8 or newer "
        "(9.9 or newer to receive orders quickly), and an address that begins with https://.",
    ),
    (
        "Switch on pretty permalinks",
        "In WordPress, open Settings > Permalinks, choose Post name (anything but Plain) and Save Changes. "
        "Without it the REST API has no address that keys work at.",
    ),
    (
        "Open the keys page",
        "Open WooCommerce > Settings > Advanced > REST API, then Add key (Create an API key if there is none yet).",
    ),
    (
        "Make the key",
        "Description: stogly. User: an administrator or shop manager. Permissions: Read/Write if this store "
        "receives orders or updates; Read is enough for a source. Then Generate API key.",
    ),
    (
        "Copy both keys now",
        "Copy Consumer key (ck_…) and Consumer secret (cs_…) into the two fields here, each once. WooCommerce "
        "shows them this one time; a lost secret means a new key.",
    ),
    (
        "Enter the address",
        "Enter the shop's address as visitors see it, with https:// and with www. if it has it: redirects are "
        "not followed with keys. /wp-admin or /wp-json at its end is removed for you.",
    ),
    (
        "Let the keys through",
        "Security plugins (Wordfence, Solid Security and others) and a CDN or firewall in front of the shop must "
        "let requests to /wp-json/wc/v3/ pass, without a challenge page and without caching. If Connect says "
        "the store does not know a key that is right, the host removes the Authorization header: let it "
        "pass the header on, or switch on Keys in the address.",
    ),
    (
        "For a store that receives orders",
        "Products must carry the SKUs that orders name. If the store computes taxes, keep the tax class "
        "Zero rate without rates (WooCommerce > Settings > Tax): orders arrive with their own totals in it. "
        "Check under WooCommerce > Settings > Emails which mails a new order sends to the buyer.",
    ),
)
