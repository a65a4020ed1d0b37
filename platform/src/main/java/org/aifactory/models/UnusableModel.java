package org.aifactory.models;

/** A folder is no model that programs can load. The message is a whole sentence for whoever made it. */
final class UnusableModel extends RuntimeException {
    UnusableModel(String sentence) {
        super(sentence);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
