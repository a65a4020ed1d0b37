package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.aifactory.access.AllocationId;
import org.aifactory.federation.PartitionId;
import org.aifactory.training.Placement.Candidate;
import org.aifactory.training.Placement.Decision;
import org.aifactory.training.Placement.Judged;
import org.aifactory.web.Message;

/**
 * A decision where a run goes, as the world is told of it.
 *
 * @param at when it was made, from what was known then
 * @param why in words
 * @param candidates the best first, and those that were excluded last
 */
record PlacementView(Instant at, Message why, PlacementRules rules, List<Place> candidates) {

    /**
     * An allocation that could pay, with what would come of it on its partition.
     *
     * @param chosen whether it is the one
     * @param words what stands against it: why it was excluded, or that nobody can say when it begins
     * @param begin when it is expected to begin, and that it does between {@code earliest} and {@code latest} in nine of ten cases
     * @param end when it is expected to have ended
     * @param cents that it is expected to cost; zero where nothing is paid
     */
    record Place(
            AllocationId allocation,
            String project,
            PartitionId partition,
            String name,
            boolean chosen,
            boolean eligible,
            Optional<Message> words,
            Optional<String> country,
            Optional<String> gpu,
            Optional<Instant> earliest,
            Optional<Instant> begin,
            Optional<Instant> latest,
            Optional<Instant> end,
            long transferSeconds,
            long workSeconds,
            Optional<Long> cents,
            double kwh) {}

    static PlacementView of(Decision decision) {
        Optional<Candidate> chosen = decision.chosen();
        return new PlacementView(
                decision.at(),
                decision.why(),
                decision.rules(),
                decision.candidates().stream()
                        .map(judged -> place(
                                judged,
                                decision.at(),
                                chosen.filter(judged.candidate()::equals).isPresent()))
                        .toList());
    }

    static Place place(Judged judged, Instant at, boolean chosen) {
        Candidate candidate = judged.candidate();
        return new Place(
                candidate.allocation(),
                candidate.project(),
                candidate.partition(),
                candidate.place(),
                chosen,
                judged.isEligible(),
                judged.excluded()
                        .or(() -> candidate.begins().isPresent()
                                ? Optional.empty()
                                : Optional.of(Message.of("training.placement.nobody"))),
                candidate.country(),
                candidate.gpu(),
                candidate.begins().map(wait -> after(at, wait.earliest())),
                candidate.begins().map(wait -> after(at, wait.likely())),
                candidate.begins().map(wait -> after(at, wait.latest())),
                judged.isEligible() ? candidate.finish().map(wait -> after(at, wait)) : Optional.empty(),
                candidate.transfer().toSeconds(),
                candidate.work().toSeconds(),
                candidate.cents(),
                candidate.kwh());
    }

    private static Instant after(Instant at, Duration wait) {
        return at.plus(wait);
    }
}
