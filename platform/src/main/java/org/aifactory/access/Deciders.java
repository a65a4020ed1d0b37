package org.aifactory.access;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Duty;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Role;
import org.springframework.stereotype.Service;

/** Who decides what waits. */
@Service
public class Deciders {
    private final Applications applications;
    private final Decisions decisions;
    private final Partitions partitions;
    private final People people;
    private final Organisations organisations;

    Deciders(
            Applications applications,
            Decisions decisions,
            Partitions partitions,
            People people,
            Organisations organisations) {
        this.applications = applications;
        this.decisions = decisions;
        this.partitions = partitions;
        this.people = people;
        this.organisations = organisations;
    }

    /** Everybody who may decide the application, or a change of what was granted for it. */
    public List<PersonId> of(ApplicationId id) {
        Application application = applications.require(id);
        Set<PersonId> known = new LinkedHashSet<>(people.with(Duty.REVIEWER));
        partitions
                .factory(partitions.require(application.partition()))
                .operator()
                .ifPresent(operator -> known.addAll(organisations.withRole(operator, Role.MEMBER)));
        return known.stream()
                .map(people::actor)
                .flatMap(Optional::stream)
                .filter(actor -> decisions.mayDecide(actor, application))
                .map(Actor::person)
                .toList();
    }
}
