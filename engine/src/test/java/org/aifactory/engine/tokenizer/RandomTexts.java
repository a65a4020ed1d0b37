package org.aifactory.engine.tokenizer;

import java.util.Random;

/** Random texts that hit the edges of a tokenizer more often than random characters would. */
final class RandomTexts {
    private static final String[] PIECES = {
        " ",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\u00A0",
        "\u3000",
        "\u2028",
        "'s",
        "'LL",
        "'",
        "a",
        "The",
        "ing",
        "X",
        "é",
        "e\u0301",
        "슈퍼",
        "모델",
        "Τα",
        "ä",
        "الذ",
        "模型",
        "ที่",
        "कि",
        "1",
        "23",
        "٣",
        "Ⅳ",
        "!",
        "...",
        "/",
        "_",
        "😀",
        "👩‍💻",
        "\u200D",
        "ǅ",
        "ʰ",
        "<|im_end|>",
        "<|",
        "\u0000",
        "𐍈",
        "\uFFFD"
    };

    private RandomTexts() {}

    static String mixture(Random random, int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }
}
