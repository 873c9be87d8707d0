"""Names, towns and numbers of the invented people, by country.

Names of other scripts are pairs (native, Latin letters). Companies have domains under `.example`
(RFC 2606); people write from the free mail providers that real customers write from.
"""

from dataclasses import dataclass
from itertools import accumulate

Name = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Country:
    """What people of a country are called, where they live and how they are called up.

    `mobile`: national number, `#` a digit; `trunk`: the prefix that falls away after +code.
    """

    code: str
    name: str
    spellings: tuple[str, ...]
    language: str
    currency: str
    calling_code: str
    trunk: str
    mobile: str
    postal: str
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    given: tuple[Name, ...]
    family: tuple[Name, ...]
    tax_number: str
    legal_forms: tuple[str, ...]
    number_first: bool = False


def words(text: str) -> tuple[str, ...]:
    """The words of a text; `_` stands for a blank inside one."""
    return tuple(word.replace("_", " ") for word in text.split())


def _pairs(text: str) -> tuple[Name, ...]:
    return tuple((native, latin) for native, latin in (one.split("/") for one in text.split()))


def _towns(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((town, region) for town, region in (one.split(":") for one in text.split("|")))


ENGLISH_GIVEN = words(
    "James Mary Robert Patricia John Jennifer Michael Linda William Elizabeth David Barbara "
    "Richard Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy "
    "Matthew Betty Anthony Margaret Mark Sandra Donald Ashley Steven Kimberly Andrew Emily "
    "Kenneth Donna Joshua Michelle George Carol Kevin Amanda Brian Melissa Edward Deborah Ronald "
    "Stephanie Timothy Rebecca Jason Laura Jeffrey Helen Nicholas Amy Jacob Kathleen Samuel "
    "Katherine Benjamin Christine Alexander Victoria Gregory Catherine Zachary Abigail Noah Olivia"
)
ENGLISH_FAMILY = words(
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson "
    "Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott "
    "Hill Green Adams Nelson Baker Hall Campbell Mitchell Carter Roberts Phillips Evans Turner "
    "Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper Reed Bailey Bell Ward "
    "Cox Richardson Wood Watson Brooks Bennett Gray Hughes Price Myers Foster Sanders Ross Powell "
    "Sullivan Russell Fisher Henderson O'Brien O'Connor McDonald MacLeod Fitzgerald Whitfield "
    "Ashworth Pemberton Hawthorne Lockwood Okafor Nguyen Patel Singh Kowalski Rossi Haddad"
)

COUNTRIES = {
    "US": Country(
        "US", "United States", ("US", "USA", "United States", "U.S.A.", "united states of america"),
        "en", "USD", "1", "", "(###) 555-####", "#####",
        words("Maple Oak Cedar Lake Hill Washington Park Pine Elm Sunset Church Mill"),
        _towns("Portland:OR|Austin:TX|Boston:MA|Denver:CO|Seattle:WA|Chicago:IL|Savannah:GA|"
               "Madison:WI|Tucson:AZ|Brooklyn:NY|Oakland:CA|Raleigh:NC"),
        ENGLISH_GIVEN, ENGLISH_FAMILY, "##-#######", ("LLC", "Inc.", "Inc", "Co.", "Corp."), True,
    ),
    "GB": Country(
        "GB", "United Kingdom", ("GB", "UK", "United Kingdom", "England", "Great Britain"),
        "en", "GBP", "44", "0", "07700 ######", "AB# #CD",
        ("High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane", "Green Lane"),
        _towns("London:Greater London|Leeds:West Yorkshire|Bristol:Bristol|York:North Yorkshire|"
               "Bath:Somerset|Cardiff:Wales|Glasgow:Scotland|Norwich:Norfolk"),
        ENGLISH_GIVEN, ENGLISH_FAMILY, "GB#########", ("Ltd", "Limited", "PLC", "LLP"), True,
    ),
    "DE": Country(
        "DE", "Germany", ("DE", "Germany", "Deutschland", "DEU"), "de", "EUR", "49", "0",
        "0171 #######", "#####",
        ("Hauptstraße", "Gartenweg", "Bahnhofstr.", "Lindenallee", "Am Markt", "Schulstrasse"),
        _towns("Berlin:BE|Hamburg:HH|München:BY|Köln:NW|Leipzig:SN|Nürnberg:BY|Lübeck:SH"),
        words("Jürgen Björn Anna Lena Lukas Jonas Katharina Sabine Günther Heike Stefan Uwe Jörg "
               "Birgit Maximilian Sophie Käthe Friedrich Wolfgang Claudia Andreas Sören Mia Emil"),
        words("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer "
               "Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger "
               "Hofmann Groß Weiß Jäger Köhler Strauß"),
        "DE#########", ("GmbH", "AG", "e.K.", "GmbH & Co. KG"),
    ),
    "FR": Country(
        "FR", "France", ("FR", "France", "FRANCE", "FRA"), "fr", "EUR", "33", "0",
        "06 ## ## ## ##", "#####",
        ("rue de la Paix", "avenue Victor Hugo", "place du Marché", "rue des Écoles"),
        _towns("Paris:Île-de-France|Lyon:Auvergne-Rhône-Alpes|Nîmes:Occitanie|Orléans:Centre|"
               "Saint-Étienne:Auvergne-Rhône-Alpes"),
        words("Élodie François Chloé Jean-Pierre Amélie Luc Hélène Gérard Zoé Marie-Claire Théo "
               "Benoît Aurélie Mathilde Noël Inès Cédric"),
        words("Dubois Lefèvre Moreau Girard Bernard Petit Rousseau Blanc Garnier Faure Chevalier "
               "Mercier D'Angelo Lévêque Besançon Guérin"),
        "FR## #########", ("SARL", "SA", "SAS"), True,
    ),
    "IT": Country(
        "IT", "Italy", ("IT", "Italy", "Italia"), "it", "EUR", "39", "", "320 55# ####", "#####",
        ("Via Roma", "Via Garibaldi", "Piazza Dante", "Corso Italia"),
        _towns("Roma:RM|Milano:MI|Torino:TO|Bologna:BO|Forlì:FC"),
        words("Giulia Marco Francesca Alessandro Niccolò Chiara Matteo Lucia Giuseppe Elena"),
        words("Rossi Bianchi Ferrari Esposito Romano Colombo Ricci Conti De_Luca Gallo D'Amico"),
        "IT###########", ("S.r.l.", "S.p.A."),
    ),
    "ES": Country(
        "ES", "Spain", ("ES", "Spain", "España"), "es", "EUR", "34", "", "6## ### ###", "#####",
        ("Calle Mayor", "Avenida de la Constitución", "Plaza España"),
        _towns("Madrid:M|Sevilla:SE|A Coruña:C|Málaga:MA|León:LE"),
        words("María José Lucía Íñigo Begoña Álvaro Carmen Jesús Núria Andrés Sofía"),
        words("García López Muñoz Ibáñez Fernández Peña Martínez Núñez Castaño Ruiz Sánchez"),
        "ESB########", ("S.L.", "S.A."),
    ),
    "NL": Country(
        "NL", "Netherlands", ("NL", "Netherlands", "Nederland", "Holland"), "nl", "EUR", "31", "0",
        "06 ########", "#### AB",
        ("Kerkstraat", "Dorpsstraat", "Prinsengracht"),
        _towns("Amsterdam:NH|Utrecht:UT|Den Haag:ZH|Groningen:GR"),
        words("Daan Sanne Jeroen Femke Bram Lotte Maarten Noor Thijs Anouk"),
        words("de_Vries Jansen van_den_Berg Bakker Visser Smit Meijer van_Dijk Mulder ter_Horst"),
        "NL#########B01", ("B.V.", "N.V."),
    ),
    "PL": Country(
        "PL", "Poland", ("PL", "Poland", "Polska"), "pl", "EUR", "48", "", "512 ### ###", "##-###",
        ("ul. Długa", "ul. Kościuszki", "al. Jerozolimskie"),
        _towns("Warszawa:MZ|Kraków:MA|Łódź:LD|Gdańsk:PM"),
        words("Łukasz Agnieszka Paweł Małgorzata Michał Zofia Wojciech Żaneta Jakub Ewa"),
        words("Nowak Kowalski Wiśniewska Wójcik Zieliński Szymańska Dąbrowski Żukowski Gołąb"),
        "PL##########", ("Sp. z o.o.", "S.A."),
    ),
    "GR": Country(
        "GR", "Greece", ("GR", "Greece", "Ελλάδα", "Hellas"), "el", "EUR", "30", "", "69# ### ####",
        "### ##", ("Ερμού", "Σταδίου", "Πανεπιστημίου"),
        _towns("Αθήνα:Αττική|Θεσσαλονίκη:Μακεδονία|Πάτρα:Αχαΐα"),
        _pairs("Γιώργος/Giorgos Μαρία/Maria Νίκος/Nikos Ελένη/Eleni Κώστας/Kostas Σοφία/Sofia"),
        _pairs("Παπαδόπουλος/Papadopoulos Οικονόμου/Oikonomou Γεωργίου/Georgiou Βλάχου/Vlachou "
               "Νικολαΐδης/Nikolaidis"),
        "EL#########", ("Α.Ε.", "Ε.Π.Ε."),
    ),
    "UA": Country(
        "UA", "Ukraine", ("UA", "Ukraine", "Україна"), "uk", "EUR", "380", "0", "050 ### ## ##",
        "#####", ("вул. Шевченка", "просп. Свободи"),
        _towns("Київ:Київ|Львів:Львівська область|Одеса:Одеська область"),
        _pairs("Олександр/Oleksandr Наталія/Nataliia Андрій/Andrii Ольга/Olha Сергій/Serhii "
               "Юлія/Yuliia"),
        _pairs("Шевченко/Shevchenko Коваленко/Kovalenko Бондаренко/Bondarenko Ткачук/Tkachuk "
               "Мельник/Melnyk"),
        "UA############", ("ТОВ", "ПП"),
    ),
    "JP": Country(
        "JP", "Japan", ("JP", "Japan", "日本", "JPN"), "ja", "JPY", "81", "0", "090-####-####",
        "###-####", ("銀座", "北山通", "梅田"),
        _towns("東京:東京都|京都:京都府|大阪:大阪府"),
        _pairs("太郎/Taro 花子/Hanako 健/Ken 美咲/Misaki 大輔/Daisuke 愛/Ai"),
        _pairs("佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 田中/Tanaka 渡辺/Watanabe 伊藤/Ito"),
        "T#############", ("株式会社", "K.K."),
    ),
    "CN": Country(
        "CN", "China", ("CN", "China", "中国"), "zh", "USD", "86", "", "138 #### ####", "######",
        ("人民路", "中山路"), _towns("上海:上海|北京:北京|杭州:浙江"),
        _pairs("伟/Wei 芳/Fang 娜/Na 敏/Min 静/Jing 强/Qiang"),
        _pairs("王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang"),
        "91############", ("有限公司", "Co., Ltd."),
    ),
    "AE": Country(
        "AE", "United Arab Emirates", ("AE", "UAE", "United Arab Emirates", "الإمارات"),
        "ar", "USD", "971", "0", "050 ### ####", "00000", ("شارع الشيخ زايد", "شارع الوصل"),
        _towns("دبي:دبي|أبوظبي:أبوظبي"),
        _pairs("محمد/Mohammed فاطمة/Fatima أحمد/Ahmed عائشة/Aisha يوسف/Yousef"),
        _pairs("الهاشمي/Al-Hashimi المنصوري/Al-Mansouri خليل/Khalil النجار/Al-Najjar"),
        "1##############", ("ش.ذ.م.م", "FZ-LLC"),
    ),
    "IL": Country(
        "IL", "Israel", ("IL", "Israel", "ישראל"), "he", "USD", "972", "0", "052-###-####",
        "#######", ("הרצל", "דיזנגוף"), _towns("תל אביב:תל אביב|ירושלים:ירושלים|חיפה:חיפה"),
        _pairs("דוד/David שרה/Sarah יעקב/Yaakov רחל/Rachel נועם/Noam"),
        _pairs("כהן/Cohen לוי/Levi מזרחי/Mizrahi פרץ/Peretz ביטון/Biton"),
        "51#######", ('בע"מ', "Ltd."),
    ),
}  # fmt: skip
WEIGHTS = {
    "US": 42, "GB": 16, "DE": 14, "FR": 7, "IT": 4, "ES": 4, "NL": 3, "PL": 3, "GR": 2, "UA": 1.5,
    "JP": 1.5, "CN": 0.8, "AE": 0.7, "IL": 0.5,
}  # fmt: skip
CODES = tuple(WEIGHTS)
CUMULATIVE_WEIGHTS = tuple(accumulate(WEIGHTS.values()))
NICKNAMES = {
    "James": "Jim", "Robert": "Bob", "John": "Jack", "Michael": "Mike", "William": "Bill",
    "Elizabeth": "Liz", "David": "Dave", "Richard": "Rick", "Susan": "Sue", "Joseph": "Joe",
    "Thomas": "Tom", "Charles": "Chuck", "Christopher": "Chris", "Daniel": "Dan", "Matthew": "Matt",
    "Anthony": "Tony", "Margaret": "Peggy", "Steven": "Steve", "Andrew": "Andy", "Kenneth": "Ken",
    "Joshua": "Josh", "Edward": "Ted", "Timothy": "Tim", "Rebecca": "Becky", "Jeffrey": "Jeff",
    "Nicholas": "Nick", "Samuel": "Sam", "Katherine": "Kate", "Benjamin": "Ben",
    "Alexander": "Alex",
    "Patricia": "Pat", "Jennifer": "Jen", "Victoria": "Vicky", "Gregory": "Greg", "Jessica": "Jess",
    "Maximilian": "Max", "Katharina": "Kathi", "Giuseppe": "Beppe", "Małgorzata": "Gosia",
    "Oleksandr": "Sasha", "Kimberly": "Kim", "Stephanie": "Steph", "Deborah": "Debbie",
}  # fmt: skip
MAIL_PROVIDERS = (
    "gmail.com", "outlook.com", "yahoo.com", "icloud.com", "gmx.de", "web.de", "orange.fr",
    "hotmail.co.uk", "libero.it", "proton.me",
)  # fmt: skip
ROLE_ADDRESSES = ("info", "office", "sales", "accounts", "orders", "hello", "contact", "support")
COMPANY_WORDS = words(
    "Harbour Copper Juniper Lantern Meadow Saffron Granite Willow Compass Ember Orchard Thistle "
    "Beacon Cobalt Heron Larch Marigold Northgate Quarry Rowan Summit Tidewater Umber Vale Wren "
    "Yarrow Zephyr Alder Birch Cinder Drift Elder Fennel Garnet Hazel Indigo Jasper Kestrel"
)
COMPANY_TRADES = (
    ("Coffee", "Food & Beverages"), ("Tea Rooms", "Restaurants"), ("Hotels", "Hospitality"),
    ("Bakery", "Food Production"), ("Interiors", "Design"), ("Kitchens", "Retail"),
    ("Catering", "Food & Beverages"), ("Bistro", "Restaurants"), ("Trading", "Wholesale"),
    ("Ceramics", "Manufacturing"), ("Logistics", "Transportation"), ("Partners", "Consulting"),
    ("& Sons", "Retail"), ("Roasters", "Food Production"), ("Events", "Events Services"),
)  # fmt: skip
JOB_TITLES = (
    "Owner", "Buyer", "Purchasing Manager", "Office Manager", "Head Barista", "Procurement Lead",
    "General Manager", "Accounts Payable", "Chef", "Operations Director", "Managing Director",
)  # fmt: skip
