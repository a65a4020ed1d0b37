package org.aifactory.federation.slurm;

import java.sql.Types;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobOwners;
import org.aifactory.federation.JobOwners.Owner;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Each organisation's account at a site, where the site wants them apart: opened under the one that the machine is connected with when the
 * organisation's first job goes there, and limited a little above what it was granted, anew whenever that changes. The ledger says who may
 * run what; a limit that the site keeps for itself to set keeps nobody from running.
 */
@Component
class SlurmAccounts {
    private static final Logger LOG = LoggerFactory.getLogger(SlurmAccounts.class);
    /** Of the organisation's id, as many as make two of one name unlikely at any site. */
    private static final int DIGITS = 12;

    private static final int MOST_OF_NAME = 60;

    private final JdbcClient jdbc;
    private final Partitions partitions;
    private final ObjectProvider<JobOwners> owners;
    private final InstantSource clock;

    SlurmAccounts(JdbcClient jdbc, Partitions partitions, ObjectProvider<JobOwners> owners, InstantSource clock) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.owners = owners;
        this.clock = clock;
    }

    /** On which account of Slurm's a job runs. */
    interface OfJobs {
        /** @throws Cluster.Refused when the site has none for it, and will not have one opened */
        String of(JobKey job) throws Cluster.Refused;
    }

    OfJobs at(MachineId machine, SlurmSite site, Cluster cluster) {
        return job -> setting(machine) == SiteAccounts.SERVICE ? site.account() : own(machine, site, cluster, job);
    }

    SiteAccounts setting(MachineId machine) {
        return jdbc.sql("select accounts from federation.slurm_site where machine = :machine")
                .param("machine", machine.value())
                .query((row, number) -> SiteAccounts.valueOf(row.getString(1)))
                .optional()
                .orElse(SiteAccounts.SERVICE);
    }

    void set(MachineId machine, SiteAccounts setting) {
        jdbc.sql("update federation.slurm_site set accounts = :setting where machine = :machine")
                .param("machine", machine.value())
                .param("setting", setting.name())
                .update();
    }

    /** As after its cluster was changed for another, where none of them may be. */
    void forget(MachineId machine) {
        jdbc.sql("delete from federation.slurm_account where machine = :machine")
                .param("machine", machine.value())
                .update();
    }

    private String own(MachineId machine, SlurmSite site, Cluster cluster, JobKey job) throws Cluster.Refused {
        Optional<Owner> owner =
                owners.stream().flatMap(known -> known.of(job).stream()).findFirst();
        // What is nobody's run is the platform's own.
        return owner.isEmpty() ? site.account() : own(machine, site, cluster.accountBooks(), owner.get());
    }

    private String own(MachineId machine, SlurmSite site, AccountBooks books, Owner owner) throws Cluster.Refused {
        String name = name(site, owner.organisation());
        Backstop backstop = Backstop.of(partitions.of(machine), owner.granted());
        Optional<Kept> kept =
                kept(machine, owner.organisation()).filter(known -> known.name().equals(name));
        if (kept.filter(known -> known.limits().equals(backstop.toString())).isPresent()) {
            return name;
        }
        try {
            if (kept.isEmpty()) {
                requireOpen(site, books, name, owner.name());
            }
            keep(
                    machine,
                    owner.organisation(),
                    new Kept(name, backstop.toString(), limit(books, name, site.person(), backstop)));
        } catch (MachineUnavailable away) {
            if (kept.isEmpty()) {
                throw away;
            }
            // A limit of before is limit enough until the books can be asked.
            LOG.info("The limit of {} is set later", name, away);
        }
        return name;
    }

    /** The account that an organisation has or would have. */
    static String name(SlurmSite site, OrganisationId organisation) {
        String id = organisation.value().toString().replace("-", "").substring(0, DIGITS);
        // Slurm makes small letters of all.
        return site.account().toLowerCase(Locale.ROOT) + "-" + id;
    }

    private static void requireOpen(SlurmSite site, AccountBooks books, String name, String organisation)
            throws Cluster.Refused {
        if (isOpen(books, name, site.person())) {
            return;
        }
        String refusal = "–";
        try {
            books.open(name, plain(organisation), site.account(), site.person());
        } catch (Cluster.Refused refused) {
            refusal = refused.sentence().inEnglish();
        }
        if (!isOpen(books, name, site.person())) {
            throw new Cluster.Refused(Message.of(
                    "federation.slurm.refuses-to-open",
                    organisation,
                    name,
                    refusal,
                    byHand(name, site.account(), site.person())));
        }
    }

    /** What whoever administrates the site types to open one. */
    static String byHand(String name, String under, String person) {
        return "sacctmgr add account " + name + " parent=" + under + "; sacctmgr add user " + person + " account="
                + name;
    }

    private static boolean isOpen(AccountBooks books, String name, String person) {
        return books.of(name).stream().anyMatch(one -> one.person().equals(person));
    }

    private static Optional<String> limit(AccountBooks books, String name, String person, Backstop backstop) {
        try {
            books.limit(name, person, backstop.minutes());
            return Optional.empty();
        } catch (Cluster.Refused refused) {
            LOG.warn("Slurm does not limit {} to {}: {}", name, backstop, refused.getMessage());
            return Optional.of(refused.sentence().inEnglish());
        }
    }

    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9 _-]", "_");
        return plain.substring(0, Math.min(MOST_OF_NAME, plain.length()));
    }

    /** @param unset why Slurm would not set the limit */
    record Kept(String name, String limits, Optional<String> unset) {}

    private Optional<Kept> kept(MachineId machine, OrganisationId organisation) {
        return jdbc.sql("""
                select name, limits, unset from federation.slurm_account where machine = :machine and organisation = :organisation
                """)
                .param("machine", machine.value())
                .param("organisation", organisation.value())
                .query((row, number) -> new Kept(
                        row.getString("name"), row.getString("limits"), Optional.ofNullable(row.getString("unset"))))
                .optional();
    }

    /** All that a machine has. */
    List<Kept> kept(MachineId machine) {
        return jdbc.sql(
                        "select name, limits, unset from federation.slurm_account where machine = :machine order by name")
                .param("machine", machine.value())
                .query((row, number) -> new Kept(
                        row.getString("name"), row.getString("limits"), Optional.ofNullable(row.getString("unset"))))
                .list();
    }

    private void keep(MachineId machine, OrganisationId organisation, Kept account) {
        jdbc.sql("""
                insert into federation.slurm_account (machine, organisation, name, limits, unset, at)
                values (:machine, :organisation, :name, :limits, :unset, :now)
                on conflict (machine, organisation) do update
                   set name = excluded.name, limits = excluded.limits, unset = excluded.unset, at = excluded.at
                """)
                .param("machine", machine.value())
                .param("organisation", organisation.value())
                .param("name", account.name())
                .param("limits", account.limits())
                .param("unset", account.unset().orElse(null), Types.VARCHAR)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }
}
