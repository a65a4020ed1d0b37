package org.aifactory.notices;

import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Forgets what was told long ago. */
@Component
class NoticeSweep {
    private final NoticeTable notices;
    private final InstantSource clock;
    private final Duration kept;

    NoticeSweep(NoticeTable notices, InstantSource clock, @Value("${aifactory.notices.kept}") Duration kept) {
        this.notices = notices;
        this.clock = clock;
        this.kept = kept;
    }

    @Scheduled(fixedDelayString = "${aifactory.notices.sweep-interval}")
    void sweep() {
        notices.forgetBefore(clock.instant().minus(kept));
    }
}
