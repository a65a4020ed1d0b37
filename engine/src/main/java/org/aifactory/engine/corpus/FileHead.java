package org.aifactory.engine.corpus;

/** Judges by its first bytes whether a file holds text. */
final class FileHead {
    static final int BYTES = 1 << 13;

    /** Share of control characters above which bytes are taken for something other than text. */
    private static final double CONTROL_SHARE_MAX = 0.1;

    private FileHead() {}

    /** Why a file that begins so cannot be read; empty when it can. */
    static String unusable(byte[] head) {
        if (head.length == 0) {
            return "empty";
        }
        if (utf16(head)) {
            return "UTF-16; save it as UTF-8";
        }
        int controls = 0;
        for (byte b : head) {
            if (b == 0) {
                return "binary";
            }
            if (control(b)) {
                controls++;
            }
        }
        return controls > CONTROL_SHARE_MAX * head.length ? "binary" : "";
    }

    /** Not those that stand in text files: backspace, tabs, line ends, form feed, escape. */
    private static boolean control(byte b) {
        boolean ordinary = (b >= '\b' && b <= '\r') || b == 0x1B;
        return (b > 0 && b < ' ' && !ordinary) || b == 0x7F;
    }

    private static boolean utf16(byte[] head) {
        return head.length >= 2
                && ((head[0] == (byte) 0xFE && head[1] == (byte) 0xFF)
                        || (head[0] == (byte) 0xFF && head[1] == (byte) 0xFE));
    }
}
