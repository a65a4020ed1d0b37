"""Texts of many scripts and oddities, and conversations, that both sides are compared on."""

SENTENCES = [
    "The supercomputer trains a model of the people, by the people, for the people; it isn't a toy.",
    "They'll say we've done it, I'm sure, but you'd better ask: WHO'S THERE? IT'S ME.",
    "슈퍼컴퓨터는 모델을 학습시킵니다. 인공지능 팩토리는 스타트업을 돕습니다. 안녕하세요!",
    "Ο υπερυπολογιστής εκπαιδεύει ένα μοντέλο. Τα εργοστάσια βοηθούν τις επιχειρήσεις.",
    "Supertietokone kouluttaa mallia. Tekoälytehtaat auttavat yrityksiä Suomessa ja Euroopassa.",
    "الحاسوب العملاق يدرّب النموذج. مصانع الذكاء الاصطناعي تساعد الشركات الناشئة ١٢٣٤.",
    "超级计算机训练模型。日本語の文章もあります。カタカナとひらがな。",
    "सुपरकंप्यूटर मॉडल को प्रशिक्षित करता है। Суперкомпьютер обучает модель.",
    "def f(x, *, y=None):\n    return {k: v for k, v in x.items() if k != y}  # comment\n\n\nprint(f({1: 2}))\n",
    "public static void main(String[] args) {\n\tfor (int i = 0; i < 10; i++) {\n\t\ti += 12345;\n\t}\n}\n",
]

ODDITIES = [
    "",
    " ",
    "\n\n",
    "\r\n\r\n  \r\n",
    "a  b   c    d   ",
    "   leading, tabs\t\tand \t mixed\t \n \t next",
    "no-break\u00a0space\u00a0\u00a0x\u2028line\u2029paragraph\u3000wide\u3000\u3000x\u0085next\u200bzero",
    "numbers 1 12 123 1234 12345 1234567890 3.14159 1,000,000 0x1F 1e-9 ½ ² Ⅳ ① ٣ ३",
    "emoji 😀😃 👩\u200d💻👨\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 🇫🇮🇬🇷🇰🇷 👍🏽 ❤\ufe0f 1\ufe0f\u20e3",
    "combining e\u0301 n\u0303 a\u0308\u0323 \u0301start क्षत्रिय นิ สระอำ עִבְרִית ̈",
    "composed \u00e9 \uac00\ub098 and jamo \u1100\u1161\u11a8 and \u212b \u2126 \u1e9b\u0323",
    "'s 't 're 've 'm 'll 'd 'S 'T 'RE 'x it'ſ don\u2019t l'été rock'n'roll ''s",
    "!!!??? ... --- *** ((())) [[[ ]]] \"\"\" ``` @@@ ###\n\n///\r\n ǅ ʰ ª ℌ ⅷ CamelCase HTTPServer",
    "\u0000\u0001\u0007\u001b[31m\u007f\u0080\u00ad\ufffd\ue000 𐍈𐌰 𝒜𝓑 𠀀 🀄",
]

#: All of them in few texts, for each is a start of the engine; some that begin or end in white space.
ENCODED = ["\n".join(SENTENCES), " | ".join(ODDITIES), "  \n both ends \r\n ", "\n\n", ""]

CONVERSATIONS = [
    [{"role": "user", "content": "Where is the cat?"}],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "안녕하세요, 누구세요?"}],
    [
        {"role": "user", "content": "  Γειά σου!\n\nTwo  spaces and a tab\t. "},
        {"role": "assistant", "content": "Hyvää päivää 😀"},
        {"role": "user", "content": "مرحبا \"quoted\" {{ not a template }} {% nor this %}"},
    ],
]


def corpus():
    """A text long enough to learn merges from and to fill several windows."""
    return "\n".join(SENTENCES * 3)
