"""Days, parts of the day, units and numbers in Latin letters: French, English, typed Darija.

Each line is a pattern that has to match the whole folded word, and its readings. The first
matching line wins, so that narrow patterns stand before wide ones.
"""

from __future__ import annotations

from nlu.time.readings import Readings, Tag
from nlu.time.values import Part

# The article and the one-letter prepositions that Darija writers glue to a noun.
_P = r"(?:f|fe|fi|b|be|bi|d|de|n|l|le|w)?"
_L = r"(?:l+|el+|al+|le|la|li)?"
_RANKS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
)

WORDS: tuple[tuple[str, Readings], ...] = (
    # Days from today
    (r"(?:d|l)?auj(?:ou?r?d)?h?ui|auj|ajd|ajdh|aujd|ojd|todays?|2day|tda?y", {Tag.DAY: 0}),
    (r"(?:f|d|n|dyal)?(?:l+|el+|al+|le|la|li)[iy]+(?:ou|o|u|aw)m(?:a|ah|e)?", {Tag.DAY: 0}),
    (r"d(?:e|i)?main?|dm(?:ain|n|1|in)|dem(?:1|in|ins)|2(?:m1|main|min)", {Tag.DAY: 1}),
    (
        r"tom+or+ow|tomorow+s?|tom+or+ows|tmrw|tmr|tmmrw|tmw|tomo|2m(?:r?w|ro|or+ow?)|tmoro",
        {Tag.DAY: 1},
    ),
    (r"ghada|rada", {Tag.DAY: 1, Tag.GOES: True}),
    (r"(?:f|d|n|l|dyal)?(?:gh|8|4)e?d{1,2}w?[aeo]{1,2}h?", {Tag.DAY: 1}),
    (
        r"(?:gh|8)add[ae]h?|(?:gh|8)oud{1,2}w[ae]|(?:gh|8)[aeo]d{1,2}o?u?w[ae]h?|l?(?:gh|8)[ea]d{1,2}|lghd",
        {Tag.DAY: 1},
    ),
    (r"rh?(?:d{1,2}|edd)a|rheda", {Tag.DAY: 1}),
    (r"hier|yesterday|ystrday|yesterdays", {Tag.DAY: -1}),
    (r"(?:l|el|le|al|lb)?b[ae]?r[ae]?(?:7|h)|yam+es+|ams", {Tag.DAY: -1}),
    (r"apr?e?s?(?:demain|dmain|dmn|2m1|dem1)", {Tag.DAY: 2}),
    (r"b[ae]?(?:3|e|a)?[ae]?dgh[eao]?d+a", {Tag.DAY: 2}),
    (r"avanthier", {Tag.DAY: -2}),
    (r"maintenant|maintnant|mtn|mnt|now|daba|dabba|drouk|dork|dorka", {Tag.NOW: True}),
    # Parts of the day
    (
        r"matin|mat|mat1|mtin|matines?|matinee|matines|mornings?|mrng|mornin|morn",
        {Tag.PART: Part.MORNING},
    ),
    (_P + r"(?:l?[ea]?s+|es+|as+)[aeo]?b[ae]{0,2}(?:7|h)(?:an)?", {Tag.PART: Part.MORNING}),
    (
        r"(?:l|d|cet)?(?:ap(?:re?m|rm|m)|apresmidi|aprmidi|apresm|apremidi)",
        {Tag.PART: Part.AFTERNOON},
    ),
    (r"afternoons?|aftern?on|aftrnoon|arvo|aftn?", {Tag.PART: Part.AFTERNOON}),
    (
        _P + r"(?:l|el|la|al|le)?(?:3|a3|aa|a|e)[ea]?(?:ch|sh)w?[iey]{1,3}[ae]h?",
        {Tag.PART: Part.AFTERNOON},
    ),
    (r"soir|soire|soiree|swar|evenings?|evning|night|nite|nuit", {Tag.PART: Part.EVENING}),
    (r"tonight|tonite|2nite|2night|llila|lelila", {Tag.TONIGHT: True}),
    (r"l[iy]+la", {Tag.LILA: True}),
    (
        r"(?:f|b|be|bi|fe|fi|d|dyal)?(?:l|el|le|al)*l(?:ay|ey|ei|i+|y)l(?:an)?",
        {Tag.PART: Part.EVENING},
    ),
    (
        r"(?:f|fel|fl|l|el|al)?msa|(?:l|al)?masa(?:2|a|an|2an)|mas?sa2an|msa2an",
        {Tag.PART: Part.EVENING},
    ),
    (
        r"(?:f|fe|b|d|l|ed|led|fed)?d{1,2}?(?:oh[oe]?r|hor|hohr|hour|uhr|huhr|ouhr|ohre|"
        r"hr|ohran)",
        {Tag.PART: Part.NOON, Tag.DOHR: True},
    ),
    (r"lunch", {Tag.PART: Part.NOON, Tag.DOHR: True}),
    (r"lunchtime", {Tag.PART: Part.NOON}),
    (r"dejeuner|dejeune", {Tag.DOHR: True}),
    (r"l?midi|noon(?:ish)?|midday", {Tag.NOON: True}),
    (r"minuit|midnight", {Tag.MIDNIGHT: True}),
    # Weekdays
    (
        r"(?:lun|mar|mercre|jeu|vendre|same)dis|dimanches|(?:mon|tues|wednes|thurs|fri|satur|sun)days",
        {Tag.EVERY: True},
    ),
    (r"lun?di|lundy|monday|lindi", {Tag.WEEKDAY: 0}),
    (r"mardi|mrdi|tuesday|tue|tues|teusday", {Tag.WEEKDAY: 1}),
    (
        r"mercr?e?di|mercerdi|mercrdi|merc|wednesday|wedn?esday|weds|wensday",
        {Tag.WEEKDAY: 2},
    ),
    (r"jeudi|jedi|jeudy|thursday|thurs?|thu|thrusday|thursdy", {Tag.WEEKDAY: 3}),
    (r"vendr?e?di|vendrdi|vendr?|friday|fri|firday|freday", {Tag.WEEKDAY: 4}),
    (r"same?di|samdi|saturday|satur?day", {Tag.WEEKDAY: 5}),
    (r"dimanche|dimnche|dimanch|dimenche|sunday", {Tag.WEEKDAY: 6}),
    (
        _P + r"(?:l+|el+|al+|le|la|li|t|let|lit|lat)?(?:i|e|2i)?t+h?e?n(?:i+|ay|e[iy])ne?",
        {Tag.WEEKDAY: 0},
    ),
    (_P + _L + r"t+h?e?l+ata", {Tag.NUMBER: 3, Tag.WEEKDAY_AFTER_NHAR: 1}),
    (_P + r"(?:l|el|al|let|lt|a)?t+h?(?:e|ou|o|u)?l+[ae]th?(?:a2|ae|aa2?|a2a)?", {Tag.WEEKDAY: 1}),
    (r"t[ae]lata|tleta|tlatha", {Tag.NUMBER: 3, Tag.WEEKDAY_AFTER_NHAR: 1}),
    (r"(?:f|d|b|n)?l?(?:r[eo]?b3a|r[eo]b3[ae])", {Tag.NUMBER: 4, Tag.WEEKDAY_AFTER_NHAR: 2}),
    (r"(?:f|d)?(?:l|al|el)a?rb[ae]?3a", {Tag.WEEKDAY: 2, Tag.NUMBER: 4}),
    (r"[ae]rba3|[ae]rb[ae]3a", {Tag.NUMBER: 4, Tag.WEEKDAY_AFTER_NHAR: 2}),
    (
        r"(?:f|d|b|n|fe)?(?:l|el|al|ll)(?:a|e|3a)?r+[ei]?b[ei]?3[ai]?a?2?|[ae]rb3|"
        r"l[ae]rba(?:a|3a|3|e|ea|ae)|arbi3a2?|larbi(?:3|aa)",
        {Tag.WEEKDAY: 2},
    ),
    (_P + _L + r"(?:kh|5|x)[ea]?mi+s+", {Tag.WEEKDAY: 3}),
    (
        _P + _L + r"d?j+(?:e|o|u|ou|i)?m(?:e|o|u|ou)?3[ae]?h?|l?d?j(?:ou|o|u)maa|l?jomoua|"
        r"[lj]?joumou?(?:3|a)?a",
        {Tag.WEEKDAY: 4},
    ),
    (_P + r"(?:l|el|al|a|e)?s+[ae]?bt(?:e)?", {Tag.WEEKDAY: 5}),
    (
        r"(?:f|d|b|n|fe)?(?:l+|el|al|le|li)(?:7|h)[ae]?d{1,2}|(?:l|al|ala|el|ela|2al|"
        r"l2)?a(?:7|h)ad",
        {Tag.WEEKDAY: 6},
    ),
    (r"7(?:[ae]d{1,2}|d)|hedd?", {Tag.WEEKDAY_AFTER_NHAR: 6}),
    (r"l?d?jemaa", {Tag.WEEKDAY_AFTER_NHAR: 4}),
    (r"lun|mon", {Tag.WEEKDAY_SHORT: 0}),
    (r"mer|wed", {Tag.WEEKDAY_SHORT: 2}),
    (r"jeu", {Tag.WEEKDAY_SHORT: 3}),
    (r"ven", {Tag.WEEKDAY_SHORT: 4}),
    (r"sam|sat", {Tag.WEEKDAY_SHORT: 5}),
    (r"dim|sun", {Tag.WEEKDAY_SHORT: 6}),
    (r"mar", {Tag.WEEKDAY_SHORT: 1, Tag.MONTH_WEAK: 3}),
    # Months
    (r"janvier|janv|ynn?ayer|yan+ayer|y?en+ayer", {Tag.MONTH: 1}),
    (r"january|jan", {Tag.MONTH: 1, Tag.ENGLISH: True}),
    (r"fevrier|fevr?|feb?rayer|febrayir|fbra?yer", {Tag.MONTH: 2}),
    (r"february|feb|febuary", {Tag.MONTH: 2, Tag.ENGLISH: True}),
    (r"mars", {Tag.MONTH_WEAK: 3}),
    (r"march", {Tag.MONTH_WEAK: 3, Tag.ENGLISH: True}),
    (r"d?avril|avr|abril|abrir", {Tag.MONTH: 4}),
    (r"april|apr", {Tag.MONTH: 4, Tag.ENGLISH: True}),
    (r"mai|mayo|may", {Tag.MONTH_WEAK: 5, Tag.ENGLISH: True}),
    (r"juin|y(?:ou|o|u)ny(?:ou?|u)", {Tag.MONTH: 6}),
    (r"june|jun", {Tag.MONTH: 6, Tag.ENGLISH: True}),
    (r"juillet|juil|juill|jui?llet|y(?:ou|o|u)ly(?:ou?|u)z?", {Tag.MONTH: 7}),
    (r"july|jul", {Tag.MONTH: 7, Tag.ENGLISH: True}),
    (r"d?aout|gh(?:o|u|ou)cht", {Tag.MONTH: 8}),
    (r"august", {Tag.MONTH: 8, Tag.ENGLISH: True}),
    (r"aug|ut", {Tag.MONTH_WEAK: 8, Tag.ENGLISH: True}),
    (r"septembre|ch(?:ou|o|u)?tanbir|ch(?:ou|o|u)?tambir", {Tag.MONTH: 9}),
    (r"september|sep|sept", {Tag.MONTH: 9, Tag.NUMBER: 7, Tag.ENGLISH: True}),
    (r"d?octobre|[ou]+ktob(?:a?r|er)", {Tag.MONTH: 10}),
    (r"october|oct", {Tag.MONTH: 10, Tag.ENGLISH: True}),
    (r"novembre|n(?:ou|o|u)?wa[nm]bir|n(?:ou|o)n(?:a|e)[nm]bir", {Tag.MONTH: 11}),
    (r"november|nov", {Tag.MONTH: 11, Tag.ENGLISH: True}),
    (r"decembre|d(?:ou|o|u)?ja[nm]bir", {Tag.MONTH: 12}),
    (r"december|dec", {Tag.MONTH: 12, Tag.ENGLISH: True}),
    # Units
    (
        r"min|mins|minutes?|minut|d9i9a|d9aye?9|d9ay9|dqiqa|dqaye?q|d(?:9|q)aye?(?:9|q)|"
        r"dkaye?k",
        {Tag.UNIT: "minute"},
    ),
    (r"mn", {Tag.UNIT: "minute", Tag.FROM: True}),
    (r"h|hr|hrs|heures?|heur|hres?", {Tag.UNIT: "hour", Tag.HOURS: True}),
    (r"hours?", {Tag.UNIT: "hour"}),
    (r"oclock", {Tag.HOURS: True}),
    (
        r"(?:f|l|m3a)?(?:s+a3a|saa|s+a3at|swaye?3|s+way3|saat)|lsa3a|sa3",
        {Tag.UNIT: "hour", Tag.SAA: True},
    ),
    (r"s+a3t[aei]*[iy]?n", {Tag.DURATION: (2, "hour")}),
    (r"jours?|jrs?|days?|(?:i|a|e)?[iy]+am(?:at)?|ayam|yamat|yom|youm|yum|yawm", {Tag.UNIT: "day"}),
    (r"y(?:ou|o|u|aw|a)m(?:ay|ei|i|ey)ne?|nhar(?:ay|i|ei)n", {Tag.DURATION: (2, "day")}),
    (r"semaines?|semai?n|smaine|sem|smn|weeks?|wks?", {Tag.UNIT: "week"}),
    (
        r"(?:f|d|n)?l?s+i?e?ma+na(?:t)?|(?:f|d|n)?(?:l|al|el)?(?:2)?[ou]+sb(?:ou|o|u)3",
        {Tag.UNIT: "week"},
    ),
    (r"s+imant[aei]*[iy]?n|[ou]+sbou?3ayn", {Tag.DURATION: (2, "week")}),
    (r"mois|months?", {Tag.UNIT: "month"}),
    (
        r"(?:f|d|n)?(?:l|el|le)?(?:c|s)h+[ae]?he?r|(?:f|d)?(?:l|el|le)?(?:ch|sh)(?:a|"
        r"e)?h(?:r|a?ra?)|chhour?|chhor",
        {Tag.UNIT: "month"},
    ),
    (r"(?:ch|sh)[ae]?h+r[aei]*[iy]?n", {Tag.DURATION: (2, "month")}),
    (r"fortnight", {Tag.DURATION: (14, "day"), Tag.WEEKS_ON: 2}),
    (r"quinzaine", {Tag.DURATION: (14, "day")}),
    (r"huitaine", {Tag.DURATION: (7, "day")}),
    (r"(?:f|d|n)?l?w(?:e|i)[ae]?k+[ae]n+d?|wkn?d|ouikend|wknd|weekends", {Tag.WEEKEND: "weekend"}),
    # Numbers
    (r"une?|an|one", {Tag.NUMBER: 1}),
    (r"l?(?:wa7da|wahda|we7da|wehda|ouahda)", {Tag.NUMBER: 1}),
    (r"deux|two|l?(?:j|z)(?:ou|o|u)(?:j|z)", {Tag.NUMBER: 2}),
    (r"trois|three", {Tag.NUMBER: 3}),
    (r"quatre|four", {Tag.NUMBER: 4}),
    (r"cinq|five|l?(?:kh|5|x)[ae]?msa", {Tag.NUMBER: 5}),
    (r"six|l?s[ae]?t+a", {Tag.NUMBER: 6}),
    (r"seven|l?s[ae]?b3a|l?sebaa", {Tag.NUMBER: 7}),
    (r"huit|eight|l?t[ae]?m[ae]?ny?[iey]*a", {Tag.NUMBER: 8}),
    (r"neuf|nine|l?t[ae]?s(?:3|e|a)?(?:ou|o|u)d|l?t[ae]?s3a|l?t[ae]?saa", {Tag.NUMBER: 9}),
    (r"dix|ten|l?(?:3[ae]?|a{1,2}|ae)(?:ch|sh|c)ra", {Tag.NUMBER: 10}),
    (r"onze|eleven|l?(?:7|h)d+a(?:ch|sh)", {Tag.NUMBER: 11}),
    (r"douze|twelve|l?t+na(?:ch|sh)", {Tag.NUMBER: 12}),
    (r"treize|thirteen|tlet+a(?:ch|sh)", {Tag.NUMBER: 13}),
    (r"quatorze|fourteen|rb3ta(?:ch|sh)", {Tag.NUMBER: 14}),
    (r"quinze|fifteen|(?:kh|5)[ae]?m[ae]?sta(?:ch|sh)", {Tag.NUMBER: 15}),
    (r"seize|sixteen", {Tag.NUMBER: 16}),
    (r"vingt|twenty|3(?:ch|sh)rin", {Tag.NUMBER: 20}),
    (r"trente|thirty|tlatin", {Tag.NUMBER: 30}),
    (r"quarante|forty|fourty|[ae]?rb3in", {Tag.NUMBER: 40}),
    (r"cinquante|fifty|(?:kh|5)[ae]?msin", {Tag.NUMBER: 50}),
    # Ordinals; below ten they choose among what is offered, unless a month follows (phrases_latin)
    *((name, {Tag.ORDINAL: number}) for number, name in enumerate(_RANKS, start=10)),
    (r"thirtieth", {Tag.ORDINAL: 30}),
    (r"quart|quarter|r(?:o|e|ou|u)?b(?:e|o|a)?3|rubu3|r(?:ou|o)b(?:ou|o)3?", {Tag.FRACTION: 15}),
    (r"demie?|half|n(?:o|e|u|ou|a)s+|nss|n[oui]?sf", {Tag.FRACTION: 30}),
    (r"t(?:u|o|ou)?l(?:u|o|ou)?t|th?[ou]lth?", {Tag.FRACTION: 20}),
    (r"(?:9|q)[ae]?s+[ae]?m", {Tag.FRACTION: 5}),
    (r"(?:9|q)[ae]?s+[ae]?m(?:ay|i)n", {Tag.FRACTION: 10}),
    (
        r"moins|mns|(?:9|q)[ae]?l+|l+a|ill?a|ghir|gher|ghi",
        {Tag.MINUS: True, Tag.LINK: True, Tag.TO: True},
    ),
    (r"past", {Tag.PAST: True}),
    (r"am", {Tag.MERIDIEM: "am"}),
    (r"pm", {Tag.MERIDIEM: "pm"}),
)
