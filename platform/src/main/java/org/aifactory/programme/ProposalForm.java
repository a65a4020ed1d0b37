package org.aifactory.programme;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.aifactory.programme.ProposalContent.Cost;
import org.aifactory.programme.ProposalContent.MachineKind;
import org.aifactory.programme.ProposalContent.MachinePlan;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Partner;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.programme.ProposalContent.Services;
import org.aifactory.programme.ProposalContent.Site;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.Typed;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** The page of a proposal as it was filled in: words, whatever they mean. Rows that are empty are left out. */
final class ProposalForm {
    private static final int MOST_ROWS = 500;
    private static final List<String> COST = List.of("year", "category", "amount", "union");
    private static final List<String> MEMBER = List.of("country", "role", "share");
    private static final List<String> PARTNER = List.of("name", "country", "organisation");

    private final Map<String, String> fields;
    private final List<Map<String, String>> costs;
    private final List<Map<String, String>> consortium;
    private final List<Map<String, String>> partners;
    private final List<FieldFault> faults = new ArrayList<>();

    private ProposalForm(
            Map<String, String> fields,
            List<Map<String, String>> costs,
            List<Map<String, String>> consortium,
            List<Map<String, String>> partners) {
        this.fields = fields;
        this.costs = costs;
        this.consortium = consortium;
        this.partners = partners;
    }

    static ProposalForm of(MultiValueMap<String, String> sent) {
        Map<String, String> all = sent.toSingleValueMap();
        return new ProposalForm(
                all, rows(all, "costs", COST), rows(all, "consortium", MEMBER), rows(all, "partners", PARTNER));
    }

    private static List<Map<String, String>> rows(Map<String, String> all, String list, List<String> columns) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (int at = 0; at < MOST_ROWS && all.containsKey(list + "[" + at + "]." + columns.getFirst()); at++) {
            Map<String, String> row = new HashMap<>();
            for (String column : columns) {
                row.put(
                        column,
                        all.getOrDefault(list + "[" + at + "]." + column, "").strip());
            }
            boolean isFilled = row.entrySet().stream()
                    .anyMatch(cell -> !cell.getValue().isEmpty()
                            && !cell.getKey().equals("category")
                            && !cell.getKey().equals("role"));
            if (isFilled) {
                rows.add(row);
            }
        }
        return rows;
    }

    static ProposalForm of(ProposalContent content) {
        Map<String, String> fields = new HashMap<>();
        fields.put("title", content.title());
        fields.put("summary", content.summary());
        fields.put("topics", String.join(", ", content.topics()));
        fields.put("site.country", content.site().country());
        fields.put("site.city", content.site().city());
        fields.put("site.text", content.site().text());
        MachineKind kind = content.machine().kind();
        fields.put("machine.kind", kind == null ? "" : kind.name());
        fields.put("machine.name", content.machine().name());
        fields.put("machine.text", content.machine().text());
        fields.put("services.compute", content.services().compute());
        fields.put("services.data", content.services().data());
        fields.put("services.talent", content.services().talent());
        return new ProposalForm(
                fields,
                content.costs().stream()
                        .map(cost -> Map.of(
                                "year", cost.year() == 0 ? "" : Integer.toString(cost.year()),
                                "category", cost.category(),
                                "amount", euros(cost.amountCents()),
                                "union", euros(cost.unionCents())))
                        .toList(),
                content.consortium().stream().map(ProposalForm::row).toList(),
                content.partners().stream()
                        .map(partner -> Map.of(
                                "name",
                                partner.name(),
                                "country",
                                partner.country(),
                                "organisation",
                                partner.organisation() == null
                                        ? ""
                                        : partner.organisation().toString()))
                        .toList());
    }

    private static Map<String, String> row(Member member) {
        Role role = member.role();
        Long share = member.shareCents();
        return Map.of(
                "country", member.country(),
                "role", role == null ? "" : role.name(),
                "share", share == null ? "" : euros(share));
    }

    private static String euros(long cents) {
        return Summary.euros(cents).toPlainString();
    }

    /** What stands in a field; empty where nothing does. */
    public String of(String field) {
        return fields.getOrDefault(field, "");
    }

    public List<Map<String, String>> costs() {
        return costs;
    }

    public List<Map<String, String>> consortium() {
        return consortium;
    }

    public List<Map<String, String>> partners() {
        return partners;
    }

    /** @throws Problem that says which fields are no numbers */
    ProposalContent content() {
        faults.clear();
        ProposalContent content = new ProposalContent(
                of("title"),
                of("summary"),
                new Site(of("site.country").strip(), of("site.city"), of("site.text")),
                new MachinePlan(one(MachineKind.class, of("machine.kind")), of("machine.name"), of("machine.text")),
                numbered(
                        costs,
                        (at, row) -> new Cost(
                                whole("costs[" + at + "].year", cell(row, "year")),
                                cell(row, "category"),
                                cents("costs[" + at + "].amountCents", cell(row, "amount")),
                                cents("costs[" + at + "].unionCents", cell(row, "union")))),
                numbered(
                        consortium,
                        (at, row) -> new Member(
                                cell(row, "country"),
                                one(Role.class, cell(row, "role")),
                                cell(row, "share").isEmpty()
                                        ? null
                                        : cents("consortium[" + at + "].shareCents", cell(row, "share")),
                                null,
                                null,
                                List.of())),
                numbered(
                        partners,
                        (at, row) -> new Partner(
                                cell(row, "name"),
                                cell(row, "country"),
                                uuid("partners[" + at + "].organisation", cell(row, "organisation")))),
                new Services(of("services.compute"), of("services.data"), of("services.talent")),
                Arrays.stream(of("topics").split(",", -1))
                        .map(String::strip)
                        .filter(topic -> !topic.isEmpty())
                        .toList(),
                List.of());
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return content;
    }

    private interface Reading<T> {
        T read(int at, Map<String, String> row);
    }

    private static <T> List<T> numbered(List<Map<String, String>> rows, Reading<T> reading) {
        List<T> read = new ArrayList<>();
        for (Map<String, String> row : rows) {
            read.add(reading.read(read.size(), row));
        }
        return read;
    }

    private static String cell(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }

    private static <E extends Enum<E>> @Nullable E one(Class<E> kind, String name) {
        return Stream.of(kind.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private int whole(String field, String text) {
        if (text.matches("\\d{1,9}")) {
            return Integer.parseInt(text);
        }
        if (!text.isEmpty()) {
            faults.add(FieldFault.of(field, "programme.fault.no-number"));
        }
        return 0;
    }

    private long cents(String field, String text) {
        if (text.isEmpty()) {
            return 0;
        }
        Long cents = Typed.cents(text);
        if (cents == null) {
            faults.add(FieldFault.of(field, "programme.fault.no-number"));
            return 0;
        }
        return cents;
    }

    private @Nullable UUID uuid(String field, String text) {
        try {
            return text.isEmpty() ? null : UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            faults.add(FieldFault.of(field, "programme.fault.organisation"));
            return null;
        }
    }
}
