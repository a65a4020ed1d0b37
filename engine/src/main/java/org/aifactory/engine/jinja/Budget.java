package org.aifactory.engine.jinja;

/**
 * What a rendering may use. Templates come from strangers, and one that never ends or grows without end must end in a sentence.
 * Work is counted, not timed, so that the same template always ends in the same way.
 */
final class Budget {
    private static final long STEPS_MAX = 5_000_000;
    private static final long CHARACTERS_MIN = 1 << 22;
    private static final int CHARACTERS_PER_INPUT = 64;
    private static final long LOOKS_MIN = 1 << 30;
    private static final int LOOKS_PER_INPUT = 1 << 10;
    private static final int DEPTH_MAX = 250;

    private final long charactersMax;
    private final long looksMax;
    private long steps;
    private long characters;
    private long looks;
    private int depth;

    /** @param inputCharacters length of what people say */
    Budget(long inputCharacters) {
        charactersMax = CHARACTERS_MIN + CHARACTERS_PER_INPUT * inputCharacters;
        looksMax = LOOKS_MIN + LOOKS_PER_INPUT * inputCharacters;
    }

    void steps(long more) {
        steps += more;
        if (steps > STEPS_MAX) {
            throw new JinjaException("it does not end within " + STEPS_MAX + " steps");
        }
    }

    /** Counts characters before they are made. */
    void characters(long more) {
        characters += more;
        if (characters > charactersMax) {
            throw new JinjaException("it writes more than " + charactersMax + " characters");
        }
    }

    /** Counts characters that are looked at and not made, which takes far less. */
    void looks(long more) {
        looks += more;
        if (looks > looksMax) {
            throw new JinjaException("it looks at more than " + looksMax + " characters");
        }
    }

    /** Counts what looking for a part in a whole may take: at each place the whole part may agree but for its end. */
    void search(int whole, int part) {
        looks((long) whole * Math.max(1, Math.min(part, whole)));
    }

    Text counted(Text text) {
        characters(text.length());
        return text;
    }

    void enter() {
        steps(1);
        if (++depth > DEPTH_MAX) {
            throw new JinjaException("it calls or holds things in one another without end");
        }
    }

    void leave() {
        depth--;
    }
}
