package org.aifactory.review;

import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;

/**
 * A text in the languages that the platform speaks.
 *
 * @param ko null where only the English one was written
 */
public record Text(String en, @Nullable String ko) {
    public static final Text NONE = new Text("", null);

    public Text {
        en = en == null ? "" : en;
    }

    public Message said() {
        return Message.inEach(en, ko == null || ko.isBlank() ? en : ko);
    }
}
