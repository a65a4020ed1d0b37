package org.aifactory.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.aifactory.upkeep.Passing;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A backup that was killed leaves second names of all files, and none of them can go until those are gone. */
@Configuration(proxyBeanMethods = false)
class BackupUpkeep {

    @Bean
    Passing backupLeftovers(@Value("${aifactory.home}") Path home) {
        return Passing.of("backup-leftovers", Optional.of(Duration.ZERO), () -> {
            try {
                return HomeFiles.removeLeftovers(home.toAbsolutePath().normalize());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }
}
