package org.aifactory.federation.slurm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Shape;
import org.aifactory.federation.slurm.Finding.Outcome;
import org.aifactory.federation.slurm.Finding.Subject;

/** What a site's Slurm lets us do: which partitions, for how long, on which account, within which limits. */
record SiteRules(SlurmSite site, AccountBooks books, SiteAccounts accounts, List<SlurmAccounts.Kept> opened) {
    /** As it stands in sentences of any language. */
    private static final String NONE = "–";

    /** Of one partition by its name, as Slurm calls it. */
    List<Finding> partition(String name, Map<String, Shape> up) {
        Shape shape = up.get(name);
        if (shape == null) {
            return List.of(Finding.of(Subject.PARTITION, Outcome.FAILED, name));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.of(Subject.PARTITION, Outcome.WELL, name, shape.nodes(), shape.cores(), shape.gpus()));
        findings.add(
                shape.limit().isPositive()
                        ? Finding.of(Subject.LIMIT, Outcome.WELL, name, hours(shape))
                        : Finding.of(Subject.LIMIT, Outcome.WARNING, name));
        if (shape.gpus() > 0) {
            findings.add(
                    shape.gpuNames().isEmpty()
                            ? Finding.of(Subject.GPU, Outcome.WARNING, name)
                            : Finding.of(Subject.GPU, Outcome.WELL, name, String.join(", ", shape.gpuNames())));
        }
        if (!shape.allowedAccounts().isEmpty()
                && shape.allowedAccounts().stream().noneMatch(site.account()::equalsIgnoreCase)) {
            findings.add(Finding.of(
                    Subject.RULES, Outcome.FAILED, name, String.join(", ", shape.allowedAccounts()), site.account()));
        }
        return findings;
    }

    private static String hours(Shape shape) {
        long minutes = shape.limit().toMinutes();
        return "%d:%02d".formatted(minutes / 60, minutes % 60);
    }

    /** Of the account that the machine is connected with and, where each organisation has its own, of those. */
    List<Finding> accounting() {
        List<Finding> findings = new ArrayList<>();
        try {
            List<Association> known = books.of(site.account());
            findings.add(account(known));
            if (accounts == SiteAccounts.PER_ORGANISATION) {
                findings.add(organisations());
            }
        } catch (MachineUnavailable away) {
            findings.add(Finding.of(Subject.ACCOUNT, Outcome.WARNING, String.valueOf(away.getMessage())));
        }
        return findings;
    }

    private Finding account(List<Association> known) {
        Map<String, Long> limits = new TreeMap<>();
        known.stream()
                .filter(one -> one.person().isEmpty() || one.person().equals(site.person()))
                .forEach(one -> limits.putAll(one.minutes()));
        return known.stream()
                .filter(one -> one.person().equals(site.person()))
                .findFirst()
                .map(own -> Finding.of(
                        Subject.ACCOUNT,
                        Outcome.WELL,
                        site.person(),
                        site.account(),
                        own.qos().isEmpty() ? NONE : String.join(", ", own.qos()),
                        words(limits)))
                .orElseGet(() -> Finding.of(Subject.ACCOUNT, Outcome.FAILED, site.person(), site.account()));
    }

    private static String words(Map<String, Long> limits) {
        return limits.isEmpty()
                ? NONE
                : limits.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    private Finding organisations() {
        List<String> unlimited = opened.stream()
                .filter(account -> account.unset().isPresent())
                .map(SlurmAccounts.Kept::name)
                .toList();
        if (!unlimited.isEmpty()) {
            return Finding.of(Subject.LIMITS, Outcome.WARNING, String.join(", ", unlimited), site.person());
        }
        return books.mayOpen(site.account(), site.person())
                ? Finding.of(Subject.ORGANISATIONS, Outcome.WELL, site.person(), site.account(), opened.size())
                : Finding.of(
                        Subject.ORGANISATIONS,
                        Outcome.WARNING,
                        site.person(),
                        site.account(),
                        SlurmAccounts.byHand(site.account() + "-…", site.account(), site.person()));
    }
}
