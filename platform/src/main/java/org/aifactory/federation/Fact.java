package org.aifactory.federation;

import java.util.List;
import org.aifactory.facts.Mark;

/**
 * A figure as it was published.
 *
 * @param what what it says: {@code nodes}, {@code performance}; a page looks up its words under {@code fact.WHAT}
 * @param sources addresses where it can be read
 */
public record Fact(String what, String value, Mark mark, List<String> sources) {}
