package org.aifactory.portal;

import java.util.List;
import java.util.Map;
import org.aifactory.identity.AuditTrail.Event;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.portal.AuditDetails.Detail;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** A page of the audit trail, with names where the trail has numbers. */
@Component
class AuditLines {
    static final int ON_A_PAGE = 50;

    private final People people;
    private final MessageSource messages;

    AuditLines(People people, MessageSource messages) {
        this.people = people;
        this.messages = messages;
    }

    /**
     * What an event says, and who did it.
     *
     * @param who empty where the person left
     */
    record Line(Event event, String who, List<Detail> details) {}

    /** @param events the latest first; as many as fit on a page where there may be more */
    void show(List<Event> events, String path, Model model) {
        Map<PersonId, String> names = people.names(
                events.stream().flatMap(event -> event.person().stream()).toList());
        AuditDetails details = new AuditDetails(messages, LocaleContextHolder.getLocale());
        model.addAttribute(
                "lines",
                events.stream()
                        .map(event ->
                                new Line(event, event.person().map(names::get).orElse(""), details.of(event)))
                        .toList());
        model.addAttribute(
                "earlier",
                events.size() < ON_A_PAGE
                        ? null
                        : path + "?before=" + events.getLast().number());
    }
}
