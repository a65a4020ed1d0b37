package org.aifactory.training;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.aifactory.data.Datasets;
import org.aifactory.data.VersionId;
import org.aifactory.federation.Factory;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * In which countries what belongs to an organisation may be worked on, and in which of these one of its datasets. It holds for every run,
 * also where somebody names the machine. Of a machine of which nobody knows where it stands, nobody can say that it stands there.
 */
@Component
class Residency {
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final int MOST = 250;

    private final JdbcClient jdbc;
    private final Partitions partitions;
    private final Datasets datasets;
    private final AuditTrail audit;

    Residency(JdbcClient jdbc, Partitions partitions, Datasets datasets, AuditTrail audit) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.datasets = datasets;
        this.audit = audit;
    }

    /** @throws Problem where a run of the organisation may not go */
    void require(OrganisationId organisation, Optional<VersionId> dataset, Partition partition) {
        List<UUID> subjects = new ArrayList<>(List.of(organisation.value()));
        dataset.ifPresent(version -> subjects.add(version.dataset().value()));
        Factory factory = partitions.factory(partition);
        for (UUID subject : subjects) {
            NavigableSet<String> countries = of(subject);
            boolean isThere = factory.country().filter(countries::contains).isPresent();
            if (!countries.isEmpty() && !isThere) {
                throw Problem.of(
                        ProblemType.AGAINST_RULES,
                        Message.of(
                                subject.equals(organisation.value())
                                        ? "training.residency.organisation"
                                        : "training.residency.dataset",
                                String.join(", ", countries),
                                partition.name(),
                                factory.country()
                                        .map(Message::written)
                                        .orElseGet(() -> Message.of("training.residency.unknown"))));
            }
        }
    }

    /** Empty for anywhere. */
    NavigableSet<String> of(UUID subject) {
        return jdbc
                .sql("select unnest(countries) as country from training.residency where subject = :subject")
                .param("subject", subject)
                .query((row, number) -> row.getString("country"))
                .list()
                .stream()
                .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
    }

    NavigableSet<String> ofOrganisation(Actor actor, OrganisationId organisation) {
        actor.requireMaySee(organisation, "organisation", organisation);
        return of(organisation.value());
    }

    NavigableSet<String> ofDataset(Actor actor, UUID dataset) {
        owner(actor, dataset);
        return of(dataset);
    }

    /** @param countries none for anywhere */
    @Transactional
    void setOrganisation(Actor actor, OrganisationId organisation, NavigableSet<String> countries) {
        actor.requireMayChange(organisation, "organisation", organisation);
        set(actor, organisation.value(), organisation, "organisation " + organisation, countries);
    }

    @Transactional
    void setDataset(Actor actor, UUID dataset, NavigableSet<String> countries) {
        OrganisationId owner = owner(actor, dataset);
        actor.requireMayChange(owner, "dataset", dataset);
        set(actor, dataset, owner, "dataset " + dataset, countries);
    }

    private OrganisationId owner(Actor actor, UUID dataset) {
        return datasets.find(actor, new org.aifactory.data.DatasetId(dataset)).organisation();
    }

    private void set(
            Actor actor, UUID subject, OrganisationId organisation, String name, NavigableSet<String> countries) {
        if (countries.size() > MOST
                || !countries.stream().allMatch(word -> COUNTRY.matcher(word).matches())) {
            throw Problem.invalid("countries", "training.fault.countries");
        }
        if (countries.isEmpty()) {
            jdbc.sql("delete from training.residency where subject = :subject")
                    .param("subject", subject)
                    .update();
        } else {
            jdbc.sql("""
                    insert into training.residency (subject, organisation, countries) values (:subject, :organisation, :countries)
                    on conflict (subject) do update set organisation = excluded.organisation, countries = excluded.countries
                    """)
                    .param("subject", subject)
                    .param("organisation", organisation.value())
                    .param("countries", countries.toArray(String[]::new))
                    .update();
        }
        audit.record(
                actor.person(),
                organisation,
                "residency.set",
                name,
                java.util.Map.of("countries", String.join(" ", countries)));
    }
}
