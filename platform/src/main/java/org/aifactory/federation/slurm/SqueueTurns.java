package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.aifactory.federation.JobState;
import org.aifactory.federation.slurm.Cluster.Load;
import org.aifactory.federation.ssh.Answer;

/**
 * The jobs of everybody that run or wait for their turn, in all partitions by one command; only one's own where the site keeps those of
 * others to itself ({@code PrivateData=jobs}). An array that waits is one line.
 */
record SqueueTurns() implements SlurmCommand<List<SqueueTurns.Turn>> {
    private static final int FIELDS = 10;
    /** {@code 2-00:00:00}, {@code 1:00:00}, {@code 5:00}. */
    private static final Pattern LIMIT = Pattern.compile("(?:(\\d{1,6})-)?(?:(\\d{1,9}):)?(\\d{1,9}):(\\d{1,2})");
    /** Of one that may run without end, nobody knows more than that it is long. */
    private static final Duration UNLIMITED = Duration.ofDays(365);

    private static final Duration LEAST = Duration.ofMinutes(1);

    /** @param partitions where it runs, or could begin */
    record Turn(List<String> partitions, Load load) {}

    @Override
    public List<String> words() {
        return SlurmCommand.command(
                "squeue",
                "--noheader",
                // What one that waits asks for stands where that of one that runs stands which it has.
                "--Format=State:24|,Reason:80|,PriorityLong:24|,JobID:24|,tres-alloc:400|,StartTime:24|,EndTime:24|,TimeLimit:24|,"
                        + "Partition:400|,Name:200");
    }

    @Override
    public List<Turn> read(Answer answer) {
        return printed(answer)
                .lines()
                .filter(line -> !line.isBlank())
                .flatMap(line -> turn(line, answer))
                .toList();
    }

    private Stream<Turn> turn(String line, Answer answer) {
        String[] words = line.split("\\|", FIELDS);
        if (words.length < FIELDS) {
            throw fails(answer);
        }
        Arrays.setAll(words, word -> words[word].strip());
        JobState state = SlurmState.named(words[0]).meaning();
        long priority = number(words[2]);
        boolean runs = state == JobState.RUNNING;
        if (!runs && !(state == JobState.QUEUED && Load.isInTurn(priority, words[1]))) {
            return Stream.empty();
        }
        Optional<Instant> ends = SlurmCommand.instant(words[6]);
        Load load = new Load(
                number(words[3]),
                words[9],
                runs,
                Math.max(1, Tres.amount(words[4], "cpu")),
                Tres.amount(words[4], "gres/gpu"),
                runs ? Optional.empty() : SlurmCommand.instant(words[5]),
                runs ? ends : Optional.empty(),
                limit(words[7]),
                priority);
        return Stream.of(new Turn(List.of(words[8].split(",", -1)), load));
    }

    /** An array is {@code 12_[0-3]}; what is no number is none. */
    private static long number(String word) {
        String digits = word.replaceFirst("\\D.*", "");
        return digits.isEmpty() || digits.length() > 18 ? 0 : Long.parseLong(digits);
    }

    private static Duration limit(String text) {
        Matcher parts = LIMIT.matcher(text);
        if (!parts.matches()) {
            return UNLIMITED;
        }
        Duration limit = Duration.ofDays(part(parts, 1))
                .plusHours(part(parts, 2))
                .plusMinutes(part(parts, 3))
                .plusSeconds(part(parts, 4));
        return limit.compareTo(LEAST) < 0 ? LEAST : limit;
    }

    private static long part(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
