package org.aifactory.browser;

/** How somebody sees the pages. Four looks show every pair of language, light and width. */
enum Look {
    ENGLISH_LIGHT_WIDE("en", false, 1280),
    ENGLISH_DARK_NARROW("en", true, 360),
    KOREAN_DARK_WIDE("ko", true, 1280),
    KOREAN_LIGHT_NARROW("ko", false, 360),
    /** As narrow as WCAG's reflow asks: 1280 pixels at 400 %. */
    ENGLISH_LIGHT_NARROWEST("en", false, 320);

    private final String language;
    private final boolean dark;
    private final int width;

    Look(String language, boolean dark, int width) {
        this.language = language;
        this.dark = dark;
        this.width = width;
    }

    String language() {
        return language;
    }

    boolean isDark() {
        return dark;
    }

    int width() {
        return width;
    }

    int height() {
        return width < 500 ? 740 : 800;
    }

    /** As part of the name of a picture. */
    String slug() {
        return language + "-" + (dark ? "dark" : "light") + "-" + width;
    }
}
