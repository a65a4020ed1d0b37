package org.aifactory.programme;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Agenda;
import org.aifactory.programme.Call.Phase;
import org.aifactory.programme.Proposal.Submission;
import org.springframework.stereotype.Component;

/** What calls want of the office, and what proposals want of those who write them. */
@Component
class ProgrammeAgenda implements Agenda {
    /** So long an appeal is possible at most. */
    private static final Duration LONGEST_APPEAL = Duration.ofDays(366);

    private final Calls calls;
    private final Proposals proposals;
    private final Selections selections;
    private final ReserveList reserve;
    private final Rounds rounds;
    private final InstantSource clock;

    ProgrammeAgenda(
            Calls calls,
            Proposals proposals,
            Selections selections,
            ReserveList reserve,
            Rounds rounds,
            InstantSource clock) {
        this.calls = calls;
        this.proposals = proposals;
        this.selections = selections;
        this.reserve = reserve;
        this.rounds = rounds;
        this.clock = clock;
    }

    @Override
    public List<Item> of(Actor actor) {
        return Stream.concat(ofOffice(actor), ofHost(actor)).toList();
    }

    private Stream<Item> ofOffice(Actor actor) {
        if (!actor.isProgrammeOfficer()) {
            return Stream.of();
        }
        List<Call> own = calls.all(Optional.of(actor)).stream()
                .filter(call -> !call.isImported())
                .toList();
        Stream<Item> drafts = own.stream()
                .filter(call -> !call.isPublished())
                .map(call -> new Item(
                        "programme.agenda.draft",
                        List.of(title(call)),
                        "/calls/" + call.slug() + "/edit",
                        Optional.empty()));
        Stream<Item> panels = own.stream().filter(Call::isPublished).flatMap(call -> toOpen(actor, call));
        Stream<Item> free = reserve.freePlaces().stream()
                .map(place -> new Item(
                        "programme.agenda.reserve",
                        List.of(title(place.call())),
                        "/panels/" + place.panel(),
                        Optional.empty()));
        return Stream.of(drafts, panels, free).flatMap(some -> some);
    }

    private Stream<Item> toOpen(Actor actor, Call call) {
        return selections.cutOffs(actor, call.slug()).stream()
                .filter(cutOff -> cutOff.isOver()
                        && cutOff.submitted() > 0
                        && cutOff.panel().isEmpty())
                .map(cutOff -> new Item(
                        "programme.agenda.panel",
                        List.of(title(call), Integer.toString(cutOff.submitted())),
                        "/calls/" + call.slug() + "#desk",
                        Optional.empty()));
    }

    private static String title(Call call) {
        String title = call.definition().title().said().toString();
        return title.isBlank() ? call.slug() : title;
    }

    private Stream<Item> ofHost(Actor actor) {
        return proposals.of(actor).stream()
                .filter(proposal ->
                        proposal.organisation().filter(actor::mayChange).isPresent())
                .flatMap(proposal -> next(proposal).stream());
    }

    private Optional<Item> next(Proposal proposal) {
        Instant now = clock.instant();
        Call call = calls.require(proposal.call());
        return switch (proposal.state()) {
            case DRAFT ->
                call.phase(now) == Phase.CLOSED
                        ? Optional.empty()
                        : Optional.of(item("programme.agenda.write", proposal, calls.next(call)));
            case SUBMITTED -> {
                boolean isOlder = proposal.submission()
                        .filter(sent -> sent.version() < proposal.version())
                        .isPresent();
                yield isOlder && proposals.isAmendable(proposal)
                        ? Optional.of(item("programme.agenda.again", proposal, cutOff(proposal)))
                        : Optional.empty();
            }
            case SELECTED, RESERVE, REFUSED -> letter(proposal, now);
            case WITHDRAWN -> Optional.empty();
        };
    }

    private static Optional<Instant> cutOff(Proposal proposal) {
        return proposal.submission().flatMap(Submission::cutOff);
    }

    /** As long as an appeal is possible. */
    private Optional<Item> letter(Proposal proposal, Instant now) {
        LocalDate earliest = LocalDate.ofInstant(now.minus(LONGEST_APPEAL), ZoneOffset.UTC);
        return proposal.round()
                .flatMap(rounds::find)
                .filter(round -> !round.announced().isBefore(earliest))
                .flatMap(round -> selections.letter(proposal))
                .filter(letter -> letter.appeal().isEmpty() && !now.isAfter(letter.appealUntil()))
                .map(letter -> item("programme.agenda.letter", proposal, Optional.of(letter.appealUntil())));
    }

    private static Item item(String key, Proposal proposal, Optional<Instant> due) {
        String title = proposal.content().title();
        return new Item(
                key,
                List.of(title.isBlank() ? ProposalViews.reference(proposal) : title),
                "/proposals/" + proposal.id(),
                due);
    }
}
