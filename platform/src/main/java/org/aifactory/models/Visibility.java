package org.aifactory.models;

/** Who knows of a model and may have its files. */
public enum Visibility {
    /** Whoever submitted its run, and the owners of the organisation. */
    PRIVATE,
    /** The members of the organisation. */
    ORGANISATION,
    /** Everybody who has an account here. */
    PUBLIC
}
