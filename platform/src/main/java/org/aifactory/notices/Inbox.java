package org.aifactory.notices;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What a person was told; nobody else's. */
@Service
public class Inbox {
    private final NoticeTable notices;
    private final InstantSource clock;

    Inbox(NoticeTable notices, InstantSource clock) {
        this.notices = notices;
        this.clock = clock;
    }

    /** How many the person has not read. */
    public int unread(Actor actor) {
        return notices.unread(actor.person());
    }

    List<Notice> of(Actor actor, boolean unreadOnly, @Nullable UUID before, int most) {
        return notices.of(actor.person(), unreadOnly, before, most);
    }

    /**
     * Marks a notice as read; again changes nothing.
     *
     * @throws Problem when the person was told no such thing
     */
    Notice read(Actor actor, UUID id) {
        notices.read(actor.person(), id, now());
        return notices.find(actor.person(), id).orElseThrow(() -> Problem.notFound("notice", id));
    }

    /** Marks all of the person's notices as read; how many were not. */
    int readAll(Actor actor) {
        return notices.readAll(actor.person(), now());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
