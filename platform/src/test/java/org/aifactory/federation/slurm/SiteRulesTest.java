package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Shape;
import org.aifactory.federation.slurm.Finding.Outcome;
import org.aifactory.federation.slurm.Finding.Subject;
import org.aifactory.web.Message;
import org.junit.jupiter.api.Test;

/** What a site's rules keep us from is said with what to do about it, before a run meets it. */
class SiteRulesTest {
    private static final SlurmSite SITE =
            new SlurmSite.Rest(URI.create("http://127.0.0.1:1"), "aifactory", "startups", "token");

    /**
     * @param known empty where nobody answers
     * @param may whether the person may open accounts
     */
    private record Books(Optional<List<Association>> known, boolean may) implements AccountBooks {
        @Override
        public List<Association> of(String account) {
            return known.orElseThrow(() -> new MachineUnavailable("Nobody there."));
        }

        @Override
        public void open(String account, String description, String under, String person) {}

        @Override
        public void limit(String account, String person, Map<String, Long> minutes) {}

        @Override
        public boolean mayOpen(String under, String person) {
            return may;
        }
    }

    private static final Books WELL = new Books(
            Optional.of(List.of(
                    new Association("trial", "startups", "", List.of(), Map.of("cpu", 6000L)),
                    new Association("trial", "startups", "aifactory", List.of("normal", "long"), Map.of()))),
            true);

    private static SiteRules rules(AccountBooks books, SiteAccounts accounts, SlurmAccounts.Kept... opened) {
        return new SiteRules(SITE, books, accounts, List.of(opened));
    }

    private static String words(Finding finding) {
        return Message.of(finding.getCodes()[0], finding.getArguments()).in(Locale.ENGLISH);
    }

    private static Shape shape(List<String> gpus, Duration limit, List<String> allowed) {
        return new Shape("gpu", 2, 16, 4, gpus, 64_000, limit, allowed, true);
    }

    private static List<Finding> partition(Shape shape) {
        return rules(WELL, SiteAccounts.SERVICE).partition("gpu", Map.of("gpu", shape));
    }

    @Test
    void a_partition_tells_its_limit_and_what_its_gpus_are() {
        List<Finding> findings = partition(shape(List.of("a100", "h100"), Duration.ofMinutes(90), List.of()));
        assertThat(findings).extracting(Finding::outcome).containsOnly(Outcome.WELL);
        assertThat(words(findings.get(1))).contains("1:30 hours");
        assertThat(words(findings.get(2))).contains("a100, h100");
    }

    @Test
    void a_partition_without_a_limit_or_with_gpus_without_names_can_be_used_and_is_told() {
        List<Finding> findings = partition(shape(List.of(), Duration.ZERO, List.of("Startups")));
        assertThat(findings)
                .extracting(Finding::subject)
                .containsExactly(Subject.PARTITION, Subject.LIMIT, Subject.GPU);
        assertThat(words(findings.get(1))).contains("no limit");
        assertThat(words(findings.get(2))).contains("gres.conf");
    }

    @Test
    void a_partition_for_other_accounts_and_one_that_has_vanished_would_fail_runs() {
        List<Finding> others = partition(shape(List.of("a100"), Duration.ofHours(1), List.of("staff")));
        assertThat(others.getLast().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(words(others.getLast())).contains("staff", "AllowAccounts");
        List<Finding> gone = rules(WELL, SiteAccounts.SERVICE).partition("gpu", Map.of());
        assertThat(gone).extracting(Finding::outcome).containsExactly(Outcome.FAILED);
        assertThat(words(gone.getFirst())).contains("sinfo");
    }

    @Test
    void an_account_is_told_with_what_it_may_ask_for_and_its_limits() {
        List<Finding> findings = rules(WELL, SiteAccounts.SERVICE).accounting();
        assertThat(findings).hasSize(1);
        assertThat(words(findings.getFirst())).contains("normal, long", "cpu=6000");
    }

    @Test
    void a_person_that_may_not_use_the_account_would_fail_runs_and_is_told_what_to_type() {
        Finding finding = rules(new Books(Optional.of(List.of()), true), SiteAccounts.SERVICE)
                .accounting()
                .getFirst();
        assertThat(finding.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(words(finding)).contains("sacctmgr add user aifactory account=startups");
    }

    @Test
    void books_that_are_away_are_told() {
        Books away = new Books(Optional.empty(), true);
        Finding finding = rules(away, SiteAccounts.SERVICE).accounting().getFirst();
        assertThat(finding.outcome()).isEqualTo(Outcome.WARNING);
        assertThat(words(finding)).contains("Nobody there.", "slurmdbd");
    }

    @Test
    void where_organisations_are_apart_it_is_told_whether_accounts_can_be_opened_and_limited() {
        Books may = WELL;
        assertThat(rules(may, SiteAccounts.PER_ORGANISATION).accounting())
                .extracting(Finding::outcome)
                .containsExactly(Outcome.WELL, Outcome.WELL);
        Finding not = rules(new Books(WELL.known(), false), SiteAccounts.PER_ORGANISATION)
                .accounting()
                .getLast();
        assertThat(words(not)).contains("sacctmgr add coordinator account=startups names=aifactory");
        Finding unlimited = rules(
                        may,
                        SiteAccounts.PER_ORGANISATION,
                        new SlurmAccounts.Kept("startups-1", "gres/gpu=700", Optional.of("Invalid TRES")))
                .accounting()
                .getLast();
        assertThat(unlimited.subject()).isEqualTo(Subject.LIMITS);
        assertThat(words(unlimited)).contains("startups-1", "AccountingStorageTRES");
    }

    @Test
    void a_clock_is_wrong_when_a_job_told_a_time_at_which_it_cannot_have_run() {
        Instant before = Instant.ofEpochSecond(1000);
        Instant after = before.plusSeconds(50);
        assertThat(SiteDoctor.clock(before.plusSeconds(20), before, after).outcome())
                .isEqualTo(Outcome.WELL);
        Finding behind = SiteDoctor.clock(before.minusSeconds(90), before, after);
        assertThat(behind.outcome()).isEqualTo(Outcome.WARNING);
        assertThat(words(behind)).contains("90 seconds", "chrony");
        assertThat(words(SiteDoctor.clock(after.plusSeconds(7), before, after))).contains("7 seconds");
    }
}
