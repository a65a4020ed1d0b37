package org.aifactory.data;

import java.util.Optional;
import org.aifactory.upkeep.Passing;
import org.aifactory.upkeep.Passing.Freed;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Scheduled;

/** Ends what is too old and removes what nobody needs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DataSettings.class)
class DataSweep {
    private final Uploads uploads;
    private final BlobStore blobs;

    DataSweep(Uploads uploads, BlobStore blobs) {
        this.uploads = uploads;
        this.blobs = blobs;
    }

    @Scheduled(fixedDelayString = "${aifactory.data.sweep-interval}")
    void sweepUploads() {
        uploads.sweep();
    }

    @Bean
    Passing passingUploads(DataSettings settings) {
        return Passing.of("uploads", Optional.of(settings.uploadsKept()), () -> {
            uploads.removeLeftovers();
            return new Freed(uploads.sweep(), 0);
        });
    }

    @Bean
    Passing unkeptFiles(DataSettings settings) {
        return Passing.of("unkept-files", Optional.of(settings.unkept()), () -> {
            int unfinished = blobs.removeLeftovers();
            return blobs.removeUnkept().plus(new Freed(unfinished, 0));
        });
    }
}
