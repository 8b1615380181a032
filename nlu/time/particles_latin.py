"""Small words around a time in Latin letters: which one, from, until, or, not.

The rules of `words_latin` hold here too.
"""

from __future__ import annotations

from nlu.time.readings import Readings, Tag

WORDS: tuple[tuple[str, Readings], ...] = (
    # Which one
    (r"ce|cet|cette|cte|ct|ctt|this|hadi", {Tag.THIS: True}),
    (r"(?:f|d|l|n)?had|hada", {Tag.THIS: True}),
    (
        r"prochaine?s?|proch|prochin|prochene|prochn|prochai|pro|next|nxt|nex|coming|"
        r"upcoming|following|suivante?",
        {Tag.NEXT: True},
    ),
    (r"(?:l+|el+|al|le|li|lli)?j[ae][iy]+[aei]?h?|jey+a?|ljey+a?", {Tag.NEXT: True}),
    (r"(?:l|el|le)?ma[jg][iy]+[ae]?h?", {Tag.NEXT: True}),
    (r"(?:l|al|el)?m[ou]+(?:9|q|k)b[ie]la?h?|(?:l|al|el)?(?:9|q|k)a+dim[ae]?h?", {Tag.NEXT: True}),
    (
        r"derniere?|passee?|last|precedente?|(?:l|el)?fat(?:et|t)?|(?:l|"
        r"el)?fay+[ei]?ta?|(?:l|el)?da(?:y|yi)?z(?:t|et|at|a)?",
        {Tag.LAST: True},
    ),
    (r"(?:l|al|el)madiy?a?", {Tag.LAST: True}),
    (r"l+i|ely|elli|illi|lly", {Tag.RELATIVE: True}),
    # Around a moment
    (r"apres|aprs|apr|ap|apre", {Tag.AFTER_FRENCH: True}),
    (
        r"after|(?:m)?b[ae]?3[ae]?d|mor|mora|m(?:ou|u)ra|men?mora|wa?ra|mo?rat|ba3d|b[ae]?ad",
        {Tag.AFTER: True},
    ),
    (r"bed", {Tag.AFTER: True}),
    (r"des|depuis|since|mnin", {Tag.LASTING: True, Tag.OF: True}),
    (
        r"pendant|durant|dure|durent|during|lasts?",
        {Tag.LASTING: True},
    ),
    (
        r"attend(?:u|re|s|ais|ez|ons)|wait(?:ed|ing)?|tsenn(?:i|it|ina)|j?dors|dort|dormi[rs]?|"
        r"sleep|slept|n3e?st?|nn?3[ae]s",
        {Tag.LASTING: "before"},
    ),
    (r"avant|avt|before|b4|(?:9|q|k|g)[ae]?b[ae]?l", {Tag.BEFORE: True}),
    (
        r"jusqua|jusquau|jusqu|jusque|until|till?|within|sous|(?:7|h)t+a|(?:7|h)t+al|"
        r"tal|by",
        {Tag.UNTIL: True, Tag.TO: True},
    ),
    (r"entre|entr|between|betwen|bin|bine|bayn|bein|mabin", {Tag.BETWEEN: True}),
    (r"from|men|mni|min|starting", {Tag.FROM: True}),
    (r"onwards?", {Tag.ONWARDS: True}),
    (r"et|and|w|o|u|wa|n", {Tag.AND: True}),
    (r"ou", {Tag.OR: True, Tag.AND: True}),
    (r"or|otherwise|wla|wlla|wella|ola|olla|oula|aw|sinon|soit|wela|ila", {Tag.OR: True}),
    (r"dans|ds|dns|in", {Tag.IN: True, Tag.LINK: True}),
    (r"ago", {Tag.AGO_AFTER: True}),
    (
        r"at|m3a|vers|ver|around|environ|m3(?:al|el)?|7dad|pile|mea|m3aa|maa|ma3a",
        {Tag.AT: True, Tag.LINK: True},
    ),
    (r"a", {Tag.AT_WEAK: True, Tag.TO: True, Tag.LINK: True, Tag.NUMBER: 1}),
    (r"3la|pour|for|pr|about", {Tag.AT_WEAK: True, Tag.LINK: True}),
    (r"le|the", {Tag.LE: True, Tag.LINK: True}),
    (r"au|to", {Tag.LE: True, Tag.LINK: True, Tag.TO: True}),
    (r"through|thru", {Tag.TO: True, Tag.LINK: True}),
    (r"du|de|d|dl|del", {Tag.FROM: True, Tag.LE: True, Tag.LINK: True, Tag.OF: True}),
    (r"dial|dyal|diel|dyel|dialt|of", {Tag.LINK: True, Tag.OF: True}),
    (r"(?:f|l|d|n)?nhar|nharat|nha|date|jour", {Tag.NHAR: True, Tag.LE: True, Tag.LINK: True}),
    (r"l|la|les|lel|el|al|ll", {Tag.TO: True, Tag.LINK: True}),
    (r"f|fi", {Tag.AT_WEAK: True, Tag.LINK: True}),
    # "mor salat l3asr": the prayer says nothing that its name does not
    (r"salat|slat|ssalat|adan|adhan|priere|prayer", {Tag.LINK: True}),
    (r"fe|fel|fl|b|be|en|on|aux|sur|chi|si|m|ce|vers|courant|s", {Tag.LINK: True}),
    (r"debut|early|beginning|start", {Tag.EDGE: "start", Tag.LINK: True}),
    (r"mi|mid|milieu|middle", {Tag.EDGE: "mid", Tag.LINK: True}),
    (r"fin|late|end|akhir|akher|lakhir|lakher", {Tag.EDGE: "end", Tag.LINK: True}),
    (
        r"svp|stp|please|pls|plz|plus|possible|inchallah|inchalah|nchallah|nchalah|"
        r"ncha2allah|incha2allah|inshallah|"
        r"(?:3)?afak|3afakoum|3afakom|merci|exactement|precises?|bekri|bkri|tot|"
        r"afaikoum|"
        r"ta(?:9|q)riban|ta(?:9|q)riben|normalement|peut|etre|maybe|perhaps|preference|"
        r"preferably|yemken|ymken|b7al|plutot|aussi",
        {Tag.SOFT: True},
    ),
    (r"chaque|every|each|k(?:o|ou|u)l+a?|tous", {Tag.EVERY: True}),
    (
        r"pas|neither|nor|machi|mashi|mchi|masi|not|sauf|except|ni|hormis|bla|ma?bghi(?:t|na)?(?:ch|"
        r"sh)|ma?bghi(?:ch|sh)|mabghytch",
        {Tag.NOT: True},
    ),
    (
        r"impossible|cant|cannot|couldnt|wont|doesnt|(?:ma|mat|mak)?(?:ka|ta|gha|"
        r"ghadi)?n(?:9|q|k|g)e?d+[eaiou]?r+(?:ch|sh|x|s)|(?:ma|me)(?:gha|ghadi|"
        r"rha)(?:ch)?n(?:9|q)de?r(?:ch|sh)?|"
        r"ma(?:9|q|k)e?d[ea]?r(?:t)?(?:ch|sh)|mas?ali(?:ch|sh)|ma3?ndi(?:ch|sh)|"
        r"indisponible|unavailable|occupee?|busy|"
        r"ma?ka?yn+a?(?:ch|sh)|ma?fiya(?:ch|sh)|ma(?:n|t|y)?(?:9|q)[ae]d+(?:ra|er|"
        r"r)?(?:ch|sh)|mam?salich|mam?sali(?:ch|sh)|mam?salya(?:ch|sh)|mamsalya|"
        r"maymken?ch|may?mkenl?ich|mayn(?:a)?sb?nich|makhassnich",
        {Tag.CANNOT: True},
    ),
    (r"than|than", {Tag.REJECTS: True}),
    (r"rather|mieux|prefere|prefererais|prefer|hsen|7sen", {Tag.RATHER: True, Tag.SOFT: True}),
    (r"que|qu", {Tag.QUE: True}),
    (
        r"deplace[rz]?|decale[rz]?|report[erz]+|change[rz]?|move|resched(?:ule)?|switch|"
        r"(?:ka?n|n|t|y|tt)?b[ae]?d+[ae]?l(?:o|ou|u|i|ha|h|hom|iha)?|"
        r"(?:n|t)?(?:2|a)?(?:aj+[ae]?l|[ae]?kh+[ae]?r)(?:o|ou|u|ha|iha|i)?|(?:n|t)(?:7|"
        r"h)[aeo]*w+[ae]?l(?:o|ou|ha)?|"
        r"postpone|push|delay|rebook|bring|remettre|modifier|repousse[rz]?|avance[rz]?|passer|shift|7+[ae]?y+[ae]?d(?:ni|o|ou|li|"
        r"liya|hom)?|(?:n)?r[ae]?j+[ae]?3(?:o|ha|ou|ni)?|gh?[ae]y+[ae]?r(?:o|ou|ha)?|"
        r"ngh[ae]?y+[ae]?r(?:o|ou|ha)?",
        {Tag.MOVES: True},
    ),
    (r"mais|but|walakin|walakine|walaken|wlakin|wlakine|lakin|lakine|ghir", {Tag.BUT: True}),
)
