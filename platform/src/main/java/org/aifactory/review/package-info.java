/** How papers are judged: scoring schemes, reviewers, conflicts of interest, assignment, scores, ranking, selection, decisions. */
@NullMarked
@ApplicationModule(displayName = "Review")
package org.aifactory.review;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
