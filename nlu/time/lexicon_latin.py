"""Words in Latin letters: French, English and Darija as typed on a phone.

Each line is a pattern that has to match the whole folded word, and its readings. The first
matching line wins, so that narrow patterns stand before wide ones.
"""

from __future__ import annotations

from nlu.time.readings import Readings, Tag
from nlu.time.values import Clock, Part

# The article and the one-letter prepositions that Darija writers glue to a noun.
_P = r"(?:f|fe|fi|b|be|bi|d|de|n|l|le|w)?"
_L = r"(?:l+|el+|al+|le|la|li)?"

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
_MONTH_STARTS = "jan|fev|feb|mar|avr|apr|mai|may|jui|jun|jul|ao|aug|sep|oct|nov|dec"

WORDS: tuple[tuple[str, Readings], ...] = (
    # Days from today
    (r"(?:d|l)?auj(?:ou?r?d)?h?ui|auj|ajd|ajdh|aujd|ojd|today|todays|2day|tdy", {Tag.DAY: 0}),
    (r"(?:f|d|n|dyal)?(?:l+|el+|al+|le|la|li)[iy]+(?:ou|o|u|aw)m(?:a|ah|e)?", {Tag.DAY: 0}),
    (r"d(?:e|i)?main?|dm(?:ain|n|1|in)|dem(?:1|in|ins)|2(?:m1|main|min)", {Tag.DAY: 1}),
    (r"tom+or+ow|tomorow+s?|tom+or+ows|tmrw|tmr|tmmrw|tmw|tomo|2mr?w|2morrow|tmoro", {Tag.DAY: 1}),
    (r"ghada|rada", {Tag.DAY: 1, Tag.GOES: True}),
    (r"(?:f|d|n|l|dyal)?(?:gh|8|4)[eou]?d{1,2}w?[aeo]{1,2}h?", {Tag.DAY: 1}),
    (r"(?:gh|8)add[ae]h?|(?:gh|8)[aeo]d{1,2}o?u?w[ae]h?|l?(?:gh|8)[ea]d{1,2}", {Tag.DAY: 1}),
    (r"r(?:d{1,2}|edd)a", {Tag.DAY: 1}),
    (r"hier|yesterday|ystrday|yesterdays", {Tag.DAY: -1}),
    (r"(?:l|el|le|al|lb)?b[ae]?r[ae]?(?:7|h)|yam+es+|ams", {Tag.DAY: -1}),
    (r"apr?e?s?(?:demain|dmain|dmn|2m1|dem1)", {Tag.DAY: 2}),
    (r"b[ae]?(?:3|e|a)?[ae]?dgh[eao]?d+a", {Tag.DAY: 2}),
    (r"avanthier", {Tag.DAY: -2}),
    (r"maintenant|maintnant|mtn|mnt|now|daba|dabba|drouk|dork|dorka", {Tag.NOW: True}),
    # Parts of the day
    (r"matin|mat|mat1|mtin|matines?|matinee|matines|mornings?|mrng|mornin", {Tag.PART: Part.MORNING}),
    (_P + r"(?:l?[ea]?s+|es+|as+)[aeo]?b[ae]{0,2}(?:7|h)(?:an)?", {Tag.PART: Part.MORNING}),
    (r"(?:l|d|cet)?(?:ap(?:re?m|rm|m)|apresmidi|aprmidi|apresm|apremidi)", {Tag.PART: Part.AFTERNOON}),
    (r"afternoons?|aftern?on|aftrnoon", {Tag.PART: Part.AFTERNOON}),
    (
        _P + r"(?:l|el|la|al|le)?(?:3|a3|aa|a|e)[ea]?(?:ch|sh)[iey]{1,3}[ae]h?",
        {Tag.PART: Part.AFTERNOON},
    ),
    (r"soir|soire|soiree|swar|evenings?|evning|night|nuit", {Tag.PART: Part.EVENING}),
    (r"tonight|tonite|2nite|2night|llila|lelila", {Tag.TONIGHT: True}),
    (r"l[iy]+la", {Tag.LILA: True}),
    (r"(?:f|b|be|bi|fe|fi|d|dyal)?(?:l|el|le|al)*l(?:ay|ey|ei|i+|y)l(?:an)?", {Tag.PART: Part.EVENING}),
    (r"(?:f|fel|fl|l|el|al)?msa|(?:l|al)?masa(?:2|a|an|2an)|massa2an", {Tag.PART: Part.EVENING}),
    (
        r"(?:f|fe|b|d|l|ed|led|fed)?d{1,2}?(?:oh[oe]?r|hor|hohr|hour|uhr|huhr|ouhr|ohre|hr|ohran)",
        {Tag.PART: Part.NOON, Tag.DOHR: True},
    ),
    (r"lunch", {Tag.PART: Part.NOON, Tag.DOHR: True}),
    (r"lunchtime", {Tag.PART: Part.NOON}),
    (r"dejeuner|dejeune", {Tag.DOHR: True}),
    (r"l?midi|noon|midday", {Tag.NOON: True}),
    (r"minuit|midnight", {Tag.MIDNIGHT: True}),
    # Weekdays
    (r"lun?di|lundy|monday|mondays?|lindi", {Tag.WEEKDAY: 0}),
    (r"mardi|mrdi|tuesday|tue|tues|teusday", {Tag.WEEKDAY: 1}),
    (r"mercr?e?di|mercerdi|mercrdi|merc|wednesday|wedn?esday|weds|wensday", {Tag.WEEKDAY: 2}),
    (r"jeudi|jedi|jeudy|thursday|thurs?|thu|thrusday|thursdy", {Tag.WEEKDAY: 3}),
    (r"vendr?e?di|vendrdi|vendr|friday|fri|firday|freday", {Tag.WEEKDAY: 4}),
    (r"same?di|samdi|saturday|satur?day", {Tag.WEEKDAY: 5}),
    (r"dimanche|dimnche|dimanch|dimenche|sunday", {Tag.WEEKDAY: 6}),
    (
        _P + r"(?:l+|el+|al+|le|la|li|t|let|lit|lat)?(?:i|e|2i)?t+h?e?n(?:i+|ay|ei)ne?",
        {Tag.WEEKDAY: 0},
    ),
    (_P + _L + r"t+h?e?l+ata", {Tag.NUMBER: 3, Tag.WEEKDAY_AFTER_NHAR: 1}),
    (_P + r"(?:l|el|al|let|lt|a)?t+h?(?:e|ou|o|u)?l+[ae]th?(?:a2|ae|aa2?|a2a)?", {Tag.WEEKDAY: 1}),
    (r"t[ae]lata|tleta|tlatha", {Tag.NUMBER: 3, Tag.WEEKDAY_AFTER_NHAR: 1}),
    (r"(?:f|d|b|n)?l?(?:r[eo]?b3a|r[eo]b3[ae])", {Tag.NUMBER: 4, Tag.WEEKDAY_AFTER_NHAR: 2}),
    (r"(?:f|d)?(?:l|al|el)a?rb[ae]?3a", {Tag.WEEKDAY: 2, Tag.NUMBER: 4}),
    (r"[ae]rb[ae]3a", {Tag.NUMBER: 4, Tag.WEEKDAY_AFTER_NHAR: 2}),
    (
        r"(?:f|d|b|n|fe)?(?:l|el|al|ll)(?:a|e|3a)?r+[ei]?b[ei]?3[ai]?a?2?|[ae]rb3|larba(?:a|3a|3)|arbi3a2?",
        {Tag.WEEKDAY: 2},
    ),
    (_P + _L + r"(?:kh|5|x)[ea]?mi+s+", {Tag.WEEKDAY: 3}),
    (_P + _L + r"d?j(?:e|o|u|ou|i)?m(?:e|o|u|ou)?3[ae]?h?|l?d?j[eou]{1,2}maa|l?jomoua|l?joumou?3?a", {Tag.WEEKDAY: 4}),
    (_P + r"(?:l|el|al|a|e)?s+[ae]?bt(?:e)?", {Tag.WEEKDAY: 5}),
    (r"(?:f|d|b|n|fe)?(?:l+|el|al|le|li)(?:7|h)[ae]?d{1,2}|(?:l|al|ala|el|ela|2al|l2)?a(?:7|h)ad", {Tag.WEEKDAY: 6}),
    (r"7(?:[ae]d{1,2}|d)|hedd?", {Tag.WEEKDAY_AFTER_NHAR: 6}),
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
    (r"avril|avr|abril|abrir", {Tag.MONTH: 4}),
    (r"april|apr", {Tag.MONTH: 4, Tag.ENGLISH: True}),
    (r"mai|mayo|may", {Tag.MONTH_WEAK: 5, Tag.ENGLISH: True}),
    (r"juin|y(?:ou|o|u)ny(?:ou?|u)", {Tag.MONTH: 6}),
    (r"june|jun", {Tag.MONTH: 6, Tag.ENGLISH: True}),
    (r"juillet|juil|juill|jui?llet|y(?:ou|o|u)ly(?:ou?|u)z?", {Tag.MONTH: 7}),
    (r"july|jul", {Tag.MONTH: 7, Tag.ENGLISH: True}),
    (r"aout|gh(?:o|u|ou)cht", {Tag.MONTH: 8}),
    (r"august", {Tag.MONTH: 8, Tag.ENGLISH: True}),
    (r"aug|ut", {Tag.MONTH_WEAK: 8, Tag.ENGLISH: True}),
    (r"septembre|ch(?:ou|o|u)?tanbir|ch(?:ou|o|u)?tambir", {Tag.MONTH: 9}),
    (r"september|sep|sept", {Tag.MONTH: 9, Tag.NUMBER: 7, Tag.ENGLISH: True}),
    (r"octobre|[ou]+ktob(?:a?r|er)", {Tag.MONTH: 10}),
    (r"october|oct", {Tag.MONTH: 10, Tag.ENGLISH: True}),
    (r"novembre|n(?:ou|o|u)?wa[nm]bir|n(?:ou|o)n(?:a|e)[nm]bir", {Tag.MONTH: 11}),
    (r"november|nov", {Tag.MONTH: 11, Tag.ENGLISH: True}),
    (r"decembre|d(?:ou|o|u)?ja[nm]bir", {Tag.MONTH: 12}),
    (r"december|dec", {Tag.MONTH: 12, Tag.ENGLISH: True}),
    # Which one
    (r"ce|cet|cette|cte|ct|ctt|this|hadi", {Tag.THIS: True}),
    (r"(?:f|d|l|n)?had|hada", {Tag.THIS: True}),
    (
        r"prochaine?s?|proch|prochin|prochene|prochn|prochai|pro|next|nxt|nex|coming|upcoming|following|suivante?",
        {Tag.NEXT: True},
    ),
    (r"(?:l+|el+|al|le|li|lli)?j[ae][iy]+[aei]?h?|jey+a?|ljey+a?", {Tag.NEXT: True}),
    (r"(?:l|el|le)?ma[jg][iy]+[ae]?h?", {Tag.NEXT: True}),
    (r"(?:l|al|el)?m[ou]+(?:9|q|k)b[ie]la?h?|(?:l|al|el)?(?:9|q|k)a+dim[ae]?h?", {Tag.NEXT: True}),
    (r"derniere?|passee?|last|precedente?|(?:l|el)?fat(?:et|t)?|(?:l|el)?fay+[ei]?ta?", {Tag.LAST: True}),
    (r"(?:l|al|el)madiy?a?", {Tag.LAST: True}),
    (r"l+i|ely|elli|illi|lly", {Tag.RELATIVE: True}),
    # Units
    (r"min|mins|minutes?|minut|d9i9a|d9aye?9|d9ay9|dqiqa|dqaye?q|d(?:9|q)aye?(?:9|q)|dkaye?k", {Tag.UNIT: "minute"}),
    (r"mn", {Tag.UNIT: "minute", Tag.FROM: True}),
    (r"h|hr|hrs|heures?|heur|hours?|hour|hres?", {Tag.UNIT: "hour", Tag.HOURS: True}),
    (r"oclock", {Tag.HOURS: True}),
    (r"(?:f|l|m3a)?(?:s+a3a|saa|s+a3at|swaye?3|s+way3|saat)|lsa3a|sa3", {Tag.UNIT: "hour", Tag.SAA: True}),
    (r"s+a3t[aei]*[iy]?n", {Tag.DURATION: (2, "hour")}),
    (r"jours?|jrs?|days?|(?:i|a|e)?[iy]+am(?:at)?|ayam|yamat|yom|youm", {Tag.UNIT: "day"}),
    (r"y(?:ou|o|u|aw|a)m(?:ay|ei|i|ey)ne?|nhar(?:ay|i|ei)n", {Tag.DURATION: (2, "day")}),
    (r"semaines?|semai?n|smaine|sem|smn|weeks?|wk", {Tag.UNIT: "week"}),
    (r"(?:f|d|n)?l?s+i?e?ma+na(?:t)?|(?:f|d|n)?(?:l|al|el)?(?:2)?[ou]+sb(?:ou|o|u)3", {Tag.UNIT: "week"}),
    (r"s+imant[aei]*[iy]?n|[ou]+sbou?3ayn", {Tag.DURATION: (2, "week")}),
    (r"mois|months?", {Tag.UNIT: "month"}),
    (r"(?:f|d|n)?(?:l|el|le)?(?:c|s)h+[ae]?he?r|(?:f|d)?(?:l|el|le)?(?:ch|sh)(?:a|e)?h(?:r|a?ra?)|chhour?|chhor", {Tag.UNIT: "month"}),
    (r"(?:ch|sh)[ae]?h+r[aei]*[iy]?n", {Tag.DURATION: (2, "month")}),
    (r"quinzaine|fortnight", {Tag.DURATION: (14, "day")}),
    (r"huitaine", {Tag.DURATION: (7, "day")}),
    (r"(?:f|d|n)?l?w(?:e|i)[ae]?k+[ae]n+d?|wkn?d|ouikend|wknd|weekends", {Tag.WEEKEND: "weekend"}),
    # Numbers
    (r"une?|an|one", {Tag.NUMBER: 1}),
    (r"l?(?:wa7da|wahda|we7da)", {Tag.NUMBER: 1}),
    (r"deux|two|l?(?:j|z)(?:ou|o|u)(?:j|z)", {Tag.NUMBER: 2}),
    (r"trois|three", {Tag.NUMBER: 3}),
    (r"quatre|four", {Tag.NUMBER: 4}),
    (r"cinq|five|l?(?:kh|5|x)[ae]?msa", {Tag.NUMBER: 5}),
    (r"six|l?s[ae]?t+a", {Tag.NUMBER: 6}),
    (r"seven|l?s[ae]?b3a", {Tag.NUMBER: 7}),
    (r"huit|eight|l?t[ae]?m[ae]?ny?[iey]*a", {Tag.NUMBER: 8}),
    (r"neuf|nine|l?t[ae]?s3(?:ou|o|u)d|l?t[ae]?s3a", {Tag.NUMBER: 9}),
    (r"dix|ten|l?3[ae]?(?:ch|sh)ra", {Tag.NUMBER: 10}),
    (r"onze|eleven|l?(?:7|h)d+a(?:ch|sh)", {Tag.NUMBER: 11}),
    (r"douze|twelve|l?t+na(?:ch|sh)", {Tag.NUMBER: 12}),
    (r"treize|thirteen|tlet+a(?:ch|sh)", {Tag.NUMBER: 13}),
    (r"quatorze|fourteen|rb3ta(?:ch|sh)", {Tag.NUMBER: 14}),
    (r"quinze|fifteen|(?:kh|5)[ae]?m[ae]?sta(?:ch|sh)", {Tag.NUMBER: 15}),
    (r"seize|sixteen", {Tag.NUMBER: 16}),
    (r"vingt|twenty|3(?:ch|sh)rin", {Tag.NUMBER: 20}),
    (r"trente|thirty", {Tag.NUMBER: 30}),
    (r"quarante|forty|fourty", {Tag.NUMBER: 40}),
    (r"cinquante|fifty", {Tag.NUMBER: 50}),
    (r"quart|quarter|r(?:o|e|ou|u)?b(?:e|o)?3|rubu3", {Tag.FRACTION: 15}),
    (r"demie?|half|n(?:o|e|u|ou)s+|n[oui]?sf", {Tag.FRACTION: 30}),
    (r"t(?:u|o|ou)?l(?:u|o|ou)?t|th?[ou]lth?", {Tag.FRACTION: 20}),
    (r"(?:9|q)[ae]?s+[ae]?m", {Tag.FRACTION: 5}),
    (r"(?:9|q)[ae]?s+[ae]?m(?:ay|i)n", {Tag.FRACTION: 10}),
    (r"moins|mns|(?:9|q)[ae]?l+|l+a|ill?a|ghir|gher|ghi", {Tag.MINUS: True, Tag.LINK: True, Tag.TO: True}),
    (r"past", {Tag.PAST: True}),
    (r"am", {Tag.MERIDIEM: "am"}),
    (r"pm", {Tag.MERIDIEM: "pm"}),
    # Around a moment
    (r"apres|aprs|apr|ap|apre", {Tag.AFTER_FRENCH: True}),
    (r"after|(?:m)?b[ae]?3[ae]?d|mor|mora|m(?:ou|u)ra|men?mora|wra|mo?rat|ba3d", {Tag.AFTER: True}),
    (r"bed", {Tag.AFTER: True}),
    (r"des|depuis|since|mnin", {Tag.LASTING: True, Tag.OF: True}),
    (r"pendant|durant|dure|durent|during|lasts?", {Tag.LASTING: True}),
    (r"avant|avt|before|b4|(?:9|q|k|g)[ae]?b[ae]?l", {Tag.BEFORE: True}),
    (r"jusqua|jusquau|jusqu|jusque|until|till?|within|sous|(?:7|h)t+a|(?:7|h)t+al|tal|by", {Tag.UNTIL: True, Tag.TO: True}),
    (r"entre|entr|between|betwen|bin|bine|bayn|bein|mabin", {Tag.BETWEEN: True}),
    (r"from|men|mni|min|starting", {Tag.FROM: True}),
    (r"onwards?", {Tag.ONWARDS: True}),
    (r"et|and|w|o|u|wa|n", {Tag.AND: True}),
    (r"ou", {Tag.OR: True, Tag.AND: True}),
    (r"or|wla|wlla|wella|ola|olla|oula|aw|sinon|soit|wela|ila", {Tag.OR: True}),
    (r"dans|ds|dns|in", {Tag.IN: True, Tag.LINK: True}),
    (r"ago", {Tag.AGO_AFTER: True}),
    (r"at|m3a|vers|ver|around|environ|m3(?:al|el)?|7dad|pile|mea|m3aa", {Tag.AT: True, Tag.LINK: True}),
    (r"a", {Tag.AT_WEAK: True, Tag.TO: True, Tag.LINK: True, Tag.NUMBER: 1}),
    (r"3la|pour|for|pr|about", {Tag.AT_WEAK: True, Tag.LINK: True}),
    (r"le|the", {Tag.LE: True, Tag.LINK: True}),
    (r"au|to", {Tag.LE: True, Tag.LINK: True, Tag.TO: True}),
    (r"du|de|d|dl|del", {Tag.FROM: True, Tag.LE: True, Tag.LINK: True, Tag.OF: True}),
    (r"dial|dyal|diel|dyel|dialt|of", {Tag.LINK: True, Tag.OF: True}),
    (r"(?:f|l|d|n)?nhar|nharat|nha|date|jour", {Tag.NHAR: True, Tag.LE: True, Tag.LINK: True}),
    (r"l|la|les|lel|el|al|ll", {Tag.TO: True, Tag.LINK: True}),
    (r"f|fi|fe|fel|fl|b|be|en|on|aux|sur|chi|si|m|ce|vers|courant|s", {Tag.LINK: True}),
    (r"debut|early|beginning|start", {Tag.EDGE: "start", Tag.LINK: True}),
    (r"mi|mid|milieu|middle", {Tag.EDGE: "mid", Tag.LINK: True}),
    (r"fin|late|end|akhir|akher|lakhir|lakher", {Tag.EDGE: "end", Tag.LINK: True}),
    (
        r"svp|stp|please|pls|plz|plus|possible|inchallah|inchalah|nchallah|nchalah|ncha2allah|incha2allah|inshallah|"
        r"(?:3)?afak|3afakoum|3afakom|merci|exactement|precises?|bekri|bkri|tot|afaikoum|"
        r"ta(?:9|q)riban|ta(?:9|q)riben|normalement|peut|etre|maybe|perhaps|preference|preferably|yemken|ymken|b7al|plutot|aussi",
        {Tag.SOFT: True},
    ),
    (r"chaque|every|each|k(?:o|ou|u)l+a?|tous", {Tag.EVERY: True}),
    (r"pas|machi|mashi|mchi|masi|not|sauf|except|ni|hormis|bla|ma?bghi(?:t|na)?(?:ch|sh)|ma?bghi(?:ch|sh)|mabghytch", {Tag.NOT: True}),
    (
        r"impossible|cant|cannot|couldnt|wont|doesnt|(?:ma|mat|mak)?(?:ka|ta|gha|ghadi)?n(?:9|q|k|g)e?d+[eaiou]?r+(?:ch|sh|x|s)|(?:ma|me)(?:gha|ghadi|rha)(?:ch)?n(?:9|q)de?r(?:ch|sh)?|"
        r"ma(?:9|q|k)e?d[ea]?r(?:t)?(?:ch|sh)|mas?ali(?:ch|sh)|ma3?ndi(?:ch|sh)|indisponible|unavailable|occupee?|busy|"
        r"mam?salich|mam?sali(?:ch|sh)|mam?salya(?:ch|sh)|mamsalya|maymken?ch|may?mkenl?ich|mayn(?:a)?sb?nich|makhassnich",
        {Tag.CANNOT: True},
    ),
    (r"than|than", {Tag.REJECTS: True}),
    (r"rather|mieux|prefere|prefererais|prefer|hsen|7sen", {Tag.RATHER: True, Tag.SOFT: True}),
    (r"que|qu", {Tag.QUE: True}),
    (
        r"deplace[rz]?|decale[rz]?|report[erz]+|change[rz]?|move|reschedule|switch|(?:ka?n|n|t|y|tt)?b[ae]?d+[ae]?l(?:o|ou|u|i|ha|h|hom|iha)?|"
        r"(?:n|t)?(?:2|a)?(?:aj+[ae]?l|akh+[ae]?r)(?:o|ou|u|ha|iha|i)?|(?:n|t)(?:7|h)[aeo]*w+[ae]?l(?:o|ou|ha)?|"
        r"modifier|repousse[rz]?|avance[rz]?|passer|shift",
        {Tag.MOVES: True},
    ),
    (r"mais|but|walakin|walakine|walaken|wlakin|wlakine|lakin|lakine|ghir", {Tag.BUT: True}),
)

# Phrases: matched before words. A space stands for blanks or a hyphen, a tilde for an optional one.
PHRASES: tuple[tuple[str, Readings], ...] = (
    # Greetings and wishes that carry a part of the day
    (
        r"bon~soir|bonne (?:soiree|journee|nuit|matinee|semaine|fin de (?:semaine|journee|soiree))|"
        r"bon (?:ap(?:res)?~midi|aprem|apm|week~end|wk|we|matin|dimanche|samedi|vendredi|lundi)|"
        r"good (?:morning|afternoon|evening|night|day|weekend)|g(?:oo)?d ?morning|"
        r"have an? (?:good|nice|great|lovely) (?:day|evening|weekend|week|night|afternoon|morning)|"
        r"s+[ae]?ba+(?:7|h)~(?:o|u)?~(?:l|el|al|n|nn|en)?~(?:kh[ei]+r|5[ei]r|khayr|nour|nor|noor|xir|lkhir|lkhair|khair)|"
        r"(?:l)?m[ae]?s+a2?~(?:o|u)?~(?:l|el|al|n|nn|en)?~(?:kh[ei]+r|5[ei]r|khayr|nour|nor|noor|khair)|"
        r"tesba7 3la khir|tsb7o? 3la khir|layla sa3ida|nhark(?:oum|om)? (?:mabrouk|zin|sa3id)|"
        r"(?:l)?j[eou]+m[ou]*3a (?:moubaraka|mobaraka|mubaraka|mubarak)|happy (?:friday|monday|weekend)",
        {Tag.SKIP: True},
    ),
    (r"24~h?~(?:/|sur)~24(?:~h)?|7~j?(?:ours)?~(?:/|sur)~7~j?|h24|24~/~7", {Tag.SKIP: True}),
    # Numbers of something else
    (
        r"\d+(?:[.,]\d+)?~(?:d(?:h|hs|rh|rhm|hm)|mad|dirhams?|euros?|eur|ryal|rial|ans?|annees?|years?|yrs?|yo|snin|sn[ae]|3am|"
        r"kg|kilos?|mg|ml|cl|cm|mm|km|gr?|fois|times?|mrat|mrrat|comprimes?|cps?|cachets?|gelules?|tablets?|pills?|"
        r"enfants?|kids?|children|child|drari|wlad|bnat|bebes?|personnes?|people|persons?|nass|etages?|pieces?|photos?|pages?|"
        r"ordonnances?|analyses?|rdv|places?|cas|ml|doses?|gouttes?|points?|etoiles?|stars?|dents?|snan|7babat?|habat?)"
        r"(?![a-z0-9])",
        {Tag.SKIP: True},
    ),
    (
        r"(?:tension|tansyo?n?|dghe?t|daght|bp|blood pressure|glycemie|sokk?ar|sukkar)[^\d\n]{0,20}\d{1,3}~[/.,]~\d{1,3}",
        {Tag.SKIP: True},
    ),
    (r"matin~,?~(?:midi~,?~)?(?:et )?soir|morning and (?:night|evening)", {Tag.SKIP: True}),
    (r"\d+(?:[.,]\d+)?~(?:%|°|c°|€|\$)", {Tag.SKIP: True}),
    (
        r"(?:num(?:ero)?|nums|n°|option|choix|choice|number|room|salle|chambre|bloc|villa|rue|lot|appt?|n[ei]?mra|ra(?:9|q)m|bis|code)"
        r"~(?::|=)?~(?:l)?~\d+(?:[ .-]\d\d)*",
        {Tag.SKIP: True},
    ),
    (r"(?:l?appel\w*|compose[rz]?|call|3ayy?e?t\w*|3eyy?[ea]?t\w*)(?: (?:le|au|l|the))?~(?:15|19|141|177|190)(?!\d|~h)", {Tag.SKIP: True}),
    # Numbers of two words
    *(
        (f"(?:{tens}) (?:et )?{unit}", {Tag.NUMBER: base + number})
        for tens, base in (("vingt|twenty", 20), ("trente|thirty", 30), ("dix", 10))
        for number, unit in enumerate(_UNITS, start=1)
        if base != 10 or number >= 7
    ),
    (rf"premier(?= (?:{_MONTH_STARTS}))|first(?= of (?:{_MONTH_STARTS}))", {Tag.ORDINAL: 1}),
    # Now, days and durations
    (r"aujourd hui", {Tag.DAY: 0}),
    (r"(?:l|d)?ap(?:re?s?|r)?~m(?:idi|id|di)?", {Tag.PART: Part.AFTERNOON}),
    (
        r"(?:jusqua|until|up to|by|(?:7|h)ta+l?|l?(?:7|h)ad|till) (?:l )?(?:maintenant|mtn|daba|now|dork)|tout a (?:l)?~heure|"
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
    (r"(?:un )?quart d ?heure|(?:un )?quart dheure|quarter of an hour|r[oe]?b3 s+a3a", {Tag.DURATION: (15, "minute")}),
    (r"(?:une |1 )?demi~?e?~heure|1/2~heure|half an hour|half hour|n(?:o|e|u|ou)?s+ s+a3a", {Tag.DURATION: (30, "minute")}),
    (r"(?:trois|3) quarts d~?heure|3/4 d~?heure", {Tag.DURATION: (45, "minute")}),
    (
        r"(?:une |1~)(?:h|heure) et demie?",
        {Tag.DURATION: (90, "minute"), Tag.CLOCK: Clock(1, 30)},
    ),
    (
        r"(?:an|one) hour and a half|s+a3a (?:w|o|u|ou) ?n(?:o|e|u|ou)s+",
        {Tag.DURATION: (90, "minute")},
    ),
    (r"(?:une )?quinzaine(?: de jours)?", {Tag.DURATION: (14, "day")}),
    # Which one
    (r"qui (?:vient|viens|suit|arrive)|a venir", {Tag.NEXT: True}),
    (r"en (?:huit|8)(?! h)", {Tag.WEEKS_ON: 1}),
    (r"en (?:quinze|15)(?! h)", {Tag.WEEKS_ON: 2}),
    (r"week after next", {Tag.WEEKS_ON: 2, Tag.UNIT: "week2"}),
    (r"week~?end", {Tag.WEEKEND: "weekend"}),
    (
        r"fin de (?:la |cette )?semaine|akh[ie]?r s+i?mana|akh[ie]?r (?:l|al)?~?[ou]sbou?3|nihaya?t (?:l|al|el)?~?[ou]+sbou?3",
        {Tag.WEEKEND: "end of week"},
    ),
    (r"(?:le|ce|had|l) we(?= |$|[,.?!])", {Tag.WEEKEND: "weekend"}),
    (r"we(?= (?:prochain|pro|li jay|jay))", {Tag.WEEKEND: "weekend"}),
    # Around a moment
    (r"a~part[ei]*re?(?: de| du| des| d| 2)?|apd|starting(?: from| on| at)?|as of|dès|ibtida2an? m[ie]n", {Tag.STARTING: True}),
    (r"d~?ici(?: a| au| la| le)?|au plus tard|no later than", {Tag.UNTIL: True}),
    (r"(?:and |or |ou |et )?(?:later|plus tard)|(?:et|ou) plus|(?:et|ou) apres|w l?fo(?:u)?(?:9|q)|(?:and|or) after|and onwards", {Tag.ONWARDS: True}),
    (r"m(?:e)?n (?:b[ae]?3[ae]?d|mora|mor|mour|wra)", {Tag.AFTER: True}),
    (r"m(?:e|i)?n (?:daba|dork|hna|lyo?u?m)", {Tag.FROM_NOW: True}),
    (r"from (?:now|today)", {Tag.FROM_NOW: True}),
    (r"il~?~y~?~a|y a|ya", {Tag.AGO: True}),
    (r"ci", {Tag.LINK: True}),
    (r"half past", {Tag.FRACTION: 30, Tag.PAST: True}),
    (r"pause dejeuner|heure du dejeuner|lunch (?:time|break)", {Tag.PART: Part.NOON}),
    (r"n(?:o|e|u|ou)s+ (?:l|f)?~?lil", {Tag.MIDNIGHT: True}),
    # Refusal and choice; a date of birth is no time for a visit
    (
        r"ma bghi(?:t|na)?(?:ch|sh)|dont want|nee?(?= (?:le|en) )|date de naissance|ddn|dob|born(?: on| in)?|birth ?date|date of birth|(?:m)?zya[dt]a?|tzad(?:et|t|at)?|mezyou?da?",
        {Tag.NOT: True},
    ),
    (r"pour~?quoi pas|pk pas|pq pas|prq pas|why not|n~?est~ce~pas", {Tag.SKIP: True}),
    (
        r"m(?:e|i)?n (?:ghir|gher|ghayr)|(?:au|o) lieu(?: de| du| d)?|a la place(?: de| du| d)?|instead of|rather than|(?:f )?b[ae]?las+t|f (?:3iwad|lblasa)|3iwad|3iwed",
        {Tag.REJECTS: True},
    ),
    (r"plus?tot que|mieux que|rather than", {Tag.REJECTS: True}),
    (r"plus tot|plutot", {Tag.SOFT: True, Tag.RATHER: True}),
    (
        r"(?:pas|plus) (?:possible|libre|dispo|disponible|bon)|(?:peu[xt]|pourrai|pourrais|pouvons|vais|va|serai|suis|pourra|convient|"
        r"marche|arrange|viens|viendrai|vient|dispo|pe) (?:pas|plus)(?: (?:pouvoir )?(?:venir|etre la|libre|dispo|disponible))?|"
        r"can ?not|not (?:free|available|possible|good|able)|(?:doesnt|dont|wont|isnt|not) (?:work|suit|going to work)|"
        r"ma n(?:9|q|k)e?d[eai]?r(?:ch|sh)|machi m[oui]+mkin|ma (?:ghadi|ghad)(?:i)?(?:ch|sh) n(?:9|q)e?de?r|ma(?:ghadi|rhadi)ch n(?:9|q)e?de?r",
        {Tag.CANNOT: True},
    ),
    (r"s il (?:vous|te) plai?t|sil (?:vous|te) plai?t|si possible|de preference|(?:ila|ida|kan) m[ou]+mkin|in(?:cha|sha)~?2?a?~?lla?h|ncha~?2?a?~?lla?h|en sha allah|a peu pres|bidabt|vers les|bdebt|3la (?:l)?wa9t", {Tag.SOFT: True}),
    (r"toute? la", {Tag.LINK: True}),
    (r"(?:tou(?:s|tes)|ts) les", {Tag.EVERY: True}),
    (r"(?:en|de) retard|d~?attente|par jour|de route|a jeun|a peine", {Tag.LASTING: True}),
    (r"retard d(?:e|u)|jattend[s]? (?:depuis)?", {Tag.LASTING: True}),
)
