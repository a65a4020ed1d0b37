package org.aifactory.review;

import java.time.Instant;
import org.aifactory.review.Selection.Rule;

/**
 * The judging of all that came in for one cut-off.
 *
 * @param subject what it judges for, as its owner names it
 * @param reviewers for each paper, at least
 */
public record Panel(
        PanelId id,
        String subject,
        Text title,
        Scheme scheme,
        int reviewers,
        Rule rule,
        PanelState state,
        Instant opened) {

    /** As the audit trail names it. */
    String trail() {
        return "panel " + id;
    }
}
