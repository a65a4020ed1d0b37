package org.aifactory.federation.slurm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.federation.ssh.Answer;

/**
 * Everything of one kind that the controller knows, one a line in words {@code NAME=VALUE}.
 *
 * @param what {@code nodes} or {@code partitions}
 */
record ScontrolShow(String what) implements SlurmCommand<List<Map<String, String>>> {
    private static final Pattern WORD = Pattern.compile("(?:^| )([A-Za-z_]+)=(\\S*)");

    @Override
    public List<String> words() {
        return SlurmCommand.command("scontrol", "--oneliner", "show", what);
    }

    @Override
    public List<Map<String, String>> read(Answer answer) {
        return printed(answer)
                .lines()
                .map(ScontrolShow::fields)
                .filter(fields -> !fields.isEmpty())
                .toList();
    }

    /** Of two of one name the first counts: what people write of a node stands at the end. */
    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        Matcher words = WORD.matcher(line);
        while (words.find()) {
            fields.putIfAbsent(words.group(1), words.group(2));
        }
        return fields;
    }
}
