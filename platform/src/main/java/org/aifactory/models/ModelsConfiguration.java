package org.aifactory.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.aifactory.upkeep.Passing;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
@EnableConfigurationProperties(ModelSettings.class)
class ModelsConfiguration {
    /** Longer than it takes to make anything. */
    private static final Duration LEFTOVERS_KEPT = Duration.ofDays(1);

    @Bean
    Passing modelLeftovers(GgufExports exports, ModelFolders folders, Models models, InstantSource clock) {
        return Passing.of("model-leftovers", Optional.of(LEFTOVERS_KEPT), () -> {
            Instant before = clock.instant().minus(LEFTOVERS_KEPT);
            try {
                return exports.removeLeftovers(before).plus(folders.removeLeftovers(before, models::mayBe));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }
}
