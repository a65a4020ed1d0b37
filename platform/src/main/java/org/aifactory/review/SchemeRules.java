package org.aifactory.review;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.aifactory.review.Scheme.Criterion;
import org.aifactory.review.Scheme.Group;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** What a scheme, and what scores under it, must be. */
public final class SchemeRules {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int MOST_GROUPS = 20;
    private static final int MOST_CRITERIA = 100;
    private static final int MOST_DIGITS = 12;
    private static final int MOST_DECIMALS = 6;
    private static final int LONGEST_NAME = 200;
    private static final Set<String> RESERVED = Set.of("total");

    private final List<FieldFault> faults = new ArrayList<>();
    private final Set<String> ids = new HashSet<>(RESERVED);

    private SchemeRules() {}

    /** What is wrong with a scheme, at its fields; nothing where it can be used. */
    public static List<FieldFault> faults(String field, @Nullable Scheme scheme) {
        SchemeRules rules = new SchemeRules();
        if (scheme == null) {
            return List.of(FieldFault.of(field, "review.fault.scheme"));
        }
        rules.check(field, scheme);
        return List.copyOf(rules.faults);
    }

    /** What is wrong with scores: those that are missing, unknown, or not on the scale of their criterion. */
    public static List<FieldFault> faults(String field, Scheme scheme, Map<String, BigDecimal> scores) {
        List<FieldFault> faults = new ArrayList<>();
        for (Criterion criterion : scheme.criteria()) {
            BigDecimal score = scores.get(criterion.id());
            String place = field + "." + criterion.id();
            if (score == null) {
                faults.add(FieldFault.of(
                        place, "review.fault.no-score", criterion.name().said()));
            } else if (!isModest(score) || !criterion.allows(score)) {
                faults.add(FieldFault.of(
                        place,
                        "review.fault.score",
                        criterion.name().said(),
                        criterion.least().toPlainString(),
                        criterion.most().toPlainString(),
                        criterion.step().toPlainString()));
            }
        }
        scores.keySet().stream()
                .filter(id -> scheme.criterion(id).isEmpty())
                .forEach(id -> faults.add(FieldFault.of(field + "." + shortened(id), "review.fault.no-criterion")));
        return faults;
    }

    private void check(String field, Scheme scheme) {
        require(scheme.slug() != null && ID.matcher(scheme.slug()).matches(), field + ".slug", "review.fault.id");
        requireName(field + ".name", scheme.name());
        int criteria = scheme.criteria().size();
        require(
                !scheme.groups().isEmpty() && scheme.groups().size() <= MOST_GROUPS,
                field + ".groups",
                "review.fault.groups",
                MOST_GROUPS);
        require(criteria <= MOST_CRITERIA, field + ".groups", "review.fault.criteria", MOST_CRITERIA);
        for (int at = 0; at < scheme.groups().size(); at++) {
            group(field + ".groups[" + at + "]", scheme.groups().get(at));
        }
        if (!faults.isEmpty()) {
            return;
        }
        requireWithin(field + ".threshold", scheme.threshold(), BigDecimal.ZERO, scheme.most());
        for (int at = 0; at < scheme.tieBreaks().size(); at++) {
            String id = scheme.tieBreaks().get(at);
            require(
                    ids.contains(id) && !RESERVED.contains(id),
                    field + ".tieBreaks[" + at + "]",
                    "review.fault.no-criterion");
        }
    }

    private void group(String field, Group group) {
        requireId(field + ".id", group.id());
        requireName(field + ".name", group.name());
        requirePositive(field + ".coefficient", group.coefficient());
        require(!group.criteria().isEmpty(), field + ".criteria", "review.fault.no-criteria");
        int before = faults.size();
        for (int at = 0; at < group.criteria().size(); at++) {
            criterion(field + ".criteria[" + at + "]", group.criteria().get(at));
        }
        if (faults.size() == before) {
            requireWithin(field + ".threshold", group.threshold(), BigDecimal.ZERO, group.most());
        }
    }

    private void criterion(String field, Criterion criterion) {
        requireId(field + ".id", criterion.id());
        requireName(field + ".name", criterion.name());
        requirePositive(field + ".weight", criterion.weight());
        requirePositive(field + ".step", criterion.step());
        BigDecimal least = criterion.least();
        BigDecimal most = criterion.most();
        if (!isModest(least) || !isModest(most) || least.signum() < 0 || least.compareTo(most) >= 0) {
            faults.add(FieldFault.of(field + ".most", "review.fault.scale"));
        } else {
            requireWithin(field + ".threshold", criterion.threshold(), least, most);
        }
    }

    private void requireId(String field, @Nullable String id) {
        require(id != null && ID.matcher(id).matches(), field, "review.fault.id");
        require(id == null || ids.add(id), field, "review.fault.id-twice");
    }

    private void requireName(String field, @Nullable Text name) {
        require(
                name != null && !name.en().isBlank() && isShort(name.en()) && (name.ko() == null || isShort(name.ko())),
                field,
                "review.fault.name",
                LONGEST_NAME);
    }

    private static boolean isShort(String name) {
        return name.length() <= LONGEST_NAME && name.indexOf('\0') < 0;
    }

    private void requirePositive(String field, @Nullable BigDecimal value) {
        require(value != null && isModest(value) && value.signum() > 0, field, "review.fault.positive", MOST_DECIMALS);
    }

    private void requireWithin(String field, @Nullable BigDecimal value, BigDecimal least, BigDecimal most) {
        require(
                value == null || (isModest(value) && value.compareTo(least) >= 0 && value.compareTo(most) <= 0),
                field,
                "review.fault.threshold",
                least.toPlainString(),
                most.toPlainString());
    }

    private void require(boolean holds, String field, String key, Object... words) {
        if (!holds) {
            faults.add(FieldFault.of(field, key, words));
        }
    }

    /** Neither endless nor tiny, so that whatever is calculated with it stays short. */
    private static boolean isModest(@Nullable BigDecimal value) {
        return value != null
                && value.precision() <= MOST_DIGITS
                && value.scale() <= MOST_DECIMALS
                && value.scale() >= -MOST_DIGITS;
    }

    private static String shortened(String id) {
        return id.length() <= LONGEST_NAME ? id : id.substring(0, LONGEST_NAME);
    }
}
