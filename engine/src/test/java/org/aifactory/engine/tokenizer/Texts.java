package org.aifactory.engine.tokenizer;

import java.util.List;

/** Texts of many scripts and oddities that tokenizers are compared on. */
final class Texts {
    /** Ordinary sentences; a tokenizer trained on them knows some words of each language. */
    static final List<String> SENTENCES = List.of(
            "The supercomputer trains a model of the people, by the people, for the people; it isn't a toy.",
            "They'll say we've done it, I'm sure, but you'd better ask: WHO'S THERE? IT'S ME, THEY'RE HERE.",
            "슈퍼컴퓨터는 모델을 학습시킵니다. 인공지능 팩토리는 스타트업을 돕습니다. 안녕하세요, 반갑습니다!",
            "Ο υπερυπολογιστής εκπαιδεύει ένα μοντέλο. Τα εργοστάσια τεχνητής νοημοσύνης βοηθούν τις επιχειρήσεις.",
            "Supertietokone kouluttaa mallia. Tekoälytehtaat auttavat yrityksiä Suomessa ja Euroopassa.",
            "الحاسوب العملاق يدرّب النموذج. مصانع الذكاء الاصطناعي تساعد الشركات الناشئة.",
            "超级计算机训练模型。人工智能工厂帮助初创企业。日本語の文章もあります。カタカナとひらがな。",
            "ซูเปอร์คอมพิวเตอร์ฝึกแบบจำลอง โรงงานปัญญาประดิษฐ์ช่วยเหลือธุรกิจสตาร์ตอัป",
            "सुपरकंप्यूटर मॉडल को प्रशिक्षित करता है। कृत्रिम बुद्धिमत्ता कारखाने स्टार्टअप की मदद करते हैं।",
            "Суперкомпьютер обучает модель. Příliš žluťoučký kůň úpěl ďábelské ódy. Größe, straße, ĲSSEL, ŒUVRE.",
            "מחשב העל מאמן מודל. Siêu máy tính huấn luyện mô hình. Süper bilgisayar İstanbul'da modeli eğitir.",
            "public static void main(String[] args) {\n\tfor (int i = 0; i < 10; i++) {\n\t\tSystem.out.println(\"i = \" + i);\n\t}\n}\n",
            "def f(x, *, y=None):\n    return {k: v for k, v in x.items() if k != y}  # comment\n\n\nprint(f({1: 2}))\n",
            "SELECT name, COUNT(*) FROM users WHERE age >= 18 AND e_mail LIKE '%@example.org' GROUP BY name;",
            "https://example.org/path?query=1&other=%20x#fragment user@example.org C:\\Users\\x\\file.txt");

    /** Edges of the pattern: white space, digits, emoji, combining marks, contractions, broken text. */
    static final List<String> ODDITIES = List.of(
            "",
            " ",
            "  ",
            "\n",
            "\r\n\r\n  \r\n",
            "a  b   c    d",
            "trailing spaces   ",
            "   leading spaces",
            "tabs\t\tand \t mixed\t \n \t next",
            "lines\n\n\nand\r\nreturns\r\rand  \n  spaces \n",
            "no-break\u00A0space\u00A0\u00A0x\u2028line\u2029paragraph\u3000wide\u3000\u3000x\u0085next\u200Bzero\uFEFFbom",
            "\u1680ogham\u2000quad\u2003em\u202Fnarrow\u205Fmath\u180Emongol\u000Bvt\u000Cff\u001Cfs\u001Fus",
            "numbers 1 12 123 1234 12345 1234567890 3.14159 1,000,000 0x1F 1e-9",
            "digits ٠١٢٣٤٥٦٧٨٩ ०१२३४५ ๐๑๒๓ ０１２３４５ ¼½¾ ²³ ⅣⅫ ①②③④ 〇一二三 𝟘𝟙𝟚𝟛𝟜",
            "emoji 😀😃 👩‍💻👨‍👩‍👧‍👦 🏳️‍🌈 🇫🇮🇬🇷🇰🇷 👍🏽 ❤️ ☃️ 1️⃣",
            "combining e\u0301 n\u0303 a\u0308\u0323 \u0301start क्षत्रिय नि कि สระอำ ที่ עִבְרִית ̈",
            "precomposed é ñ ä and \uAC00\uB098\uB2E4 and jamo \u1100\u1161\u11A8 and \u212B \u2126 \u1E9B\u0323",
            "'s 't 're 've 'm 'll 'd 'S 'T 'RE 'VE 'M 'LL 'D 'Re 'vE 'lL 'x 'l 'r '",
            "it'ſ don\u2019t l'été rock'n'roll 'sample 'day ''s '''",
            "x's\n'll 're\t've  'm",
            "!!!??? ... --- *** /// ((())) [[[ ]]] {{{ }}} \"\"\" ``` ~~~ @@@ ### $$$ %%%\n\n///\r\n",
            " !a ?b .c -d _e a_b a-b a.b\n.c\n\n-d",
            "ǅǈǋ ʰʱʲ ªº ℌ ⅷ Ⓐ ㊀ CamelCaseWords HTTPServer iPhone McDonald ÉCOLE écoleÉcole",
            "\u0000\u0001\u0007\u001B[31m\u007F\u0080\u009F\u00AD\uFFFD\uFFFE\uFFFF\uE000",
            "𐍈𐌰 𝒜𝓑𝕮 𠀀𠀁 🀄 \uD83D\uDE00x",
            "<|endoftext|> <|im_start|>user\nhi<|im_end|> <|im_end <|endoftext",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabcabcabcabcabcabcabcthetheTheinginginginginginginginginginginginginginginginginginging");

    private Texts() {}
}
