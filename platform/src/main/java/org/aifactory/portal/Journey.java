package org.aifactory.portal;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a founder has come: the steps from an idea to a chat, of which the first that is not done is next. */
record Journey(List<Step> steps) {

    /** In their order. Named by {@code portal.home.NAME} in the message bundle. */
    enum Stage {
        APPLY,
        DATA,
        TRAIN,
        CHAT
    }

    enum State {
        DONE,
        NOW,
        LATER;

        public String slug() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param path of the page on which it is done; null where there is none */
    record Step(Stage stage, State state, @Nullable String path) {

        public String messageKey() {
            return "portal.home." + stage.name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is known of a step before it is known which one is next. */
    record Fact(Stage stage, boolean isDone, @Nullable String path) {}

    static Journey of(List<Fact> facts) {
        Stage next = facts.stream()
                .filter(fact -> !fact.isDone())
                .map(Fact::stage)
                .findFirst()
                .orElse(null);
        return new Journey(facts.stream()
                .map(fact -> new Step(
                        fact.stage(),
                        fact.isDone() ? State.DONE : fact.stage() == next ? State.NOW : State.LATER,
                        fact.path()))
                .toList());
    }

    public boolean isFinished() {
        return steps.stream().allMatch(step -> step.state() == State.DONE);
    }
}
