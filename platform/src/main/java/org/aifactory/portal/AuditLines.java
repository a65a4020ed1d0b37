package org.aifactory.portal;

import java.util.List;
import java.util.Map;
import org.aifactory.identity.AuditTrail.Event;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** A page of the audit trail, with names where the trail has numbers. */
@Component
class AuditLines {
    static final int ON_A_PAGE = 50;

    private final People people;

    AuditLines(People people) {
        this.people = people;
    }

    /**
     * What an event says, and who did it.
     *
     * @param who empty where the person left
     */
    record Line(Event event, String who) {}

    /** @param events the latest first; as many as fit on a page where there may be more */
    void show(List<Event> events, String path, Model model) {
        Map<PersonId, String> names = people.names(
                events.stream().flatMap(event -> event.person().stream()).toList());
        model.addAttribute(
                "lines",
                events.stream()
                        .map(event ->
                                new Line(event, event.person().map(names::get).orElse("")))
                        .toList());
        model.addAttribute(
                "earlier",
                events.size() < ON_A_PAGE
                        ? null
                        : path + "?before=" + events.getLast().number());
    }
}
