package org.aifactory.programme;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.aifactory.programme.CallDefinition.Attachment;
import org.aifactory.programme.CallDefinition.Category;
import org.aifactory.programme.CallDefinition.Panel;
import org.aifactory.programme.CallDefinition.Part;
import org.aifactory.programme.CallDefinition.Rule;
import org.aifactory.programme.ProposalContent.MachineKind;
import org.aifactory.review.Scheme;
import org.aifactory.review.Scheme.Criterion;
import org.aifactory.review.Scheme.Group;
import org.aifactory.review.Selection.WhenShort;
import org.aifactory.review.Text;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.Typed;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * The page of a call as it was filled in: words, whatever they mean, under the names that faults name. Criteria stand in rows of their own,
 * each with the id of its group. Rows that are empty are left out.
 */
public final class CallForm {
    private static final int MOST_ROWS = 120;
    private static final int LONGEST_NUMBER = 40;
    private static final String GROUPS = "scheme.groups";
    private static final String CRITERIA = "criteria";
    /** The columns of each list; the first of them always is in the form. */
    private static final Map<String, List<String>> LISTS = Map.of(
            "cutOffs",
            List.of(""),
            "categories",
            List.of(".id", ".name", ".nameKo", ".rate"),
            "rules",
            List.of(".id", ".test", ".group", ".number", ".machines", ".article", ".source", ".text", ".textKo"),
            "documents",
            List.of(".id", ".name", ".nameKo", ".required"),
            GROUPS,
            List.of(".id", ".name", ".nameKo", ".coefficient", ".threshold"),
            CRITERIA,
            List.of(".group", ".id", ".name", ".nameKo", ".least", ".most", ".step", ".weight", ".threshold"));

    /** What a row has from the beginning, and what does not make it filled. */
    private static final Set<String> CHOSEN = Set.of(".test", ".required");

    private final Map<String, String> fields;
    private final Set<String> parts;
    private final List<FieldFault> faults = new ArrayList<>();
    /** Where a field of the definition stands in the form, by the beginnings of their names. */
    private final Map<String, String> places = new LinkedHashMap<>();

    private CallForm(Map<String, String> fields, Set<String> parts) {
        this.fields = fields;
        this.parts = parts;
    }

    static CallForm of(MultiValueMap<String, String> sent) {
        Map<String, String> all = sent.toSingleValueMap();
        Map<String, String> fields = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.indexOf('[') < 0) {
                fields.put(name, value.strip());
            }
        });
        LISTS.forEach((list, columns) -> compact(all, list, columns, fields));
        inOrder(fields);
        return new CallForm(fields, new TreeSet<>(sent.getOrDefault("parts", List.of())));
    }

    /** As definitions have them, so that a fault stands at its cut-off. */
    private static void inOrder(Map<String, String> fields) {
        Set<String> cutOffs = new TreeSet<>();
        for (int at = 0; fields.containsKey("cutOffs[" + at + "]"); at++) {
            cutOffs.add(Objects.requireNonNull(fields.remove("cutOffs[" + at + "]")));
        }
        int next = 0;
        for (String cutOff : cutOffs) {
            fields.put("cutOffs[" + next++ + "]", cutOff);
        }
    }

    private static void compact(
            Map<String, String> all, String list, List<String> columns, Map<String, String> fields) {
        int kept = 0;
        for (int at = 0; at < MOST_ROWS && all.containsKey(list + "[" + at + "]" + columns.getFirst()); at++) {
            String row = list + "[" + at + "]";
            boolean isFilled = columns.stream()
                    .anyMatch(column -> !CHOSEN.contains(column)
                            && !all.getOrDefault(row + column, "").isBlank());
            if (isFilled) {
                String next = list + "[" + kept++ + "]";
                columns.forEach(column -> fields.put(
                        next + column, all.getOrDefault(row + column, "").strip()));
            }
        }
    }

    /** What a new call begins with. */
    static CallForm empty() {
        CallForm form = new CallForm(
                new LinkedHashMap<>(),
                new TreeSet<>(Stream.of(Part.values()).map(Enum::name).toList()));
        form.put("zone", "Europe/Brussels");
        form.put("kind", CallKind.FACTORY);
        form.put(new Panel(3, WhenShort.STOP, 3, 30, 60));
        return form;
    }

    static CallForm of(Call call) {
        CallForm form = of(call.definition());
        form.put("slug", call.slug());
        form.put("kind", call.kind());
        form.put("version", call.version());
        return form;
    }

    /** Another call that is like one, without its days. */
    static CallForm like(Call call) {
        CallForm form = of(call.definition());
        form.put("kind", call.kind());
        form.fields.keySet().removeIf(field -> field.equals("opens") || field.equals("closes"));
        form.fields.keySet().removeIf(field -> field.startsWith("cutOffs["));
        return form;
    }

    private static CallForm of(CallDefinition call) {
        CallForm form = new CallForm(
                new LinkedHashMap<>(),
                new TreeSet<>(call.parts().stream().map(Enum::name).toList()));
        form.put("title", call.title());
        form.put("text", call.text());
        form.put("zone", call.zone());
        form.put("opens", call.opens());
        form.put("closes", call.closes());
        Long budget = call.budgetCents();
        form.put("budgetCents", budget == null ? null : Summary.euros(budget).toPlainString());
        rows(call.cutOffs(), "cutOffs", form::put);
        rows(call.categories(), "categories", (row, category) -> {
            form.put(row + ".id", category.id());
            form.put(row + ".name", category.name());
            form.put(row + ".rate", category.rate());
        });
        rows(call.rules(), "rules", form::put);
        rows(call.documents(), "documents", (row, document) -> {
            form.put(row + ".id", document.id());
            form.put(row + ".name", document.name());
            form.put(row + ".required", document.required());
        });
        Scheme scheme = call.scheme();
        if (scheme != null) {
            form.put(scheme);
        }
        Panel panel = call.panel();
        if (panel != null) {
            form.put(panel);
        }
        return form;
    }

    private interface Writing<T> {
        void write(String row, T one);
    }

    private static <T> void rows(List<T> all, String list, Writing<T> writing) {
        for (int at = 0; at < all.size(); at++) {
            writing.write(list + "[" + at + "]", all.get(at));
        }
    }

    private void put(String row, Rule rule) {
        put(row + ".id", rule.id());
        put(row + ".test", rule.test());
        put(row + ".group", rule.group());
        put(row + ".number", rule.number());
        put(
                row + ".machines",
                String.join(", ", rule.machines().stream().map(Enum::name).toList()));
        put(row + ".article", rule.article());
        put(row + ".source", rule.source());
        put(row + ".text", rule.text());
    }

    private void put(Scheme scheme) {
        put("scheme.slug", scheme.slug());
        put("scheme.name", scheme.name());
        put("scheme.threshold", scheme.threshold());
        put("scheme.tieBreaks", String.join(", ", scheme.tieBreaks()));
        int next = 0;
        for (int at = 0; at < scheme.groups().size(); at++) {
            Group group = scheme.groups().get(at);
            String row = GROUPS + "[" + at + "]";
            put(row + ".id", group.id());
            put(row + ".name", group.name());
            put(row + ".coefficient", group.coefficient());
            put(row + ".threshold", group.threshold());
            for (Criterion criterion : group.criteria()) {
                put(CRITERIA + "[" + next++ + "]", group.id(), criterion);
            }
        }
    }

    private void put(String row, String group, Criterion criterion) {
        put(row + ".group", group);
        put(row + ".id", criterion.id());
        put(row + ".name", criterion.name());
        put(row + ".least", criterion.least());
        put(row + ".most", criterion.most());
        put(row + ".step", criterion.step());
        put(row + ".weight", criterion.weight());
        put(row + ".threshold", criterion.threshold());
    }

    private void put(Panel panel) {
        put("panel.reviewers", panel.reviewers());
        put("panel.whenShort", panel.whenShort());
        put("panel.reserve", panel.reserve());
        put("panel.appealDays", panel.appealDays());
        put("panel.answerDays", panel.answerDays());
    }

    private void put(String field, Text text) {
        put(field, (Object) text.en());
        put(field + "Ko", text.ko());
    }

    private void put(String field, @Nullable Object value) {
        if (value instanceof BigDecimal number) {
            fields.put(field, number.stripTrailingZeros().toPlainString());
        } else if (value != null) {
            fields.put(field, value.toString());
        }
    }

    /** What stands in a field; empty where nothing does. */
    public String of(String field) {
        return fields.getOrDefault(field, "");
    }

    public boolean has(String part) {
        return parts.contains(part);
    }

    /** The rows of a list that are filled, and so many that are not yet. */
    public List<Integer> rows(String list, int empty) {
        return Stream.iterate(0, at -> at + 1).limit(count(list) + (long) empty).toList();
    }

    private int count(String list) {
        String column = LISTS.getOrDefault(list, List.of("")).getFirst();
        int count = 0;
        while (fields.containsKey(list + "[" + count + "]" + column)) {
            count++;
        }
        return count;
    }

    String slug() {
        return of("slug");
    }

    int version() {
        return of("version").matches("\\d{1,9}") ? Integer.parseInt(of("version")) : 0;
    }

    /** What is typed stands beside another version from now on. */
    void readAgain(int version) {
        put("version", version);
    }

    CallKind kind() {
        CallKind kind = one(CallKind.class, of("kind"));
        if (kind == null) {
            throw Problem.invalid("kind", "programme.fault.missing");
        }
        return kind;
    }

    /** @throws Problem that says which fields are no numbers, times or names of groups */
    CallDefinition definition() {
        faults.clear();
        places.clear();
        CallDefinition definition = new CallDefinition(
                text("title"),
                text("text"),
                of("zone"),
                time("opens"),
                time("closes"),
                each("cutOffs", this::time),
                budget(),
                each("categories", row -> new Category(of(row + ".id"), text(row + ".name"), number(row + ".rate"))),
                each("rules", this::rule),
                chosenParts(),
                each(
                        "documents",
                        row -> new Attachment(
                                of(row + ".id"),
                                text(row + ".name"),
                                of(row + ".required").equals("true"))),
                scheme(),
                panel(),
                List.of());
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return definition;
    }

    /** The same refusal, its faults at the fields of the page. */
    Problem atFields(Problem refused) {
        return refused.faults().isEmpty()
                ? refused
                : Problem.invalid(refused.faults().stream()
                        .map(fault -> new FieldFault(place(fault.field()), fault.message()))
                        .toList());
    }

    private String place(String field) {
        return places.entrySet().stream()
                .filter(place -> field.startsWith(place.getKey() + "."))
                .findFirst()
                .map(place -> place.getValue() + field.substring(place.getKey().length()))
                .orElse(field);
    }

    private interface Reading<T> {
        @Nullable
        T read(String row);
    }

    private <T> List<T> each(String list, Reading<T> reading) {
        List<T> read = new ArrayList<>();
        for (int at = 0; at < count(list); at++) {
            T one = reading.read(list + "[" + at + "]");
            if (one != null) {
                read.add(one);
            }
        }
        return read;
    }

    private Rule rule(String row) {
        Set<MachineKind> machines = new TreeSet<>();
        for (String name : words(row + ".machines")) {
            MachineKind kind = one(MachineKind.class, name);
            if (kind == null) {
                faults.add(FieldFault.of(row + ".machines", "programme.fault.machines"));
            } else {
                machines.add(kind);
            }
        }
        return new Rule(
                of(row + ".id"),
                known(one(CallDefinition.Test.class, of(row + ".test"))),
                of(row + ".article"),
                orNull(of(row + ".source")),
                text(row + ".text"),
                orNull(of(row + ".group")),
                wholeOrNull(row + ".number"),
                machines);
    }

    /** What is missing is told where the call is checked. */
    @SuppressWarnings("NullAway") // As in definitions that programs send: CallRules says what is missing.
    private static <T> T known(@Nullable T value) {
        return value;
    }

    private Set<Part> chosenParts() {
        Set<Part> chosen = new TreeSet<>();
        parts.stream()
                .map(name -> one(Part.class, name))
                .filter(Objects::nonNull)
                .forEach(chosen::add);
        return chosen;
    }

    private @Nullable Scheme scheme() {
        boolean isEmpty = of("scheme.slug").isEmpty() && count(GROUPS) == 0 && count(CRITERIA) == 0;
        if (isEmpty) {
            return null;
        }
        List<Group> groups = each(GROUPS, this::group);
        for (int at = 0; at < count(CRITERIA); at++) {
            String row = CRITERIA + "[" + at + "]";
            if (groups.stream().noneMatch(group -> group.id().equals(of(row + ".group")))) {
                faults.add(FieldFault.of(row + ".group", "programme.fault.no-group"));
            }
        }
        return new Scheme(
                of("scheme.slug"),
                0,
                text("scheme.name"),
                groups,
                numberOrNull("scheme.threshold"),
                words("scheme.tieBreaks"));
    }

    private Group group(String row) {
        String id = of(row + ".id");
        List<Criterion> criteria = new ArrayList<>();
        for (int at = 0; at < count(CRITERIA); at++) {
            String from = CRITERIA + "[" + at + "]";
            if (of(from + ".group").equals(id)) {
                places.put(row + ".criteria[" + criteria.size() + "]", from);
                criteria.add(criterion(from));
            }
        }
        return new Group(
                id, text(row + ".name"), number(row + ".coefficient"), numberOrNull(row + ".threshold"), criteria);
    }

    private Criterion criterion(String row) {
        return new Criterion(
                of(row + ".id"),
                text(row + ".name"),
                number(row + ".least"),
                number(row + ".most"),
                number(row + ".step"),
                number(row + ".weight"),
                numberOrNull(row + ".threshold"));
    }

    private @Nullable Panel panel() {
        boolean isEmpty = Stream.of("reviewers", "reserve", "appealDays", "answerDays")
                .allMatch(field -> of("panel." + field).isEmpty());
        return isEmpty
                ? null
                : new Panel(
                        whole("panel.reviewers"),
                        known(one(WhenShort.class, of("panel.whenShort"))),
                        whole("panel.reserve"),
                        whole("panel.appealDays"),
                        whole("panel.answerDays"));
    }

    private Text text(String field) {
        return new Text(of(field), orNull(of(field + "Ko")));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private List<String> words(String field) {
        return Arrays.stream(of(field).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static <E extends Enum<E>> @Nullable E one(Class<E> kind, String name) {
        return Stream.of(kind.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private @Nullable LocalDateTime time(String field) {
        if (of(field).isEmpty()) {
            return null;
        }
        try {
            return LocalDateTime.parse(of(field));
        } catch (DateTimeException none) {
            faults.add(FieldFault.of(field, "programme.fault.time"));
            return null;
        }
    }

    private @Nullable Long budget() {
        if (of("budgetCents").isEmpty()) {
            return null;
        }
        Long cents = Typed.cents(of("budgetCents"));
        if (cents == null) {
            faults.add(FieldFault.of("budgetCents", "programme.fault.no-number"));
        }
        return cents;
    }

    private int whole(String field) {
        Integer number = wholeOrNull(field);
        return number == null ? 0 : number;
    }

    private @Nullable Integer wholeOrNull(String field) {
        if (of(field).matches("\\d{1,9}")) {
            return Integer.valueOf(of(field));
        }
        if (!of(field).isEmpty()) {
            faults.add(FieldFault.of(field, "programme.fault.no-number"));
        }
        return null;
    }

    private BigDecimal number(String field) {
        return known(numberOrNull(field));
    }

    private @Nullable BigDecimal numberOrNull(String field) {
        String digits = of(field).replace(',', '.');
        if (digits.length() <= LONGEST_NUMBER && digits.matches("-?\\d+(\\.\\d+)?")) {
            return new BigDecimal(digits);
        }
        if (!digits.isEmpty()) {
            faults.add(FieldFault.of(field, "programme.fault.no-number"));
        }
        return null;
    }
}
