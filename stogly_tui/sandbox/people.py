"""Invented customers with addresses that fit their names; e-mails at example domains, phones as documented."""

from dataclasses import dataclass

from stogly_tui.sandbox.wire import Json


@dataclass(frozen=True)
class Person:
    """A customer and where they live."""

    first_name: str
    last_name: str
    street: str
    postcode: str
    city: str
    country: str
    phone: str
    state: str = ""
    company: str = ""
    extra: str = ""

    def billing(self) -> Json:
        """Their billing address."""
        name = f"{self.first_name}.{self.last_name}".lower().translate(_PLAIN).replace(" ", "")
        mailbox = "".join(
            letter for letter in name if letter.isascii() and (letter.isalnum() or letter == ".")
        )
        return {
            **self.shipping(),
            "email": f"{mailbox.strip('.') or 'customer'}@example.{_DOMAINS[len(name) % 3]}",
        }

    def shipping(self) -> Json:
        """Their shipping address."""
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "company": self.company,
            "address_1": self.street,
            "address_2": self.extra,
            "city": self.city,
            "state": self.state,
            "postcode": self.postcode,
            "country": self.country,
            "phone": self.phone,
        }


_DOMAINS = ("com", "net", "org")
_PLAIN = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ë": "e", "ê": "e", "á": "a", "à": "a",
        "ã": "a", "å": "a", "ç": "c", "č": "c", "ć": "c", "í": "i", "ó": "o", "ø": "o", "ô": "o", "ő": "o",
        "ł": "l", "ń": "n", "ñ": "n", "ś": "s", "š": "s", "ż": "z", "ž": "z", "ř": "r", "ú": "u", "ý": "y",
        "ą": "a", "ę": "e", "ş": "s", "ı": "i", "ğ": "g", "'": "", "’": "",
    }
)  # fmt: skip

EUROPE: tuple[Person, ...] = (
    Person("Jonas", "Weber", "Torstraße 117", "10119", "Berlin", "DE", "+49 30 23125 014"),
    Person("Annika", "Schröder", "Osterstraße 52", "20259", "Hamburg", "DE", "+49 40 66969 123"),
    Person("Matthias", "Großmann", "Sendlinger Straße 8", "80331", "München", "DE", "+49 89 99998 201"),
    Person("Leyla", "Yıldız", "Keupstraße 31", "51063", "Köln", "DE", "+49 221 4710 334"),
    Person("Friederike", "von der Heide", "Südvorstadt 4", "04275", "Leipzig", "DE", "+49 341 2310 990"),
    Person("Tobias", "Krämer", "Bergheimer Straße 88", "69115", "Heidelberg", "DE", "+49 6221 5550 12"),
    Person(
        "Sabine",
        "Möller",
        "Königsallee 27",
        "40212",
        "Düsseldorf",
        "DE",
        "+49 211 3100 045",
        company="Möller & Söhne GmbH",
    ),
    Person(
        "Emre",
        "Aydın",
        "Sonnenallee 201",
        "12059",
        "Berlin",
        "DE",
        "+49 30 23125 077",
        extra="Hinterhaus, 3. OG",
    ),
    Person("Katharina", "Lindner", "Zülpicher Straße 14", "50674", "Köln", "DE", "+49 221 4710 561"),
    Person("Stefan", "Hofbauer", "Mariahilfer Straße 45", "1060", "Wien", "AT", "+43 1 5550 1820"),
    Person("Magdalena", "Gruber", "Linzer Gasse 22", "5020", "Salzburg", "AT", "+43 662 5550 44"),
    Person("Camille", "Lefèvre", "14 rue des Martyrs", "75009", "Paris", "FR", "+33 1 99 00 41 20"),
    Person("Théo", "Marchand", "3 place Bellecour", "69002", "Lyon", "FR", "+33 2 61 91 08 44"),
    Person("Élodie", "Fontaine", "27 cours Julien", "13006", "Marseille", "FR", "+33 4 65 71 33 02"),
    Person("Sanne", "de Vries", "Prinsengracht 263", "1016 GV", "Amsterdam", "NL", "+31 20 555 0147"),
    Person("Daan", "van den Berg", "Witte de Withstraat 40", "3012 BR", "Rotterdam", "NL", "+31 10 555 0182"),
    Person("Giulia", "Moretti", "Via Tortona 19", "20144", "Milano", "IT", "+39 02 5555 0136", state="MI"),
    Person(
        "Lorenzo", "D’Angelo", "Via dei Coronari 80", "00186", "Roma", "IT", "+39 06 5555 0174", state="RM"
    ),
    Person(
        "Lucía",
        "Fernández Ortega",
        "Calle de Fuencarral 55",
        "28004",
        "Madrid",
        "ES",
        "+34 910 555 018",
        state="M",
    ),
    Person(
        "Jordi",
        "Puig i Ferrer",
        "Carrer de Verdi 21",
        "08012",
        "Barcelona",
        "ES",
        "+34 930 555 061",
        state="B",
    ),
    Person("Zofia", "Wiśniewska", "ul. Nowy Świat 35/12", "00-029", "Warszawa", "PL", "+48 22 555 01 43"),
    Person("Michał", "Kowalczyk", "ul. Floriańska 9", "31-019", "Kraków", "PL", "+48 12 555 01 77"),
    Person("Linnéa", "Åkesson", "Götgatan 61", "116 21", "Stockholm", "SE", "+46 8 465 00 412"),
    Person("Søren", "Kjærgaard", "Jægersborggade 12", "2200", "København", "DK", "+45 32 55 01 90"),
    Person("Aoife", "O’Sullivan", "18 Camden Street", "D02 XE80", "Dublin", "IE", "+353 1 555 0162"),
    Person("Inês", "Gonçalves", "Rua do Norte 71", "1200-283", "Lisboa", "PT", "+351 21 555 0119"),
    Person("Petr", "Novák", "Korunní 44", "120 00", "Praha", "CZ", "+420 255 501 230"),
    Person("Réka", "Szabó", "Ráday utca 30", "1092", "Budapest", "HU", "+36 1 555 0188"),
    Person("Ελένη", "Παπαδοπούλου", "Οδός Ερμού 88", "105 55", "Αθήνα", "GR", "+30 21 5550 1420", state="I"),
    Person("Nuno", "Tavares", "Avenida da Boavista 1203", "4100-130", "Porto", "PT", "+351 22 555 0155"),
)

OVERSEAS: tuple[Person, ...] = (
    Person("Maya", "Thompson", "482 Bergen Street", "11217", "Brooklyn", "US", "+1 718 555 0134", state="NY"),
    Person(
        "Derrick",
        "Washington",
        "1190 Euclid Avenue",
        "44115",
        "Cleveland",
        "US",
        "+1 216 555 0178",
        state="OH",
    ),
    Person("Hannah", "Goldberg", "77 Charles Street", "02114", "Boston", "US", "+1 617 555 0121", state="MA"),
    Person(
        "Luis",
        "Ramírez",
        "2310 Mission Street",
        "94110",
        "San Francisco",
        "US",
        "+1 415 555 0193",
        state="CA",
    ),
    Person(
        "Priya", "Raghunathan", "905 Congress Avenue", "78701", "Austin", "US", "+1 512 555 0110", state="TX"
    ),
    Person(
        "Caroline", "Beaumont", "31 King Street", "29401", "Charleston", "US", "+1 843 555 0146", state="SC"
    ),
    Person(
        "Tyler",
        "Nakamura",
        "640 Ala Moana Boulevard",
        "96813",
        "Honolulu",
        "US",
        "+1 808 555 0172",
        state="HI",
    ),
    Person(
        "Grace",
        "Okonkwo",
        "218 Elm Street",
        "12207",
        "Albany",
        "US",
        "+1 518 555 0165",
        state="NY",
        company="Elm Street Books",
    ),
    Person(
        "Marcus",
        "Feldt",
        "56 Delaware Avenue",
        "14202",
        "Buffalo",
        "US",
        "+1 716 555 0129",
        state="NY",
        extra="Apt 4B",
    ),
    Person("Ashley", "Kim", "1515 Pike Place", "98101", "Seattle", "US", "+1 206 555 0187", state="WA"),
    Person("Noah", "Abernathy", "820 Larimer Street", "80202", "Denver", "US", "+1 303 555 0153", state="CO"),
    Person(
        "Sophie",
        "Tremblay",
        "4050 rue Saint-Denis",
        "H2W 2M5",
        "Montréal",
        "CA",
        "+1 514 555 0142",
        state="QC",
    ),
    Person(
        "Liam",
        "MacDonald",
        "1701 Barrington Street",
        "B3J 2A4",
        "Halifax",
        "CA",
        "+1 902 555 0118",
        state="NS",
    ),
    Person("Oliver", "Hughes", "23 Columbia Road", "E2 7RG", "London", "GB", "+44 20 7946 0321"),
    Person("Ffion", "Llewellyn", "9 Castle Arcade", "CF10 1BW", "Cardiff", "GB", "+44 29 2018 0456"),
    Person("陽子", "佐藤", "渋谷区神南1-12-6", "150-0041", "東京", "JP", "+81 3 5550 0187", state="JP13"),
    Person("Yuki", "Tanabe", "2-8-1 Nishi-Azabu", "106-0031", "Tokyo", "JP", "+81 3 5550 0142", state="JP13"),
    Person("Mei Ling", "Tan", "48 Tiong Bahru Road", "168899", "Singapore", "SG", "+65 6555 0173"),
    Person(
        "Isabella", "Nguyen", "112 Gertrude Street", "3065", "Fitzroy", "AU", "+61 3 5550 0164", state="VIC"
    ),
    Person("Thabo", "Mokoena", "55 Bree Street", "8001", "Cape Town", "ZA", "+27 21 555 0139", state="WC"),
)

HOSTILE = Person(
    "\x1b[31mEve\x1b[0m[/foo]",
    "\u202egnp.exe [@click=app.quit]",
    "=1+1 \x9b2J\x07 Lane",
    "00000",
    "Null\u2066ville",
    "DE",
    "+49 30 23125 000",
)
"""A name and address that try to escape from a terminal, from markup and from a spreadsheet."""
