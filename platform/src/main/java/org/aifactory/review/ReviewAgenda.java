package org.aifactory.review;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Agenda;
import org.aifactory.identity.Duty;
import org.aifactory.review.PanelTable.Progress;
import org.springframework.stereotype.Component;

/** What a reviewer has to judge, and what panels and appeals want of the office. */
@Component
class ReviewAgenda implements Agenda {
    private final PanelTable table;
    private final Appeals appeals;
    private final Reviewers reviewers;

    ReviewAgenda(PanelTable table, Appeals appeals, Reviewers reviewers) {
        this.reviewers = reviewers;
        this.table = table;
        this.appeals = appeals;
    }

    @Override
    public List<Item> of(Actor actor) {
        return Stream.of(toJudge(actor), toSay(actor), toAnswer(actor), toLead(actor))
                .flatMap(some -> some)
                .toList();
    }

    /** Nothing can be assigned to somebody of whom nobody knows what they know; it is asked when there is something to assign. */
    private Stream<Item> toSay(Actor actor) {
        return actor.has(Duty.REVIEWER)
                        && !reviewers.hasProfile(actor.person())
                        && !table.progress().isEmpty()
                ? Stream.of(new Item("review.agenda.profile", List.of(), "/review", Optional.empty()))
                : Stream.of();
    }

    private Stream<Item> toLead(Actor actor) {
        return actor.isProgrammeOfficer()
                ? table.progress().stream().flatMap(progress -> next(progress).stream())
                : Stream.of();
    }

    /** Nothing while reviewers are at it. */
    private static Optional<Item> next(Progress progress) {
        if (progress.missing() > 0) {
            return Optional.of(item("review.agenda.assign", progress, progress.missing()));
        }
        if (progress.ready() > 0) {
            return Optional.of(item("review.agenda.agree", progress, progress.ready()));
        }
        return progress.agreed() == progress.papers()
                ? Optional.of(
                        new Item("review.agenda.decide", List.of(title(progress)), path(progress), Optional.empty()))
                : Optional.empty();
    }

    private static Item item(String key, Progress progress, int papers) {
        return new Item(key, List.of(Integer.toString(papers), title(progress)), path(progress), Optional.empty());
    }

    private static String title(Progress progress) {
        return progress.title().said().toString();
    }

    private static String path(Progress progress) {
        return "/panels/" + progress.id();
    }

    private Stream<Item> toJudge(Actor actor) {
        if (!actor.has(Duty.REVIEWER)) {
            return Stream.of();
        }
        return table.of(actor.person()).stream()
                .filter(assignment -> assignment.handedIn().isEmpty())
                .flatMap(assignment -> table.paper(assignment.paper()).stream()
                        .map(paper -> new Item(
                                "review.agenda.judge",
                                List.of(paper.title()),
                                "/review/" + assignment.id(),
                                Optional.empty())));
    }

    private Stream<Item> toAnswer(Actor actor) {
        if (!actor.isProgrammeOfficer()) {
            return Stream.of();
        }
        return appeals.waiting().stream()
                .flatMap(appeal -> table.paper(appeal.paper()).stream()
                        .map(paper -> new Item(
                                "review.agenda.appeal",
                                List.of(paper.title()),
                                "/proposals/" + paper.id(),
                                Optional.of(appeal.promisedBy()))));
    }
}
