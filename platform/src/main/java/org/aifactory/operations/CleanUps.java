package org.aifactory.operations;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.upkeep.Housekeeper;
import org.aifactory.upkeep.Housekeeper.Cleared;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Service;

/** What goes by itself, and at once where an administrator asks. */
@Service
class CleanUps {
    private final Housekeeper housekeeper;
    private final AuditTrail audit;
    private final MessageSource messages;

    CleanUps(Housekeeper housekeeper, AuditTrail audit, MessageSource messages) {
        this.housekeeper = housekeeper;
        this.audit = audit;
        this.messages = messages;
    }

    /**
     * Something that goes by itself.
     *
     * @param what it is, in the reader's language
     * @param afterSeconds how long it stays; empty where it stays for good, as whoever runs the platform wants it
     */
    record Rule(String name, String what, Optional<Long> afterSeconds) {
        /** At once, or in whole days or minutes, for a message. */
        public String unit() {
            long seconds = afterSeconds.orElse(0L);
            return seconds == 0 ? "at-once" : seconds % Duration.ofDays(1).toSeconds() == 0 ? "days" : "minutes";
        }

        public long count() {
            Duration after = Duration.ofSeconds(afterSeconds.orElse(0L));
            return unit().equals("days") ? after.toDays() : after.toMinutes();
        }
    }

    /** What a clean-up has freed. */
    record Result(long things, long bytes, List<Cleared> cleared) {}

    List<Rule> rules(Locale locale) {
        return housekeeper.rules().stream()
                .map(rule -> new Rule(
                        rule.name(),
                        messages.getMessage("upkeep." + rule.name(), null, locale),
                        rule.kept().map(Duration::toSeconds)))
                .toList();
    }

    /** @throws Problem when the person may not, or somebody is about it */
    Result cleanUp(Actor actor) {
        requireAdministrator(actor);
        List<Cleared> cleared = housekeeper
                .cleanUp()
                .orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "operations.refused.under-way"));
        Result result = new Result(
                cleared.stream().mapToLong(Cleared::things).sum(),
                cleared.stream().mapToLong(Cleared::bytes).sum(),
                cleared);
        audit.record(
                actor.person(),
                null,
                "platform.cleaned-up",
                "platform",
                Map.of("things", result.things(), "bytes", result.bytes()));
        return result;
    }

    static void requireAdministrator(Actor actor) {
        if (!actor.has(Duty.ADMINISTRATOR)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.administrator-sees");
        }
    }
}
