"""What is written together with a word in Arabic and in Darija, and how to take it off."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.danger.text import words

# What Arabic and Darija write together with the word: conjunctions, prepositions, the article, the
# signs of the present and the future, and the attached pronouns and endings.
AR_PREFIXES = words(
    "و ف ب ل ك ال وال فال بال كال ول وب وف هاد هاذ ه د عال لي ي ت ن ا كي كت كن تي تت تن "
    "كاي كات كان تاي تات تان غ غي غت غن غاي غات سي ست حي وكي وكت وي وت وا فل بل دال"
)
AR_SUFFIXES = words(
    "ي ني ك ه و ها نا كم هم ات ت ين وا ش اش يا لي لو لها ليه ليها ليا تو تها هاش وش يش تش ان تي ا"
)
LATIN_PREFIXES = words(
    "l al f fl fal b bl bal o ol oal d dl dial had t n i a ka ta ki ti kai tai kat "
    "tat kan tan kti kit Ga Gai Gat Gan Gi ga oka oi ot okai okat oki"
)
LATIN_SUFFIXES = words(
    "i ni k ak o ho oh h ha na kom hom at t ti tih in C Ci aC li lo lia liha lih lha la to tha s"
)
# A verb that the lexicon has in one person of the present is found in all of them.
AR_PRESENT = frozenset({"كي", "كت", "كن"})
LATIN_PRESENT = frozenset({"kai", "kat", "kan", "tai"})
AR_PERSONS = words("كي كت كن تي تت تن غي غت غن ي ت ن وكي وكت وكن")
LATIN_PERSONS = words("kai kat kan tai tat tan Gai Gat Gan i t n")

# Words that only take a danger away may carry what a noun carries, not what a verb does.
AR_CLITICS = words("و ف ب ل ك ال وال فال بال كال ول وب وف هاد د عال دال")
AR_PRONOUNS = words("ي ك ه و ها نا كم هم ا")
LATIN_CLITICS = words("l al f fl fal b bl bal o ol oal d dl dial had h")
LATIN_PRONOUNS = words("i k ak o ho oh h ha na kom hom s")


def stems(form: str, prefixes: Sequence[str], suffixes: Sequence[str]) -> list[str]:
    """The form and every form of it without prefix, suffix or both; at least three letters stay."""
    heads = [form]
    heads += [form[len(p) :] for p in prefixes if form.startswith(p) and len(form) - len(p) >= 3]
    bare = list(heads)
    for head in heads:
        bare += [head[: -len(s)] for s in suffixes if head.endswith(s) and len(head) - len(s) >= 3]
    return bare
