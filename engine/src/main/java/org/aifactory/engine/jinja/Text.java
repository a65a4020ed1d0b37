package org.aifactory.engine.jinja;

import java.util.BitSet;

/**
 * A string of which every character knows where it comes from. Whatever a template does to what people say, cut it, trim it, move
 * it, the origins go with the characters. Two texts are equal when their characters are.
 *
 * @param origins as long as {@code chars}; {@link #TEMPLATE} for what the template wrote, else the number that
 *     {@link #said} was given
 */
public record Text(String chars, String origins) {
    public static final char TEMPLATE = 0;
    public static final Text EMPTY = new Text("", "");

    public Text {
        if (chars.length() != origins.length()) {
            throw new IllegalArgumentException(
                    chars.length() + " characters cannot have " + origins.length() + " origins");
        }
    }

    /** What a template says. */
    static Text of(String chars) {
        return new Text(chars, Character.toString(TEMPLATE).repeat(chars.length()));
    }

    /** What somebody says. */
    public static Text said(String chars, char origin) {
        return new Text(chars, Character.toString(origin).repeat(chars.length()));
    }

    public int length() {
        return chars.length();
    }

    public boolean isEmpty() {
        return chars.isEmpty();
    }

    /** The part between two indices of {@code char}s. */
    public Text slice(int from, int to) {
        return new Text(chars.substring(from, to), origins.substring(from, to));
    }

    Text plus(Text other) {
        return new Text(chars + other.chars, origins + other.origins);
    }

    /** For each {@code char}, whether it is not the template's. */
    public BitSet said() {
        BitSet said = new BitSet();
        for (int i = 0; i < origins.length(); i++) {
            said.set(i, origins.charAt(i) != TEMPLATE);
        }
        return said;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text text && chars.equals(text.chars);
    }

    @Override
    public int hashCode() {
        return chars.hashCode();
    }

    @Override
    public String toString() {
        return chars;
    }

    /** Collects parts of texts. */
    static final class Builder {
        private final StringBuilder chars = new StringBuilder();
        private final StringBuilder origins = new StringBuilder();

        Builder add(Text text) {
            chars.append(text.chars);
            origins.append(text.origins);
            return this;
        }

        Builder add(Text text, int from, int to) {
            chars.append(text.chars, from, to);
            origins.append(text.origins, from, to);
            return this;
        }

        Builder add(String added, char origin) {
            chars.append(added);
            origins.repeat(origin, added.length());
            return this;
        }

        Builder add(String added) {
            return add(added, TEMPLATE);
        }

        Text build() {
            return new Text(chars.toString(), origins.toString());
        }
    }
}
