package org.aifactory.training;

import java.time.Duration;
import org.springframework.modulith.events.FailedEventPublications;
import org.springframework.modulith.events.ResubmissionOptions;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Tells listeners again what they have failed to hear: a crash, a full disk or a mistake must not lose a model. */
@Component
class EventSweep {
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final FailedEventPublications failed;

    EventSweep(FailedEventPublications failed) {
        this.failed = failed;
    }

    @Scheduled(fixedDelayString = "${aifactory.training.events-sweep-interval}")
    void sweep() {
        failed.resubmit(ResubmissionOptions.defaults().withMinAge(PAUSE));
    }
}
