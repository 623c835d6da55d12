"""The address a person pasted, made into the address of the site."""

import re
from urllib.parse import urlsplit

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.platforms.http import BadUrl, clean_url

_BELOW_SITE = re.compile(
    r"/(?:wp-json|wp-admin|wp-login\.php|index\.php|xmlrpc\.php)(?:/.*)?$", re.IGNORECASE
)


def site_url(pasted: str) -> str | FieldProblem:
    """The site's base URL, without what belongs to wp-admin or the API, or what is wrong with it.

    A bare ``shop.example`` is taken for https. Query and fragment are dropped.
    """
    text = pasted.strip()
    if not text:
        return FieldProblem(
            "url", "The address of the shop is missing.", "Enter it like https://shop.example."
        )
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        path = _BELOW_SITE.sub("", parts.path)
        return clean_url(f"{parts.scheme.lower()}://{parts.netloc}{path}")
    except BadUrl as error:
        return FieldProblem("url", str(error), _remedy(text))
    except ValueError:
        return FieldProblem("url", "This is not a web address.", "Enter it like https://shop.example.")


def _remedy(text: str) -> str:
    if "@" in text:
        return "Leave out everything before the @: the keys go into their own fields."
    if text.lower().startswith("http://"):
        return "Use https://: WooCommerce takes keys over an encrypted connection only."
    return "Enter it like https://shop.example."
