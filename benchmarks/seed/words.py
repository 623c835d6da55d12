"""What invented orders are made of: names in several scripts with their Latin spelling, streets, products, prices."""

from typing import NamedTuple


class Person(NamedTuple):
    """A buyer as written, and how the e-mail address spells it."""

    name: str
    address: str


class Product(NamedTuple):
    """A variant: SKU, name, price in minor units of a two-digit currency near the euro."""

    sku: str
    name: str
    price: int


class Place(NamedTuple):
    """Where parcels go: city, region, country, and how streets, postcodes and telephones look there.

    In ``postcode`` and ``phone`` every ``#`` stands for a digit.
    """

    city: str
    region: str
    country: str
    street: str
    postcode: str
    phone: str


def _pairs(text: str) -> list[tuple[str, str]]:
    """``native=latin`` or a plain Latin word, with blanks between."""
    return [(native, latin or native) for native, _, latin in (word.partition("=") for word in text.split())]


_WESTERN = (
    "Anna Ruth Tom Ida Jonas Léa=lea Mia Noah Emma Liam Sofia Lucas Olivia Finn Clara Hugo Eva Max Nora Oskar Marta"
    " José=jose María=maria João=joao Zoë=zoe Søren=soren Åsa=asa Jürgen=juergen Chloé=chloe Niamh Siobhán=siobhan"
    " Piotr Łukasz=lukasz Ágnes=agnes Ştefan=stefan Ayşe=ayse Ivana Marko Willem Sanne Grace Amara Kwame Priya Arjun",
    "Okafor Ashby Brandt Weiss Moreau Smith Jones Müller=mueller Schmidt Jansen Bakker Visser Lindqvist Dahl Nilsson"
    " García=garcia Núñez=nunez Silva Pereira Rossi Bianchi Novák=novak Kowalski Wiśniewska=wisniewska Horváth=horvath"
    " O'Brien=obrien Murphy Walker Patel Sharma Nguyễn=nguyen Trần=tran Yılmaz=yilmaz Øster=oester Ångström=angstrom"
    " Dubois Lefèvre=lefevre Peeters Maes Hansen Larsen Mensah Diallo Fischer Braun Köhler=koehler Vasquez Hartley",
)
_FAMILY_FIRST = (
    (
        "王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 黄=huang 赵=zhao 周=zhou 吴=wu",
        "伟=wei 芳=fang 娜=na 秀英=xiuying 敏=min 静=jing 丽=li 强=qiang 磊=lei 军=jun 洋=yang 艳=yan",
        "",
    ),
    (
        "渡辺=watanabe 佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 山本=yamamoto 中村=nakamura",
        "さくら=sakura 翔太=shota 陽菜=hina 蓮=ren 結衣=yui 大輔=daisuke 美咲=misaki ケンジ=kenji",
        " ",
    ),
    (
        "김=kim 이=lee 박=park 최=choi 정=jung 강=kang",
        "민준=minjun 서연=seoyeon 지훈=jihun 하은=haeun 도윤=doyun 수빈=subin",
        "",
    ),
)
_GIVEN_FIRST = (
    (
        "Иван=ivan Ольга=olga Дмитро=dmytro Наталія=nataliia Сергей=sergei Мария=maria Андрій=andrii Елена=elena",
        "Петров=petrov Шевченко=shevchenko Иванова=ivanova Коваленко=kovalenko Соколов=sokolov Бондар=bondar",
    ),
    (
        "Γιώργος=giorgos Μαρία=maria Νίκος=nikos Ελένη=eleni Κώστας=kostas",
        "Παπαδόπουλος=papadopoulos Νικολάου=nikolaou Γεωργίου=georgiou Δημητρίου=dimitriou",
    ),
    (
        "محمد=mohammed فاطمة=fatima أحمد=ahmed ليلى=layla يوسف=yousef",
        "الحداد=alhaddad السالم=alsalem العتيبي=alotaibi منصور=mansour",
    ),
    ("נועה=noa דוד=david יעל=yael איתי=itai", "כהן=cohen לוי=levi מזרחי=mizrahi פרץ=peretz"),
    ("प्रिया=priya अर्जुन=arjun मीरा=meera रोहन=rohan", "शर्मा=sharma पटेल=patel गुप्ता=gupta सिंह=singh"),
    ("สมชาย=somchai กมล=kamon มาลี=malee", "ใจดี=jaidee ศรีสุข=srisuk"),
)
_COMPANIES = (
    "Café Mokka BV=cafemokka|Bar Nero srl=barnero|Hartley & Sons Ltd=hartleysons|株式会社さくら=sakura|Bäckerei Braun=braun"
    "|Studio Léa SARL=studiolea|Nordlys Handel AS=nordlys|Kiosk am Eck GmbH=kioskameck"
)

RAREST = Person("Xenophon Quillfeather", "xenophon.quillfeather")
"""Placed one order: what a search for somebody rare finds."""


def _people(given: str, family: str, blank: str, *, is_family_first: bool) -> list[Person]:
    made = []
    for first, first_latin in _pairs(given):
        for last, last_latin in _pairs(family):
            name = f"{last}{blank}{first}" if is_family_first else f"{first}{blank}{last}"
            made.append(Person(name, f"{first_latin}.{last_latin}".lower()))
    return made


LATIN = _people(*_WESTERN, " ", is_family_first=False)
OTHERS = [
    *(
        one
        for family, given, blank in _FAMILY_FIRST
        for one in _people(given, family, blank, is_family_first=True)
    ),
    *(one for given, family in _GIVEN_FIRST for one in _people(given, family, " ", is_family_first=False)),
    *(Person(*word.split("=")) for word in _COMPANIES.split("|")),
]

DOMAINS = (
    "example.com",
    "example.org",
    "example.net",
    "mail.example.com",
    "post.example.org",
    "inbox.example.net",
)

_GARMENTS = (
    ("TEE", "T-shirt", 1990),
    ("HOOD", "Hoodie", 5490),
    ("SOCK", "Socks, 5 pairs", 1290),
    ("CAP", "Cap", 1890),
    ("MUG", "Mug", 990),
    ("BAG", "Tote bag", 1490),
    ("JKT", "Jacket", 12900),
    ("SCRF", "Scarf", 2490),
    ("ÖL", "Olivenöl 0,5 l", 1150),
    ("TEA", "緑茶 Green tea", 790),
)
_COLOURS = ("WHT", "BLK", "RED", "BLU", "GRN", "YEL", "GRY", "NVY", "OLV", "SND")
_SIZES = ("XS", "S", "M", "L", "XL", "2XL")
PRODUCTS = [
    Product(f"{code}-{colour}-{size}", f"{name} {colour} {size}", price + 100 * at)
    for code, name, price in _GARMENTS
    for colour in _COLOURS
    for at, size in enumerate(_SIZES)
]

PLACES = {
    "NL": (
        Place("Amsterdam", "NH", "NL", "Prinsengracht", "10## AB", "+31 20 5## ####"),
        Place("Utrecht", "UT", "NL", "Oudegracht", "35## CD", "+31 30 2## ####"),
        Place("Antwerpen", "", "BE", "Meir", "20##", "+32 3 2## ## ##"),
    ),
    "DE": (
        Place("Berlin", "", "DE", "Torstraße", "101##", "+49 30 2## ####"),
        Place("München", "", "DE", "Sendlinger Straße", "803##", "+49 89 5## ####"),
        Place("Wien", "", "AT", "Mariahilfer Straße", "10##", "+43 1 5## ####"),
    ),
    "UK": (
        Place("London", "", "GB", "Brick Lane", "E1 #QL", "+44 20 7946 0###"),
        Place("Leeds", "", "GB", "Boar Lane", "LS1 #HE", "+44 113 496 0###"),
        Place("Cork", "CO", "IE", "Patrick Street", "T12 X#R#", "+353 21 4## ####"),
    ),
    "US": (
        Place("Portland", "OR", "US", "NW Lovejoy St", "972##", "(503) 555-01##"),
        Place("Chicago", "IL", "US", "N Wells St", "606##", "(312) 555-01##"),
        Place("Toronto", "ON", "CA", "Queen St W", "M5V #A#", "(416) 555-01##"),
    ),
    "JP": (
        Place("渋谷区", "東京都", "JP", "神宮前", "150-00##", "03-5555-0###"),
        Place("大阪市", "大阪府", "JP", "難波", "542-00##", "06-5555-0###"),
    ),
    "SE": (
        Place("Stockholm", "", "SE", "Götgatan", "118 ##", "+46 8 123 ####"),
        Place("Göteborg", "", "SE", "Linnégatan", "413 ##", "+46 31 123 ####"),
    ),
    "KW": (
        Place("Kuwait City", "", "KW", "شارع الخليج", "130##", "+965 2222 ####"),
        Place("Hawalli", "", "KW", "شارع تونس", "320##", "+965 2255 ####"),
    ),
}
