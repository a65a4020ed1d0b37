package org.aifactory.federation.slurm;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.aifactory.federation.Booking;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;

/** A cluster whose odd answers, from which nothing can be read, are none: nobody who asks it has to expect anything else. */
record UnderstoodCluster(Cluster cluster) implements Cluster {

    private interface Wish<T> {
        T get() throws Refused;
    }

    private static <T> T wished(Wish<T> wish) throws Refused {
        try {
            return wish.get();
        } catch (MachineUnavailable away) {
            throw away;
        } catch (RuntimeException odd) {
            throw new MachineUnavailable(Message.of("federation.slurm.odd-answer", String.valueOf(odd.getMessage())));
        }
    }

    private static <T> T understood(Supplier<T> question) {
        try {
            return wished(question::get);
        } catch (Refused never) {
            throw new MachineUnavailable(never.sentence());
        }
    }

    @Override
    public long submit(Batch job) throws Refused {
        return wished(() -> cluster.submit(job));
    }

    @Override
    public Map<String, SlurmJob> jobs() {
        return understood(cluster::jobs);
    }

    @Override
    public Map<String, SlurmJob> accounted(List<String> names, Instant since) {
        return understood(() -> cluster.accounted(names, since));
    }

    @Override
    public Map<String, List<Booking>> books(List<String> names, Instant since) {
        return understood(() -> cluster.books(names, since));
    }

    @Override
    public void cancel(long number) {
        understood(() -> {
            cluster.cancel(number);
            return true;
        });
    }

    @Override
    public List<Shape> partitions() {
        return understood(cluster::partitions);
    }

    @Override
    public Free free(String partition) {
        return understood(() -> cluster.free(partition));
    }

    @Override
    public Optional<List<Load>> queue(String partition) {
        return understood(() -> cluster.queue(partition));
    }

    @Override
    public String version() {
        return understood(cluster::version);
    }

    @Override
    public AccountBooks accountBooks() {
        return new Books(cluster.accountBooks());
    }

    private record Books(AccountBooks books) implements AccountBooks {

        @Override
        public List<Association> of(String account) {
            return understood(() -> books.of(account));
        }

        @Override
        public void open(String account, String description, String under, String person) throws Refused {
            wished(() -> {
                books.open(account, description, under, person);
                return true;
            });
        }

        @Override
        public void limit(String account, String person, Map<String, Long> minutes) throws Refused {
            wished(() -> {
                books.limit(account, person, minutes);
                return true;
            });
        }

        @Override
        public boolean mayOpen(String under, String person) {
            return understood(() -> books.mayOpen(under, person));
        }
    }
}
