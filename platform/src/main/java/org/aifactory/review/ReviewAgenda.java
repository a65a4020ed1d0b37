package org.aifactory.review;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Agenda;
import org.aifactory.identity.Duty;
import org.springframework.stereotype.Component;

/** What a reviewer has to judge, and which appeals wait for the office. */
@Component
class ReviewAgenda implements Agenda {
    private final PanelTable table;
    private final Appeals appeals;

    ReviewAgenda(PanelTable table, Appeals appeals) {
        this.table = table;
        this.appeals = appeals;
    }

    @Override
    public List<Item> of(Actor actor) {
        return Stream.concat(toJudge(actor), toAnswer(actor)).toList();
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
