package org.aifactory.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.web.Message;

/**
 * What a rule says of an application.
 *
 * @param rule its id in the policy
 * @param text the rule, as a sentence
 * @param advice what to do where it does not hold
 * @param mark what the rule rests on
 * @param sources addresses where it can be read
 */
record Finding(
        String rule,
        Outcome outcome,
        Message text,
        Optional<Message> advice,
        Optional<Ground> mark,
        List<String> sources) {

    enum Outcome {
        HOLDS,
        /** The application is refused. */
        FAILS,
        /** A person looks at it. */
        FOR_PEOPLE,
        /** What it asks of is not answered yet. */
        UNANSWERED;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
