"""Short and phonetic spellings of chat messages, written out. Only those that mean one thing in our languages."""

from __future__ import annotations

_SPANISH = {
    "q": "que", "k": "que", "ke": "que", "qe": "que", "x": "por", "xq": "porque", "xk": "porque", "pq": "porque",
    "porq": "porque", "pork": "porque", "porke": "porque", "xke": "porque", "aunq": "aunque", "tb": "tambien",
    "tmb": "tambien", "tbn": "tambien", "dnd": "donde", "dond": "donde", "kiero": "quiero", "kien": "quien",
    "kiere": "quiere", "kieren": "quieren", "kisiera": "quisiera", "aki": "aqui", "asta": "hasta", "aora": "ahora",
    "haora": "ahora", "ahorita": "ahora", "oy": "hoy", "ay": "hay", "ola": "hola", "grax": "gracias", "grasias": "gracias",
    "msj": "mensaje", "cdo": "cuando", "cuand": "cuando", "kuando": "cuando", "cuanto": "cuanto", "kuanto": "cuanto",
    "qanto": "cuanto", "d": "de", "dl": "del", "pa": "pa", "toy": "estoy", "stoy": "estoy", "ntp": "no te preocupes",
    "xfa": "por favor", "xfavor": "por favor", "porfa": "por favor", "porfis": "por favor", "pliz": "por favor",
    "salu2": "saludos", "bn": "bien", "muxo": "mucho", "mxo": "mucho", "ase": "hace", "aser": "hacer", "ago": "hago",
    "aga": "haga", "asen": "hacen", "alguien": "alguien", "nesesito": "necesito", "nesecito": "necesito",
    "necesito": "necesito", "nececito": "necesito", "desir": "decir", "dise": "dice", "dises": "dices", "isieron": "hicieron",
    "iso": "hizo", "yebo": "llevo", "llebo": "llevo", "yega": "llega", "yamar": "llamar", "bino": "vino", "boy": "voy",
    "bolver": "volver", "bibo": "vivo", "bivo": "vivo", "vibo": "vivo", "trabaho": "trabajo", "travajo": "trabajo",
    "travaje": "trabaje", "travajando": "trabajando", "trabaxo": "trabajo", "pribado": "privado", "echo": "hecho",
    "aser": "hacer", "kombenio": "convenio", "seguramiento": "aseguramiento", "bacasiones": "vacaciones",
    "vacasiones": "vacaciones", "bakasiones": "vacaciones", "vakaciones": "vacaciones", "aguinaldos": "aguinaldo",
    "hijos": "hijos", "ijo": "hijo", "ija": "hija", "ijos": "hijos", "ermana": "hermana", "ermano": "hermano",
    "señito": "señora", "sra": "señora", "sr": "señor", "dr": "doctor", "embarasada": "embarazada",
    "enbarazada": "embarazada", "enbarasada": "embarazada", "enpleo": "empleo", "enpresa": "empresa",
    "enpleada": "empleada", "tanbien": "tambien", "despidio": "despidio", "despidieron": "despidieron",
}  # fmt: skip
_PORTUGUESE = {
    "vc": "você", "vcs": "vocês", "voce": "você", "vcê": "você", "tbm": "também", "tbem": "também", "oq": "o que",
    "oque": "o que", "pqp": "", "blz": "beleza", "obg": "obrigado", "obgd": "obrigado", "obrigadu": "obrigado",
    "hj": "hoje", "td": "tudo", "tds": "todos", "mto": "muito", "mt": "muito", "mta": "muita", "mts": "muitos",
    "qnd": "quando", "qdo": "quando", "qto": "quanto", "qnto": "quanto", "qnt": "quanto", "qt": "quanto", "naum": "não",
    "nao": "não", "ñ": "não", "eh": "é", "tá": "está", "tô": "estou", "to": "to", "pra": "para", "pro": "para o",
    "cmg": "comigo", "ctg": "contigo", "dps": "depois", "agr": "agora", "msm": "mesmo", "fds": "fim de semana",
    "pfv": "por favor", "pfvr": "por favor", "pf": "por favor", "gnt": "gente", "ngm": "ninguém", "kd": "cadê",
    "cade": "cadê", "aki": "aqui", "trampo": "trabalho", "trampar": "trabalhar", "trampando": "trabalhando",
    "firma": "firma", "dim": "dinheiro", "grana": "dinheiro", "bjs": "beijos", "vlw": "valeu", "flw": "falou",
    "trabaia": "trabalha", "trabaio": "trabalho", "muié": "mulher", "fio": "filho", "fia": "filha",
}  # fmt: skip
_ENGLISH = {
    "u": "you", "ur": "your", "pls": "please", "plz": "please", "plss": "please", "thx": "thanks", "thnx": "thanks",
    "thks": "thanks", "ty": "thank you", "cuz": "because", "coz": "because", "cos": "because", "becuz": "because",
    "bcuz": "because", "b4": "before", "dont": "don't", "didnt": "didn't", "doesnt": "doesn't", "cant": "can't",
    "wont": "won't", "isnt": "isn't", "wasnt": "wasn't", "im": "i'm", "ive": "i've", "wanna": "want to",
    "gonna": "going to", "gotta": "have to", "wat": "what", "wht": "what", "hav": "have", "hve": "have", "wrk": "work",
    "wrking": "working", "sumone": "someone", "ppl": "people", "abt": "about", "msg": "message", "idk": "i don't know",
    "wk": "week", "wks": "weeks", "hrs": "hours", "hr": "hour", "yrs": "years", "mth": "month", "mths": "months",
    "govt": "government", "gov": "government", "appt": "appointment", "docs": "documents", "ID": "id",
}  # fmt: skip
_FRENCH = {
    "jai": "j'ai", "jsuis": "je suis", "chui": "je suis", "chuis": "je suis", "jveu": "je veux", "jveux": "je veux",
    "jpeux": "je peux", "jpeu": "je peux", "jsais": "je sais", "jsé": "je sais", "cest": "c'est", "ces": "ces",
    "svp": "s'il vous plaît", "stp": "s'il te plaît", "bcp": "beaucoup", "bcoup": "beaucoup", "bocou": "beaucoup",
    "qd": "quand", "tt": "tout", "ds": "dans", "pdt": "pendant", "pk": "pourquoi", "pkoi": "pourquoi",
    "pourkoi": "pourquoi", "koi": "quoi", "ki": "ki", "slt": "salut", "bjr": "bonjour", "bsr": "bonsoir", "mrc": "merci",
    "rdv": "rendez-vous", "auj": "aujourd'hui", "tjs": "toujours", "tjrs": "toujours", "msg": "message",
    "quesque": "qu'est-ce que", "keske": "qu'est-ce que", "qqn": "quelqu'un", "qqch": "quelque chose", "nn": "non",
    "vs": "vous", "ns": "nous", "avc": "avec", "boulo": "boulot", "patronne": "patronne",
}  # fmt: skip

SHORTHAND: dict[str, str] = {
    short: long
    for language in (_FRENCH, _ENGLISH, _PORTUGUESE, _SPANISH)
    for short, long in language.items()
    if short != long
}
