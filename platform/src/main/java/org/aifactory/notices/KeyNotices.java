package org.aifactory.notices;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.aifactory.identity.ExpiringKeys;
import org.aifactory.identity.ExpiringKeys.ExpiringKey;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Role;
import org.aifactory.notices.Word.Moment;
import org.aifactory.notices.Word.Text;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Tells of tokens and keys that soon open nothing any more: a program that has one would be turned away overnight. */
@Component
class KeyNotices {
    private static final Duration SOON = Duration.ofDays(7);
    /** Whoever makes a key for some days knows when it ends. */
    private static final Duration LASTING = Duration.ofDays(14);

    private final List<ExpiringKeys> rings;
    private final Notifier notifier;
    private final Organisations organisations;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    KeyNotices(
            List<ExpiringKeys> rings,
            Notifier notifier,
            Organisations organisations,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.rings = rings;
        this.notifier = notifier;
        this.organisations = organisations;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** A notice has its name from the key, so each is told of once however often this looks. */
    @Scheduled(fixedDelayString = "${aifactory.notices.sweep-interval}")
    void look() {
        Instant now = clock.instant();
        for (ExpiringKeys ring : rings) {
            for (ExpiringKey key : ring.ending(now, now.plus(SOON), LASTING)) {
                transaction.executeWithoutResult(status -> notifier.tell(concerned(key), telling(key)));
            }
        }
    }

    private static Telling telling(ExpiringKey key) {
        return new Telling(
                key.kind() + " " + key.id() + " ends",
                key.organisation().orElse(null),
                Kind.KEY,
                key.kind() + "-ends",
                List.of(new Text(key.name()), new Moment(key.expires())),
                key.page());
    }

    /** Who made it; where they have left its organisation, who owns that. */
    private List<PersonId> concerned(ExpiringKey key) {
        if (key.organisation().isEmpty()) {
            return List.of(key.maker());
        }
        OrganisationId organisation = key.organisation().get();
        return organisations.withRole(organisation, Role.MEMBER).contains(key.maker())
                ? List.of(key.maker())
                : organisations.withRole(organisation, Role.OWNER);
    }
}
