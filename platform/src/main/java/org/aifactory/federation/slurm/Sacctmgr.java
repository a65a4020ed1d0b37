package org.aifactory.federation.slurm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.aifactory.federation.ssh.Answer;
import org.aifactory.web.Message;

/** Asks or changes Slurm's books of accounts. */
record Sacctmgr(List<String> arguments) implements SlurmCommand<String> {
    /** It fails also where all was as it was asked to become. */
    private static final Pattern NO_CHANGE = Pattern.compile("nothing new added|nothing modified|already exists");

    private static final Pattern AWAY = Pattern.compile(
            "unable to connect|connection|timed out|socket|problem talking|database is not|munge|zero bytes|communication");

    static Sacctmgr of(String... arguments) {
        return new Sacctmgr(List.of(arguments));
    }

    @Override
    public List<String> words() {
        List<String> words =
                new ArrayList<>(SlurmCommand.command("sacctmgr", "--immediate", "--noheader", "--parsable2"));
        words.addAll(arguments);
        return words;
    }

    @Override
    public String read(Answer answer) throws Cluster.Refused {
        String said = (answer.printed() + "\n" + answer.complaints()).toLowerCase(Locale.ROOT);
        if (answer.isWell() || NO_CHANGE.matcher(said).find()) {
            return answer.printed();
        }
        if (answer.status() == NOT_FOUND || AWAY.matcher(said).find()) {
            throw fails(answer);
        }
        throw new Cluster.Refused(Message.written(Stream.of(answer.complaints(), answer.printed())
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("sacctmgr " + answer.status())));
    }
}
