package org.aifactory.engine.tokenizer;

/**
 * A token that stands beside the vocabulary the text is made of, such as the end of a document or of a turn.
 *
 * @param alone whether it is recognised only where no letter, digit or underscore touches it ({@code single_word})
 * @param takesSpaceBefore whether white space before it belongs to it ({@code lstrip})
 * @param takesSpaceAfter whether white space after it belongs to it ({@code rstrip})
 * @param normalized whether it is looked for after the text is normalised, not before
 * @param special whether decoding leaves it out
 */
record AddedToken(
        int id,
        String content,
        boolean alone,
        boolean takesSpaceBefore,
        boolean takesSpaceAfter,
        boolean normalized,
        boolean special) {

    static AddedToken special(int id, String content) {
        return new AddedToken(id, content, false, false, false, false, true);
    }
}
