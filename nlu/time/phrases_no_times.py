"""Phrases in Latin letters that hold a number or a part of the day and are no times.

The shorthand of `phrases_latin` holds here too; these phrases are matched first.
"""

from __future__ import annotations

from nlu.time.readings import Readings, Tag

MONTHS = (
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|ghoucht|septembre|octobre|novembre|decembre"
)

PHRASES: tuple[tuple[str, Readings], ...] = (
    # Greetings and wishes that carry a part of the day
    (
        r"bon~soir|bonne (?:soiree|journee|nuit|matinee|semaine|fin de (?:semaine|"
        r"journee|soiree))|"
        r"bon (?:ap(?:res)?~midi|aprem|apm|week~end|wk|we|matin|dimanche|samedi|"
        r"vendredi|lundi)|"
        r"good (?:morning|afternoon|evening|night|day|weekend)|g(?:oo)?d ?morning|"
        r"have an? (?:good|nice|great|lovely) (?:day|evening|weekend|week|night|"
        r"afternoon|morning)|"
        r"s+[ae]?ba+(?:7|h)~(?:o|u)?~(?:l|el|al|n|nn|en)?~(?:kh[ei]+r|5[ei]r|khayr|nour|"
        r"nor|noor|xir|lkhir|lkhair|khair)|"
        r"(?:l)?m[ae]?s+a2?~(?:o|u)?~(?:l|el|al|n|nn|en)?~(?:kh[ei]+r|5[ei]r|khayr|nour|"
        r"nor|noor|khair)|"
        r"tesba7 3la khir|tsb7o? 3la khir|layla sa3ida|nhark(?:oum|om)? (?:mabrouk|zin|"
        r"sa3id)|"
        r"(?:l)?j[eou]+m[ou]*3a (?:moubaraka|mobaraka|mubaraka|mubarak)|happy (?:friday|"
        r"monday|weekend)",
        {Tag.SKIP: True},
    ),
    (r"24~h?~(?:/|sur)~24(?:~h)?|7~j?(?:ours)?~(?:/|sur)~7~j?|h24|24~/~7", {Tag.SKIP: True}),
    # Numbers of something else
    (r"\d{1,2}~(?:sur|m[ei]?n|out of|3la)~(?:5|10|20)(?!~h)(?!~w)(?!\d)", {Tag.SKIP: True}),
    (r"b7al daba", {Tag.SKIP: True}),
    (
        r"\d+(?:[.,]\d+)?~(?:d(?:h|hs|rh|rhm|hm)|mad|dirhams?|euros?|eur|ryal|rial|ans?|"
        r"annees?|years?|yrs?|yo|snin|sn[ae]|3am|"
        r"kg|kilos?|mg|ml|cl|cm|mm|km|gr?|fois|times?|mrat|mrrat|"
        r"enfants?|kids?|children|child|drari|wlad|bnat|bebes?|personnes?|people|"
        r"persons?|nass|etages?|pieces?|photos?|pages?|"
        r"ordonnances?|analyses?|rdv|places?|cas|ml|doses?|points?|etoiles?|"
        r"stars?|dents?|snan)"
        r"(?![a-z0-9])",
        {Tag.SKIP: True},
    ),
    (
        r"(?:tension|tansyo?n?|dghe?t|daght|bp|blood pressure|glycemie|sokk?ar|"
        r"sukkar)[^\d\n]{0,20}\d{1,3}~[/.,]~\d{1,3}",
        {Tag.SKIP: True},
    ),
    (
        r"par (?:nuit|soir|matin)|all night(?: long)?|"
        r"(?:h|hours?|hrs?|once|twice) (?:a|per|each) (?:night|day|morning)|"
        r"toute la nuit|l?lil k[aeu]+ml(?:o|ou)?|tou?l l?lil|"
        r"matin~,?~(?:midi~,?~)?(?:et )?soir|morning and (?:night|evening)|"
        r"s+ba(?:7|h) (?:o|w|ou) (?:l?3(?:ch|sh)i[iy]?a|lil)",
        {Tag.SKIP: True},
    ),
    (
        r"(?:(?:\d+(?:[.,/]\d+)?|une?|one|two|deux|demie?|half an?|wa(?:7|h)[ae]?da?|jouj)~)?"
        r"(?:d~)?(?:comprimes?|cachets?|gelules?|tablets?|pills?|capsules?|gouttes?|sachets?|"
        r"cuill[ei]?re?s?|puffs?|bouffees?|7[ae]?b+(?:a|at)|7babat?|m3al[ei]?(?:9|q)a?)|"
        r"(?:ka?n|kay|kat|ta?n|n)?(?:chreb|akhod|akhd\w*) l?d+wa\w*|"
        r"prends? (?:mon|ma|mes|le|les) (?:medicaments?|traitement|medocs?)|"
        r"take (?:my |the )?(?:medicine|medication|meds)|"
        r"(?:\d+(?:[.,/]\d+)?|une?|one|two|deux)~(?:cps?|drops?|kin[ae]t?|h[ae]b+at?)"
        r"(?![a-z0-9])",
        {Tag.SKIP: True, Tag.DOSE: True},
    ),
    (
        r"(?:enceinte|pregnant|(?:7|h)amla)[^\d\n]{0,20}(?:mois|month|(?:ch|sh)h?[ae]?r)~\d{1,2}",
        {Tag.SKIP: True},
    ),
    (r"\d+(?:[.,]\d+)?~(?:%|°|c°|€|\$)", {Tag.SKIP: True}),
    (
        r"(?:num(?:ero)?|nums|n°|option|choix|choice|number|room|salle|chambre|bloc|"
        r"villa|rue|lot|appt?|n[ei]?mra|ra(?:9|q)m|bis|code)"
        r"~(?::|=)?~(?:l)?~\d+(?:[ .-]\d\d)*",
        {Tag.SKIP: True},
    ),
    # Streets: "boulevard 2 mars", "hay 20 août"
    (
        r"(?:rue|avenue|av|bd|blvd|boulevard|street|hay|7ay|quartier|cite|derb|zan(?:9|q)at?)"
        rf"(?: d[ue]|~)?~\d{{1,2}} (?:{MONTHS})",
        {Tag.SKIP: True},
    ),
    (r"(?:bd|blvd|boulevard|avenue)~\d{1,3}(?!~h)", {Tag.SKIP: True}),
    (
        r"(?:l?appel\w*|compose[rz]?|call|3ayy?e?t\w*|3eyy?[ea]?t\w*)(?: (?:le|au|l|"
        r"the))?~(?:15|19|141|177|190)(?!\d|~h)",
        {Tag.SKIP: True},
    ),
)
