package org.aifactory.federation.slurm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.ssh.Commands;

/** Slurm's books of accounts behind {@code sacctmgr} on a login node. */
record SshAccounts(Commands login) implements AccountBooks {
    private static final int FIELDS = 5;
    private static final Pattern LIMIT = Pattern.compile("([A-Za-z][A-Za-z/:0-9_-]*)=(\\d{1,18})");
    private static final Set<String> ADMINISTRATORS = Set.of("Administrator", "Operator");

    @Override
    public List<Association> of(String account) {
        return asked(
                        "show",
                        "associations",
                        "where",
                        "account=" + account,
                        "format=Cluster,Account,User,QOS,GrpTRESMins")
                .map(line -> line.split("\\|", -1))
                .filter(words -> words.length == FIELDS && words[1].equalsIgnoreCase(account))
                .map(words -> new Association(words[0], words[1], words[2], words(words[3]), minutes(words[4])))
                .toList();
    }

    private static List<String> words(String list) {
        return Stream.of(list.split(",", -1))
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    private static Map<String, Long> minutes(String limits) {
        Map<String, Long> minutes = new HashMap<>();
        Matcher found = LIMIT.matcher(limits);
        while (found.find()) {
            minutes.put(found.group(1), Long.parseLong(found.group(2)));
        }
        return minutes;
    }

    @Override
    public void open(String account, String description, String under, String person) throws Cluster.Refused {
        change("add", "account", account, "parent=" + under, "description=" + description, "organization=ai-factory");
        change("add", "user", person, "account=" + account);
    }

    @Override
    public void limit(String account, String person, Map<String, Long> minutes) throws Cluster.Refused {
        String limits = new TreeMap<>(minutes)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(","));
        change("modify", "user", "where", "name=" + person, "account=" + account, "set", "GrpTRESMins=" + limits);
    }

    @Override
    public boolean mayOpen(String under, String person) {
        return asked("show", "user", "where", "name=" + person, "withcoordinator", "format=User,Admin,Coord")
                .map(line -> line.split("\\|", -1))
                .filter(words -> words.length >= 3 && words[0].equals(person))
                .anyMatch(words -> ADMINISTRATORS.contains(words[1])
                        || words(words[2]).stream().anyMatch(under::equalsIgnoreCase));
    }

    private void change(String... arguments) throws Cluster.Refused {
        Sacctmgr command = Sacctmgr.of(arguments);
        command.read(login.ask(command.words(), command.input()));
    }

    private Stream<String> asked(String... arguments) {
        Sacctmgr command = Sacctmgr.of(arguments);
        try {
            return command.read(login.ask(command.words(), command.input())).lines();
        } catch (Cluster.Refused refused) {
            throw new MachineUnavailable(refused.sentence());
        }
    }
}
