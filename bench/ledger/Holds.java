import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Unit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Holds per second of the platform's ledger, with many clients on one account: {@code Holds.java ADDRESS GIVER TAKER CLIENTS SECONDS}, the
 * database's password in PGPASSWORD, on the class path of the platform. Prints {@code per second: NUMBER}. A file of source that Java runs as it is, so
 * that measuring the engine needs nothing of the platform.
 */
public final class Holds {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private final Ledger ledger;
    private final AccountId giver;
    private final AccountId taker;

    private Holds(Ledger ledger, AccountId giver, AccountId taker) {
        this.ledger = ledger;
        this.giver = giver;
        this.taker = taker;
    }

    public static void main(String[] words) throws Exception {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(words[0]);
            database.setUsername("aifactory");
            database.setPassword(System.getenv("PGPASSWORD"));
            Ledger ledger =
                    new Ledger(JdbcClient.create(database), new JdbcTransactionManager(database), InstantSource.system());
            Holds holds = new Holds(ledger, account(words[1]), account(words[2]));
            holds.open();
            int clients = Integer.parseInt(words[3]);
            holds.perSecond(clients, WARM_UP);
            double perSecond = holds.perSecond(clients, Duration.ofSeconds(Long.parseLong(words[4])));
            System.out.println("per second: " + perSecond);
            if (!ledger.audit().isEmpty()) {
                throw new IllegalStateException("The ledger does not add up: " + ledger.audit());
            }
        }
    }

    private static AccountId account(String word) {
        return new AccountId(UUID.fromString(word));
    }

    private void open() {
        ledger.open(new Account(giver, Unit.CPU_CORE_SECOND, "measured", true));
        ledger.open(new Account(taker, Unit.CPU_CORE_SECOND, "measured, used", false));
    }

    private double perSecond(int clients, Duration time) throws Exception {
        LongAdder held = new LongAdder();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clientsAtWork = java.util.stream.IntStream.range(0, clients)
                    .mapToObj(client -> threads.submit(() -> {
                        while (System.nanoTime() < end) {
                            ledger.post(hold());
                            held.increment();
                        }
                    }))
                    .toList();
            for (var client : clientsAtWork) {
                client.get();
            }
        }
        return held.sum() / ((System.nanoTime() - begin) / 1e9);
    }

    private Hold hold() {
        return new Hold(
                new EntryId(UUID.randomUUID()),
                giver,
                taker,
                new Amount(1, Unit.CPU_CORE_SECOND),
                InstantSource.system().instant().plus(HOUR),
                "At most for a run that is only measured");
    }
}
