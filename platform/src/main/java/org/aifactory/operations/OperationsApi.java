package org.aifactory.operations;

import io.swagger.v3.oas.annotations.Operation;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Duty;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** For administrators. */
@RestController
class OperationsApi {
    private final DiskUse disk;

    OperationsApi(DiskUse disk) {
        this.disk = disk;
    }

    @Operation(summary = "How full the disk is, and with what; for administrators")
    @GetMapping("/api/operations/disk")
    DiskUse.Report disk(Actor actor) {
        if (!actor.has(Duty.ADMINISTRATOR)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.administrator-sees");
        }
        return disk.report();
    }
}
