package org.aifactory.notices;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Tells people, each once. What is to be mailed is written down in the same transaction as the notice. */
@Component
class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    /** Whoever founds an organisation could else have the platform write to the whole world. */
    private static final int MOST_A_DAY = 50;

    private static final Duration A_DAY = Duration.ofDays(1);

    private final NoticeTable notices;
    private final MailTable mails;
    private final MailSwitch mail;
    private final InstantSource clock;

    Notifier(NoticeTable notices, MailTable mails, MailSwitch mail, InstantSource clock) {
        this.notices = notices;
        this.mails = mails;
        this.mail = mail;
        this.clock = clock;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void tell(Collection<PersonId> people, Telling telling) {
        for (PersonId person : people) {
            if (tellHere(person, telling) && mail.isOn()) {
                mails.add(telling.idFor(person), now());
            }
        }
    }

    /** In the portal alone; false where the person knows it. */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean tellHere(PersonId person, Telling telling) {
        return notices.add(person, telling, now());
    }

    /** By mail alone, where any is sent: whoever has the address may have no account. */
    @Transactional(propagation = Propagation.MANDATORY)
    void write(UUID id, Letter letter, OrganisationId organisation) {
        if (!mail.isOn()) {
            return;
        }
        if (notices.addressed(organisation, now().minus(A_DAY)) >= MOST_A_DAY) {
            LOG.warn(
                    "Organisation {} has written to {} people within a day, and no more until that is over",
                    organisation,
                    MOST_A_DAY);
            return;
        }
        if (notices.add(id, letter, organisation, now())) {
            mails.add(id, now());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
