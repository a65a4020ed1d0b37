package org.aifactory.data;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Ends what is too old and removes what nobody needs. */
@Component
@EnableConfigurationProperties(DataSettings.class)
class DataSweep {
    private static final Logger LOG = LoggerFactory.getLogger(DataSweep.class);

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

    @Scheduled(fixedDelayString = "${aifactory.data.clean-up-interval}")
    void cleanUp() {
        uploads.removeLeftovers();
        int unfinished = blobs.removeLeftovers();
        int removed = blobs.removeUnkept();
        if (unfinished + removed > 0) {
            LOG.info("Removed {} stored files that nobody keeps, and {} half-written ones", removed, unfinished);
        }
    }
}
