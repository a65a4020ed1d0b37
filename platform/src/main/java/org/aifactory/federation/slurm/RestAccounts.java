package org.aifactory.federation.slurm;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.aifactory.web.Message;
import tools.jackson.databind.JsonNode;

/** Slurm's books of accounts behind slurmrestd. */
record RestAccounts(Slurmrestd rest) implements AccountBooks {
    /** What slurmrestd itself will not pass on. */
    private static final int OF_REST = 9000;

    private static final int LAST_OF_REST = 9999;

    @Override
    public List<Association> of(String account) {
        JsonNode answer = rest.ask("GET", "slurmdb", "associations?account=" + encoded(account));
        rest.requireNone(Slurmrestd.fault(answer).filter(fault -> fault.code() != RestFault.NOTHING_FOUND));
        return RestReader.array(answer, "associations").stream()
                .map(this::association)
                .filter(one -> one.account().equalsIgnoreCase(account))
                .toList();
    }

    private Association association(JsonNode association) {
        Map<String, Long> minutes = new HashMap<>();
        JsonNode limits = association.path("max").path("tres").path("group").path("minutes");
        limits.forEach(limit -> minutes.put(counted(limit), rest.dialect().number(limit.path("count"))));
        return new Association(
                association.path("cluster").asString(""),
                association.path("account").asString(""),
                association.path("user").asString(""),
                words(association.path("qos")),
                minutes);
    }

    private static String counted(JsonNode limit) {
        String name = limit.path("name").asString("");
        return limit.path("type").asString("") + (name.isEmpty() ? "" : "/" + name);
    }

    private static List<String> words(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(word -> word.asString(""))
                .toList();
    }

    @Override
    public void open(String account, String description, String under, String person) throws Cluster.Refused {
        post("accounts", List.of(Map.of("name", account, "description", description, "organization", "ai-factory")));
        List<Association> above = of(under);
        List<Map<String, Object>> associations = new ArrayList<>();
        above.stream().filter(one -> one.person().isEmpty()).forEach(one -> {
            Map<String, Object> own = association(account, one);
            own.put("parent_account", under);
            associations.add(own);
        });
        above.stream()
                .filter(one -> one.person().equals(person))
                .forEach(one -> associations.add(association(account, one)));
        post("associations", associations);
    }

    /** What an account has above it is not asked for by itself: without a QoS, no job could ask for any. */
    private static Map<String, Object> association(String account, Association above) {
        Map<String, Object> association = new HashMap<>();
        association.put("account", account);
        association.put("cluster", above.cluster());
        // Nobody's is null; an empty name would be a person's.
        association.put("user", Optional.of(above.person()).filter(Predicate.not(String::isEmpty)));
        association.put("qos", above.qos());
        return association;
    }

    @Override
    public void limit(String account, String person, Map<String, Long> minutes) throws Cluster.Refused {
        List<Map<String, Object>> counts = minutes.entrySet().stream()
                .map(entry -> {
                    String[] words = entry.getKey().split("/", 2);
                    return Map.<String, Object>of(
                            "type", words[0], "name", words.length > 1 ? words[1] : "", "count", entry.getValue());
                })
                .toList();
        Map<String, Object> limits = Map.of("tres", Map.of("group", Map.of("minutes", counts)));
        post(
                "associations",
                of(account).stream()
                        .filter(one -> one.person().equals(person))
                        .map(one -> Map.<String, Object>of(
                                "account", account, "cluster", one.cluster(), "user", person, "max", limits))
                        .toList());
    }

    /** What is wished for is called by what it is in all versions. */
    private void post(String what, List<Map<String, Object>> wishes) throws Cluster.Refused {
        JsonNode answer = rest.post("slurmdb", what, Map.of(what, wishes));
        Optional<RestFault> fault = Slurmrestd.fault(answer).filter(trouble -> trouble.code() != RestFault.NO_CHANGE);
        if (fault.isPresent()
                && (fault.get().isRefusal()
                        || (fault.get().code() >= OF_REST && fault.get().code() <= LAST_OF_REST))) {
            throw new Cluster.Refused(Message.written(fault.get().sentence()));
        }
        rest.requireNone(fault);
    }

    @Override
    public boolean mayOpen(String under, String person) {
        JsonNode answer = rest.ask("GET", "slurmdb", "user/" + encoded(person));
        rest.requireNone(Slurmrestd.fault(answer).filter(fault -> fault.code() != RestFault.NOTHING_FOUND));
        return RestReader.array(answer, "users").stream()
                .anyMatch(user -> isAdministrator(user)
                        || RestReader.array(user, "coordinators").stream()
                                .anyMatch(account ->
                                        account.path("name").asString("").equalsIgnoreCase(under)));
    }

    private static boolean isAdministrator(JsonNode user) {
        JsonNode level = user.path("administrator_level");
        List<String> words = level.isArray() ? words(level) : List.of(level.asString(""));
        return words.stream().anyMatch(word -> word.equals("Administrator") || word.equals("Operator"));
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }
}
