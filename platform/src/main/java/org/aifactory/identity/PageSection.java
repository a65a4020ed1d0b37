package org.aifactory.identity;

import java.util.Optional;

/**
 * What a module shows on a page of another that it builds upon. Each brings a bean of this; the page has a place for all of them, and
 * knows none.
 */
public interface PageSection {

    /** The page, as its template is named: {@code federation/factory}. */
    String page();

    /** The template that has the fragment which shows it; what is to be shown it finds as {@code section}. */
    String template();

    /** The fragment in the template. */
    String fragment();

    /**
     * What is to be shown; empty where there is nothing.
     *
     * @param thing what the page is about, as it stands in the page's address; empty where the page is about all
     * @param actor who reads the page
     */
    Optional<?> content(String thing, Optional<Actor> actor);
}
