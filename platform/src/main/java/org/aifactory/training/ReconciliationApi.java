package org.aifactory.training;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.identity.Actor;
import org.aifactory.training.CorrectionTable.Reading;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** How what was settled compares with the books of a machine, over HTTP; for those who operate it. */
@RestController
class ReconciliationApi {
    private static final int MOST = 1000;

    private final Reconciliation reconciliation;
    private final CorrectionTable corrections;
    private final Machines machines;

    ReconciliationApi(Reconciliation reconciliation, CorrectionTable corrections, Machines machines) {
        this.reconciliation = reconciliation;
        this.corrections = corrections;
        this.machines = machines;
    }

    /** @param used and so on: in the unit of the partition */
    record CorrectionView(
            RunId run,
            int attempt,
            Instant at,
            long usedBefore,
            long used,
            long chargedBefore,
            long charged,
            long borneBySiteBefore,
            long borneBySite) {

        static CorrectionView of(UsageCorrection correction) {
            return new CorrectionView(
                    correction.run(),
                    correction.attempt(),
                    correction.at(),
                    correction.before().used(),
                    correction.after().used(),
                    correction.before().charged(),
                    correction.after().charged(),
                    correction.before().site(),
                    correction.after().site());
        }
    }

    /**
     * @param last when the books were last read, how many attempts were compared and corrected, and of how many they know no end
     * @param corrections the latest first
     */
    record View(Optional<Reading> last, List<CorrectionView> corrections) {}

    @Operation(summary = "What was corrected after the machine's own books, such as Slurm's accounts")
    @GetMapping("/api/machines/{slug}/reconciliation")
    View show(Actor actor, @PathVariable String slug) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        return view(machine);
    }

    @Operation(
            summary =
                    "Compare the attempts of the last days with the machine's own books now, as happens each night; differences are booked as corrections, once")
    @PostMapping("/api/machines/{slug}/reconciliation")
    View reconcile(Actor actor, @PathVariable String slug) {
        reconciliation.reconcile(actor, slug);
        return view(machines.require(slug));
    }

    private View view(Machine machine) {
        return new View(
                corrections.lastReading(machine.id()),
                corrections.of(machine.id(), MOST).stream()
                        .map(CorrectionView::of)
                        .toList());
    }
}
