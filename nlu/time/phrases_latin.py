"""Phrases in Latin letters that are times or parts of them, matched before words.

In the patterns a space stands for blanks or a hyphen, a tilde for an optional one.
"""

from __future__ import annotations

from nlu.time.readings import Readings, Tag
from nlu.time.values import Clock, Part

_UNITS = (
    "(?:une?|one)",
    "(?:deux|two)",
    "(?:trois|three)",
    "(?:quatre|four)",
    "(?:cinq|five)",
    "(?:six)",
    "(?:sept|seven)",
    "(?:huit|eight)",
    "(?:neuf|nine)",
)
RANKS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TENS = (
    ("vingt|twenty", 20),
    ("trente|thirty", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("dix", 10),
)
_BEFORE = "(?:9|q|k|g)[ae]?b[ae]?l|avant|before"
_AFTER = "(?:m[ei]?n )?(?:m?b[ae]?3[ae]?d|mora|mor|mour|wra)|apres|after"
_PRAYER = "(?:(?:la |the )?(?:s+a?lat|s+la|adh?an|priere|prayer) (?:d[eu]? |of )?)?"
_ASR = (
    "(?:[fbdn]?(?:(?:l|el|al) ?)?3[ae]?sr(?:iy+[ae]h?)?|(?:l|el|al) ?3[ae]?s+[ae]?r|(?:l|al ?)?asr)"
)
_MAGHRIB = "(?:(?:l|el|al|le|du) ?)?ma?gh?r[ie]b"
_ISHA = "(?:(?:l|el|al) ?)?(?:3i(?:ch|sh)a2?|icha|isha)"
_MONTH_STARTS = "jan|fev|feb|mar|avr|apr|mai|may|jui|jun|jul|ao|aug|sep|oct|nov|dec"

PHRASES: tuple[tuple[str, Readings], ...] = (
    # Numbers of two words
    *(
        (f"(?:{tens}) (?:et )?{unit}", {Tag.NUMBER: base + number})
        for tens, base in _TENS
        for number, unit in enumerate(_UNITS, start=1)
        if base != 10 or number >= 7
    ),
    (rf"premier(?= (?:{_MONTH_STARTS}))", {Tag.ORDINAL: 1}),
    (
        r"wa(?:7|h)[ae]?d(?= f ?l?(?:ch|sh)h?[ae]?h?r)|"
        rf"(?:fati(?:7|h)|wa(?:7|h)[ae]?d)(?= (?:{_MONTH_STARTS}|yan|fb|you|gho|chta|okt|now|dou))",
        {Tag.ORDINAL: 1},
    ),
    # "f wahed 20 f chhar": about the 20th
    (r"wa(?:7|h)[ae]?d(?= (?:l )?\d)", {Tag.LINK: True}),
    *(
        # Not "first may I ask"
        (
            rf"{name}(?= (?:of )?(?:{_MONTH_STARTS})(?! (?:i|we|he|she)(?![a-z])))",
            {Tag.ORDINAL: number},
        )
        for number, name in enumerate(RANKS, start=1)
    ),
    *(
        (f"{tens} {name}", {Tag.ORDINAL: base + number})
        for tens, base in (("twenty", 20), ("thirty", 30))
        for number, name in enumerate(RANKS, start=1)
    ),
    # Now, days and durations
    (r"aujourd hui", {Tag.DAY: 0}),
    (r"(?:l|d)?ap(?:re?s?|r)?~m(?:idi|id|di)?", {Tag.PART: Part.AFTERNOON}),
    (
        r"(?:jusqua|until|up to|by|(?:7|h)ta+l?|l?(?:7|h)ad|till) (?:l )?(?:maintenant|"
        r"mtn|daba|now|dork)|tout a (?:l)?~heure|"
        r"tout de suite|t+a (?:7|h)ed+|(?:7|h)t+a (?:7|h)[ae]d+|chi (?:7|h)[ae]d+",
        {Tag.SKIP: True},
    ),
    (r"(?:the )?day after(?= (?:tom|tmr|tmw|2m))", {Tag.AFTER: True}),
    (r"(?:the )?day before(?= yes)", {Tag.BEFORE: True}),
    (r"(?:w[ea]?l+|awe?l|[ou]+l+)~(?:l|el)?b[ae]?r[ae]?(?:7|h)", {Tag.DAY: -2}),
    (
        r"(?:a )?couple(?: of)?(?= (?:day|week|hour))",
        {Tag.NUMBER: 2},
    ),
    (
        r"(?:un )?quart d ?heure|(?:un )?quart dheure|1/4~d?~?h(?:eure)?|"
        r"quarter of an hour|r[oe]?b3 s+a3a",
        {Tag.DURATION: (15, "minute")},
    ),
    (
        r"(?:une |1 )?demi~?e?~heure|1/2~h(?:eure)?|half an hour|half hour|n(?:o|e|u|"
        r"ou)?s+ s+a3a",
        {Tag.DURATION: (30, "minute")},
    ),
    (r"(?:trois|3) quarts d~?heure|3/4 d~?heure", {Tag.DURATION: (45, "minute")}),
    (
        r"(?:une |1~)(?:h|heure) et demie?",
        {Tag.DURATION: (90, "minute"), Tag.CLOCK: Clock(1, 30)},
    ),
    (
        r"(?:an|one) hour and a half|s+a3a (?:w|o|u|ou) ?n(?:o|e|u|ou)s+",
        {Tag.DURATION: (90, "minute")},
    ),
    (r"if not|or else|ila ma kan(?:t|ou)?(?:ch|sh)", {Tag.OR: True}),
    (r"(?:une )?dizaine", {Tag.NUMBER: 10}),
    (r"(?:une )?quinzaine(?: de jours)?", {Tag.DURATION: (14, "day")}),
    # "15j", "2 j": elsewhere "j" is the pronoun.
    (r"(?<=\d)j|(?<=\d\s)j(?! [aehiouy])", {Tag.UNIT: "day"}),
    (r"(?:f|d|n)?(?:l|el|le)?(?:c|s)h h[ae]?r", {Tag.UNIT: "month"}),
    # Which one
    (r"qui (?:vient|viens|suit|arrive)|a venir", {Tag.NEXT: True}),
    (r"en (?:huit|8)(?! h)", {Tag.WEEKS_ON: 1}),
    (r"en (?:quinze|15)(?! h)", {Tag.WEEKS_ON: 2}),
    (r"week after next", {Tag.WEEKS_ON: 2, Tag.UNIT: "week2"}),
    (r"month after next", {Tag.UNIT: "month2"}),
    (r"after next", {Tag.AFTER_NEXT: True}),
    (r"week~?end", {Tag.WEEKEND: "weekend"}),
    (
        r"fin de (?:la |cette )?semaine|"
        r"(?:l|el)?a?kh[ie]?r (?:(?:d|dial|dyal) )?(?:l|had )?s+i?mana|akh[ie]?r (?:l|al)?"
        r"~?[ou]sbou?3|nihaya?t (?:l|al|el)?~?[ou]+sbou?3",
        {Tag.WEEKEND: "end of week"},
    ),
    (r"(?:le|ce|had|l) we(?= |$|[,.?!])", {Tag.WEEKEND: "weekend"}),
    (r"we(?= (?:prochain|pro|li jay|jay))", {Tag.WEEKEND: "weekend"}),
    # Prayers; "lmaghrib" is also the country
    (
        rf"(?:(?:{_BEFORE}|{_AFTER}|m3a) )?{_PRAYER}{_ASR}|(?:{_BEFORE}) {_PRAYER}{_MAGHRIB}",
        {Tag.PART: Part.AFTERNOON},
    ),
    (rf"(?:{_AFTER}|m3a) {_PRAYER}(?:{_MAGHRIB}|{_ISHA})", {Tag.PART: Part.EVENING}),
    # Around a moment
    (
        r"a~part[ei]*re?(?: de| du| des| d| 2)?|apd|starting(?: from| on| at)?|as of|"
        r"ibtida2an? m[ie]n|"
        r"(?:no|not) (?:earlier|sooner) than|pas plus tot que?",
        {Tag.STARTING: True},
    ),
    (
        r"d~?ici(?: a| au| la| le)?|au plus tard|at the latest|no later than|pas plus tard que?",
        {Tag.UNTIL: True},
    ),
    (
        r"(?:and |or |ou |et )?(?:later|plus tard)|(?:et|ou) (?:plus|apres)(?=[\s]*(?:$|[.,!?]))|"
        r"(?:w|o|ou|l) l?f[ou]+(?:9|q)|l?fo(?:u)?(?:9|q)|and onwards|"
        r"(?:and|or) after(?=[\s]*(?:$|[.,!?]))",
        {Tag.ONWARDS: True},
    ),
    (r"(?:9|q|k|g)[ae]?b[ae]?l ma [yt]\w+", {Tag.BEFORE: True}),
    (r"m(?:e)?n (?:b[ae]?3[ae]?d|mora|mor|mour|wra)", {Tag.AFTER: True}),
    (r"m(?:e|i)?n (?:daba|dork|hna|lyo?u?m)", {Tag.FROM_NOW: True}),
    (r"from (?:now|today)", {Tag.FROM_NOW: True}),
    (r"il~?~y~?~a|y a|ya", {Tag.AGO: True}),
    (r"ci", {Tag.LINK: True}),
    (r"half past", {Tag.FRACTION: 30, Tag.PAST: True}),
    (
        r"w[ae]?(?:9|q)t l?ghda|pause dejeuner|heure du dejeuner|lunch (?:time|break)",
        {Tag.PART: Part.NOON},
    ),
    (r"n(?:o|e|u|ou)s+ (?:l|f)?~?lil", {Tag.MIDNIGHT: True}),
    (r"n(?:o|e|u|ou)s+ n?nhar", {Tag.NOON: True}),
    (r"(?:drop|stop|come|came|pass|swing|swung|go|went)(?:ping|ing|ped|ed)? by", {Tag.SOFT: True}),
    (r"any ?(?:time|day|thing) but(?! in )", {Tag.NOT: True}),
    # Refusal and choice; a date of birth is no time for a visit
    (
        r"ma bghi(?:t|na)?(?:ch|sh)|dont want|ma~t(?:3ti|dir|7e?t|sejl)\w*(?:ch|sh)|"
        r"dont (?:give|put|book)(?: me| us)?(?: in| down)?(?: for| on)?|"
        r"nee?(?= (?:le|en) )|date de naissance|ddn|"
        r"dob|born(?: on| in)?|birth ?date|date of birth|(?:m)?zya[dt]a?|tzad(?:et|t|"
        r"at)?|mezyou?da?",
        {Tag.NOT: True},
    ),
    (r"pour~?quoi pas|pk pas|pq pas|prq pas|why not|n~?est~ce~pas", {Tag.SKIP: True}),
    (r"je (?:travaille|bosse) (?:pas|plus)", {Tag.SOFT: True}),
    (
        r"je (?:travaille|bosse|suis (?:au (?:travail|boulot|bureau)|en cours))|"
        r"im (?:working|at work)|i work|(?:ana|rani) kh?[ae]?d+am[ae]?",
        {Tag.CANNOT: True},
    ),
    (r"(?:ca|cela|il) (?:prend|dure)|ca a dure", {Tag.LASTING: True}),
    (
        r"m(?:e|i)?n (?:ghir|gher|ghayr)|(?:au|o) lieu(?: de| du| d)?|a la place(?: de|"
        r" du| d)?|instead of|in place of|rather than|(?:f )?b[ae]?las+t|f (?:3iwad|lblasa)|"
        r"f?3iwad|3iwed",
        {Tag.REJECTS: True},
    ),
    (
        r"plus?tot que|mieux que|better than|a?(?:7|h)s+[ae]n m[ie]?n|rather than",
        {Tag.REJECTS: True},
    ),
    (r"plus tot|plutot", {Tag.SOFT: True, Tag.RATHER: True}),
    (
        r"(?:pas|plus) (?:possible|libre|dispo|disponible|bon)|(?:peu[xt]|pourrai|"
        r"pourrais|pouvons|vais|va|serai|suis|pourra|convient|"
        r"marche|arrange|viens|viendrai|vient|dispo|pe) (?:pas|"
        r"plus)(?: (?:pouvoir )?(?:venir|etre la|la|libre|dispo|disponible))?|"
        r"can ?not|not (?:free|available|possible|good|able)|(?:doesnt|dont|wont|isnt|"
        r"not) (?:work|suit|going to work)|"
        r"(?:ne )?m(?:e |)?(?:convient|arrange) pas|ma k[ae]?y[ae]?nas[ae]?bni?(?:ch|sh)|"
        r"ma~(?:ka|ta|gha|ghadi)?n(?:koun|ji|sali)(?:ch|sh)|ma~ghadi(?:ch|sh)(?: n(?:koun|ji))?|"
        r"ma n(?:9|q|k)e?d[eai]?r(?:ch|sh)|ma (?:n|t|y)?(?:9|q)[ae]d+(?:ra|er|r)?(?:ch|"
        r"sh)|ma ka?yn+a?(?:ch|sh)|ma fiya(?:ch|sh)|"
        r"machi m[oui]+mkin|ma (?:ghadi|ghad)(?:i)?(?:ch|sh) n(?:9|q)e?de?r|ma(?:ghadi|"
        r"rhadi)ch n(?:9|q)e?de?r",
        {Tag.CANNOT: True},
    ),
    (
        r"s il (?:vous|te) plai?t|sil (?:vous|te) plai?t|si possible|de preference|"
        r"(?:ila|ida|kan) m[ou]+mkin|in(?:cha|sha)~?2?a?~?lla?h|ncha~?2?a?~?lla?h|"
        r"en sha allah|a peu pres|bidabt|vers les|bdebt|3la (?:l)?wa9t",
        {Tag.SOFT: True},
    ),
    (r"toute? la", {Tag.LINK: True}),
    (r"(?:tou(?:s|tes)|ts) les", {Tag.EVERY: True}),
    (r"(?:en|de) retard|d~?attente|par jour|de route|a jeun|a peine", {Tag.LASTING: True}),
    (r"retard d(?:e|u)|jattend[s]? (?:depuis)?", {Tag.LASTING: True}),
)
