package org.aifactory.facts;

/** How well a figure is known; shown beside it wherever it is shown. */
public enum Mark {
    /** Read in the primary text: a law, an official page, the operator's own documentation. */
    PRIMARY,
    /** From the press, or a third party that names the page it is from. */
    SECONDARY,
    /** One weak source, or sources that disagree. Shown, and never calculated with. */
    UNVERIFIED,
    /** Calculated from other figures. */
    DERIVED
}
