package org.aifactory.operations;

import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Locale;
import org.aifactory.identity.Actor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** For administrators. */
@RestController
class OperationsApi {
    private final DiskUse disk;
    private final CleanUps cleanUps;

    OperationsApi(DiskUse disk, CleanUps cleanUps) {
        this.disk = disk;
        this.cleanUps = cleanUps;
    }

    /**
     * @param free what is left on the disk of the home folder, in bytes
     * @param database what the database takes, wherever it is
     * @param folders the folders of the home folder, largest first
     */
    record Disk(
            String home,
            long total,
            long free,
            long database,
            List<DiskUse.Folder> folders,
            List<CleanUps.Rule> goesByItself) {}

    @Operation(summary = "How full the disk is, with what, and what of it goes by itself; for administrators")
    @GetMapping("/api/operations/disk")
    Disk disk(Actor actor, Locale locale) {
        CleanUps.requireAdministrator(actor);
        DiskUse.Report report = disk.report();
        return new Disk(
                report.home(),
                report.total(),
                report.free(),
                report.database(),
                report.folders(),
                cleanUps.rules(locale));
    }

    @Operation(summary = "Remove now what is due to go by itself, and say what that freed; for administrators")
    @PostMapping("/api/operations/clean-up")
    CleanUps.Result cleanUp(Actor actor) {
        return cleanUps.cleanUp(actor);
    }
}
