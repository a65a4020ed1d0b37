package org.aifactory.notices;

import java.util.List;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Reason;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Role;
import org.aifactory.notices.Word.Said;
import org.aifactory.notices.Word.Text;
import org.aifactory.notices.Word.Time;
import org.aifactory.training.Recipe;
import org.aifactory.training.Run;
import org.aifactory.training.RunEnded;
import org.aifactory.training.RunState;
import org.aifactory.training.Runs;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Component;

/** Tells whoever started a run how it ended, and what it was charged. */
@Component
class RunNotices {
    private final Notifier notifier;
    private final Runs runs;
    private final Partitions partitions;
    private final Organisations organisations;

    RunNotices(Notifier notifier, Runs runs, Partitions partitions, Organisations organisations) {
        this.notifier = notifier;
        this.runs = runs;
        this.partitions = partitions;
        this.organisations = organisations;
    }

    /** What is told is how the run stands now: where it was resumed meanwhile, there is an end to tell of later. */
    @ApplicationModuleListener(id = "notices.run-ended")
    void on(RunEnded ended) {
        Run run = runs.require(ended.run());
        if (!run.state().hasEnded() || run.state() == RunState.CANCELLED || run.recipe() == Recipe.SERVE) {
            return;
        }
        notifier.tell(
                concerned(run),
                new Telling(
                        "run " + run.id() + " attempt " + run.attempts() + " ended",
                        run.organisation(),
                        Kind.RUN,
                        "run-" + run.state().slug(),
                        List.of(new Text(run.name()), why(run.reason()), charged(run)),
                        "/runs/" + run.id()));
    }

    /** Whoever started it; the owners where they have left the organisation. */
    private List<PersonId> concerned(Run run) {
        return organisations.withRole(run.organisation(), Role.VIEWER).contains(run.submitter())
                ? List.of(run.submitter())
                : organisations.withRole(run.organisation(), Role.OWNER);
    }

    private static Word why(Reason reason) {
        return Said.of(reason.words());
    }

    private Word charged(Run run) {
        return new Time(run.charged(), partitions.require(run.partition()).unit());
    }
}
