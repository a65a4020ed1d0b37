package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.Booking;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.ssh.Commands;

/**
 * A cluster behind Slurm's own commands, run on a login node. Each ends by itself, with an exit status that says whether what it printed
 * is an answer; where that did not arrive, nothing was learned.
 */
final class SshCluster implements Cluster {
    /** So that a command stays short. */
    private static final int NAMES_AT_ONCE = 100;

    private static final Duration CLOCKS_DIFFER_BY = Duration.ofHours(1);

    private final Commands login;
    private final String person;
    private final InstantSource clock;
    /** It does not change while a platform runs, or not so that it matters. */
    private volatile String version = "";

    private final Lately<List<SlurmNode>> nodes;
    private final Lately<List<SqueueTurns.Turn>> turns;

    SshCluster(Commands login, String person, InstantSource clock) {
        this.login = login;
        this.person = person;
        this.clock = clock;
        this.nodes = new Lately<>(clock);
        this.turns = new Lately<>(clock);
    }

    @Override
    public long submit(Batch job) throws Refused {
        Sbatch command = new Sbatch(job);
        return command.read(login.ask(command.words(), command.input()));
    }

    @Override
    public Map<String, SlurmJob> jobs() {
        return ask(new Squeue(person));
    }

    @Override
    public Map<String, SlurmJob> accounted(List<String> names, Instant since) {
        Map<String, SlurmJob> jobs = new HashMap<>();
        // Of two of one name, which a crash of the controller can make, the later counts: it is the one that goes on.
        ofAccounts(names, since).forEach(row -> jobs.put(row.job().name(), row.job()));
        return jobs;
    }

    @Override
    public Map<String, List<Booking>> books(List<String> names, Instant since) {
        Map<String, List<Booking>> books = new HashMap<>();
        ofAccounts(names, since)
                .forEach(row -> books.computeIfAbsent(row.job().name(), name -> new ArrayList<>())
                        .add(row.booking()));
        return books;
    }

    private List<Sacct.Row> ofAccounts(List<String> names, Instant since) {
        Duration ago = Duration.between(since, clock.instant()).plus(CLOCKS_DIFFER_BY);
        List<Sacct.Row> rows = new ArrayList<>();
        for (int from = 0; from < names.size(); from += NAMES_AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + NAMES_AT_ONCE));
            rows.addAll(ask(new Sacct(person, some, ago)));
        }
        return rows;
    }

    @Override
    public void cancel(long number) {
        ask(new Scancel(number));
    }

    @Override
    public List<Shape> partitions() {
        List<SlurmNode> nodes = nodes();
        return ask(new ScontrolShow("partitions")).stream()
                .map(partition -> SlurmNode.shape(partition, nodes))
                .toList();
    }

    @Override
    public Free free(String partition) {
        return SlurmNode.free(partition, nodes.answer(this::nodes));
    }

    @Override
    public Optional<List<Load>> queue(String partition) {
        return Optional.of(turns.answer(() -> ask(new SqueueTurns())).stream()
                .filter(turn -> turn.partitions().contains(partition))
                .map(SqueueTurns.Turn::load)
                .toList());
    }

    private List<SlurmNode> nodes() {
        return ask(new ScontrolShow("nodes")).stream().map(SlurmNode::of).toList();
    }

    /**
     * Where the site finds the node on which a job's script runs, as Slurm itself knows it; empty where the job does not run.
     *
     * @param name by which we know it, since its number may be another's
     */
    Optional<String> address(long number, String name) {
        return ask(new SqueueHost(number, name))
                .flatMap(node -> ask(new ScontrolShow("nodes")).stream()
                        .filter(fields -> node.equals(fields.get("NodeName")))
                        .map(fields -> fields.getOrDefault("NodeAddr", node))
                        .findFirst());
    }

    @Override
    public String version() {
        ask(new ScontrolPing());
        if (version.isEmpty()) {
            version = ask(new SinfoVersion());
        }
        return version;
    }

    @Override
    public AccountBooks accountBooks() {
        return new SshAccounts(login);
    }

    private <T> T ask(SlurmCommand<T> command) {
        try {
            return command.read(login.ask(command.words(), command.input()));
        } catch (Refused refused) {
            throw new MachineUnavailable(String.valueOf(refused.getMessage()), refused);
        }
    }
}
