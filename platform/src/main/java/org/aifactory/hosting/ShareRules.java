package org.aifactory.hosting;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.aifactory.hosting.HostingForms.AgreementForm;
import org.aifactory.hosting.HostingForms.ShareForm;
import org.aifactory.programme.Countries;
import org.aifactory.programme.SelectedProposal;
import org.aifactory.web.Problem.FieldFault;

/** What shares must be that hold from a day to come on. */
final class ShareRules {
    /** More than any sum of euro cents, and small enough to multiply two of them. */
    static final long MOST = 1_000_000_000_000_000L;

    private static final int MOST_SHARES = 60;
    private static final int LONGEST_REASON = 1000;
    private static final int LATEST_YEAR = 2100;
    private static final int DECIMALS = 4;

    private final AgreementForm form;
    private final List<FieldFault> faults = new ArrayList<>();

    private ShareRules(AgreementForm form) {
        this.form = form;
    }

    /**
     * @param latest the agreement that holds from the latest day; empty where there is none yet
     * @param today the last day that is not to be changed
     */
    static List<FieldFault> faults(
            AgreementForm form,
            Countries countries,
            SelectedProposal proposal,
            Optional<Agreement> latest,
            LocalDate today) {
        ShareRules rules = new ShareRules(form);
        rules.day(latest, today);
        rules.reason();
        rules.parts();
        rules.participants(countries, proposal, latest);
        if (rules.faults.isEmpty()) {
            rules.sum();
            rules.ceiling(proposal);
        }
        return List.copyOf(rules.faults);
    }

    private void day(Optional<Agreement> latest, LocalDate today) {
        LocalDate from = form.from();
        if (from == null) {
            fault("from", "hosting.fault.missing");
        } else if (!from.isAfter(today)) {
            fault("from", "hosting.fault.past", today.toString());
        } else if (from.getYear() > LATEST_YEAR) {
            fault("from", "hosting.fault.far");
        } else {
            latest.filter(agreement -> !from.isAfter(agreement.from()))
                    .ifPresent(agreement -> fault(
                            "from",
                            "hosting.fault.before-latest",
                            agreement.from().toString()));
        }
    }

    private void reason() {
        String reason = form.reason();
        if (reason == null || reason.isBlank()) {
            fault("reason", "hosting.fault.missing");
        } else if (reason.length() > LONGEST_REASON || reason.indexOf('\0') >= 0) {
            fault("reason", "hosting.fault.long", LONGEST_REASON);
        }
    }

    private List<ShareForm> shares() {
        List<ShareForm> shares = form.shares();
        return shares == null ? List.of() : shares;
    }

    private void parts() {
        Long whole = form.whole();
        if (whole == null || whole <= 0 || whole > MOST) {
            fault("whole", "hosting.fault.whole", Long.toString(MOST));
        }
        if (shares().isEmpty() || shares().size() > MOST_SHARES) {
            fault("shares", "hosting.fault.shares", MOST_SHARES);
        }
        for (int at = 0; at < Math.min(shares().size(), MOST_SHARES); at++) {
            Long part = shares().get(at) == null ? null : shares().get(at).part();
            if (part == null || part < 0 || part > MOST) {
                fault("shares[" + at + "].part", "hosting.fault.part");
            }
        }
    }

    private void participants(Countries countries, SelectedProposal proposal, Optional<Agreement> latest) {
        Set<String> seen = new HashSet<>();
        int hosts = 0;
        for (int at = 0; at < Math.min(shares().size(), MOST_SHARES); at++) {
            ShareForm share = shares().get(at);
            String field = "shares[" + at + "]";
            String participant = share == null || share.participant() == null ? "" : share.participant();
            Role role = share == null ? null : share.role();
            if (role == null) {
                fault(field + ".role", "hosting.fault.missing");
                continue;
            }
            hosts += role == Role.HOST ? 1 : 0;
            boolean isKnown = role == Role.UNION ? participant.equals(Share.UNION) : countries.exists(participant);
            if (!isKnown) {
                fault(field + ".participant", "hosting.fault.participant");
            } else if (!seen.add(participant)) {
                fault(field + ".participant", "hosting.fault.twice");
            } else if (role == Role.HOST && !participant.equals(hostOf(proposal, latest))) {
                fault(field + ".participant", "hosting.fault.host", hostOf(proposal, latest));
            } else if (role == Role.JOINER && !proposal.mayJoin().test(participant)) {
                fault(field + ".participant", "hosting.fault.may-not-join");
            }
        }
        if (hosts != 1) {
            fault("shares", "hosting.fault.one-host", hostOf(proposal, latest));
        }
    }

    private static String hostOf(SelectedProposal proposal, Optional<Agreement> latest) {
        return latest.map(Agreement::host).filter(host -> !host.isEmpty()).orElse(proposal.country());
    }

    private void sum() {
        BigInteger sum = shares().stream()
                .map(share -> BigInteger.valueOf(java.util.Objects.requireNonNull(share.part())))
                .reduce(BigInteger.ZERO, BigInteger::add);
        BigInteger whole = BigInteger.valueOf(java.util.Objects.requireNonNull(form.whole()));
        if (!sum.equals(whole)) {
            fault(
                    "shares",
                    "hosting.fault.sum",
                    percent(sum, whole),
                    percent(sum.subtract(whole).abs(), whole));
        }
    }

    private void ceiling(SelectedProposal proposal) {
        long whole = java.util.Objects.requireNonNull(form.whole());
        proposal.ceiling().ifPresent(ceiling -> {
            for (int at = 0; at < shares().size(); at++) {
                ShareForm share = shares().get(at);
                long part = java.util.Objects.requireNonNull(share.part());
                if (share.role() == Role.UNION && !ceiling.allows(part, whole)) {
                    fault(
                            "shares[" + at + "].part",
                            "hosting.fault.ceiling",
                            ceiling.part()
                                    .movePointRight(2)
                                    .divide(ceiling.whole(), DECIMALS, RoundingMode.DOWN)
                                    .stripTrailingZeros(),
                            percent(BigInteger.valueOf(part), BigInteger.valueOf(whole)));
                }
            }
        });
    }

    private static BigDecimal percent(BigInteger part, BigInteger whole) {
        return new BigDecimal(part)
                .movePointRight(2)
                .divide(new BigDecimal(whole), DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros();
    }

    private void fault(String field, String key, Object... words) {
        faults.add(FieldFault.of(field, key, words));
    }
}
