package org.aifactory.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.aifactory.Bookkeeper;
import org.aifactory.Effort;
import org.aifactory.PlatformProcess;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.fuzz.Description.Operation;
import org.aifactory.fuzz.Judge.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger's program that knows the description of the API and nothing else, and sends whatever comes to its mind, in the name of
 * everybody there is. Whatever it sends: no error of the server, no silence, refusals as the API promises them, nothing of another
 * organisation, and a ledger that adds up.
 *
 * <p>What fails is said as a command for a shell, with as little in it as makes it fail. Two processes of chance run at once, so the seed
 * draws the same calls again, and the answers to some may differ.
 */
class ApiFuzzTest {
    private static final int WORKERS = 2;
    private static final int CALLS_OF_A_COMPANY = 2_500;
    private static final int TRIES_TO_SHRINK = 40;
    /** Whoever watches a run of hours wants to know how far it is. */
    private static final int CALLS_BETWEEN_WORDS = 5_000;

    @TempDir
    Path home;

    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private final Map<String, int[]> counts = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void whatever_is_sent_is_answered_as_the_description_promises() throws Exception {
        Random random = Effort.random(ApiFuzzTest.class);
        int calls = calls();
        try (PlatformProcess platform = PlatformProcess.start(home, PlatformProcess.IN_PROJECT, "--with", "founding")) {
            Description description =
                    new Description(platform.nobody().get("/v3/api-docs").json(200));
            Cast cast = new Cast(platform);
            Known known = new Known();
            long began = System.nanoTime();
            try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> work = new ArrayList<>();
                for (int worker = 0; worker < WORKERS; worker++) {
                    Random own = new Random(random.nextLong());
                    work.add(workers.submit(() -> {
                        work(platform, description, cast, known, own, calls / WORKERS);
                        return null;
                    }));
                }
                for (Future<?> each : work) {
                    each.get();
                }
            }
            System.out.printf("%d calls in %.0f s%n", calls, (System.nanoTime() - began) / 1e9);
        }
        System.out.println(summary());
        assertThat(String.join("\n\n", new TreeMap<>(faults).values())).isEmpty();
        // A test that is refused everywhere would find nothing.
        assertThat(counts.values().stream().mapToInt(count -> count[0]).sum()).isGreaterThan(calls / 8);
        try (DatabaseDoor door = DatabaseDoor.open(home, Map.of())) {
            assertThat(Bookkeeper.faults(door.dataSource(), List.of())).isEmpty();
        }
    }

    private static int calls() {
        String given = System.getenv("AIFACTORY_CALLS");
        return given == null ? Effort.of(2_000, 1_000_000) : Integer.parseInt(given);
    }

    private void work(
            PlatformProcess platform, Description description, Cast cast, Known known, Random random, int calls)
            throws InterruptedException {
        Judge judge = new Judge(platform.address());
        List<Operation> operations = description.operations();
        Draw draw = new Draw(random, description, known, operations.getFirst(), cast.nobody());
        List<Person> company = new ArrayList<>();
        for (int number = 0; number < calls; number++) {
            if (number % CALLS_OF_A_COMPANY == 0) {
                company.stream().findFirst().ifPresent(cast::endRuns);
                company = cast.company(random);
                learnAll(judge, operations, company.getFirst(), known);
            }
            Operation operation = operations.get(random.nextInt(operations.size()));
            Person caller = caller(cast, company, random);
            if (operation.name().equals("DELETE /api/me") && caller.token().isPresent()) {
                caller = cast.throwAway();
            }
            Call call = draw.call(operation, caller);
            Verdict verdict = judge.judge(call);
            note(platform, judge, call, verdict);
            int done = answered.incrementAndGet();
            if (done % CALLS_BETWEEN_WORDS == 0) {
                System.out.printf("%d calls so far, %d kinds of faults%n", done, faults.size());
            }
            if (verdict.isGood()) {
                known.learn(about(operation), caller.organisation(), verdict.json());
            }
            if (verdict.status() == 401 && caller.token().isPresent()) {
                caller.signInAgain();
            }
        }
        company.stream().findFirst().ifPresent(cast::endRuns);
    }

    private static Person caller(Cast cast, List<Person> company, Random random) {
        int dice = random.nextInt(100);
        if (dice < 8) {
            return cast.nobody();
        }
        List<Person> staff = cast.staff();
        return dice < 55
                ? company.getFirst()
                : dice < 72 ? company.get(1 + random.nextInt(2)) : staff.get(random.nextInt(staff.size()));
    }

    /** What lists without parameters tell. */
    private static void learnAll(Judge judge, List<Operation> operations, Person person, Known known)
            throws InterruptedException {
        for (Operation operation : operations) {
            if (operation.method().equals("GET") && !operation.path().contains("{")) {
                Map<String, String> query = new HashMap<>();
                operation.parameters().stream()
                        .filter(parameter -> parameter.name().equals("organisation"))
                        .forEach(parameter -> query.put("organisation", person.organisation()));
                Verdict verdict =
                        judge.judge(new Call(operation, person, Map.of(), query, Map.of(), new Call.Content.None()));
                if (verdict.isGood()) {
                    known.learn(about(operation), person.organisation(), verdict.json());
                }
            }
        }
    }

    /** What an answer is about: the last word of the path that is no variable, in the singular. */
    private static String about(Operation operation) {
        String about = "";
        for (String part : operation.path().split("/", -1)) {
            if (!part.startsWith("{") && part.endsWith("s")) {
                about = Known.singular(part);
            }
        }
        return about;
    }

    private void note(PlatformProcess platform, Judge judge, Call call, Verdict verdict) throws InterruptedException {
        int[] count = counts.computeIfAbsent(call.operation().name(), _ -> new int[2]);
        synchronized (count) {
            count[verdict.isGood() ? 0 : 1]++;
        }
        if (verdict.fault().isEmpty()) {
            return;
        }
        String fault = call.operation().name() + ": " + verdict.status() + ", "
                + verdict.fault().get();
        if (faults.putIfAbsent(fault, fault) == null) {
            Call smallest = shrunk(judge, call, verdict);
            String said = fault + "\n" + smallest.curl(platform.address()) + "\n"
                    + verdict.body().lines().findFirst().orElse("");
            faults.put(fault, said);
            System.out.println(said);
        }
    }

    /** With as little in it as still has the same fault. */
    private static Call shrunk(Judge judge, Call call, Verdict verdict) throws InterruptedException {
        Call smallest = call;
        int tries = 0;
        for (boolean smaller = true; smaller && tries < TRIES_TO_SHRINK; ) {
            smaller = false;
            for (Call candidate : smallest.smaller()) {
                if (tries++ >= TRIES_TO_SHRINK) {
                    break;
                }
                Verdict again = judge.judge(candidate);
                if (again.status() == verdict.status() && again.fault().equals(verdict.fault())) {
                    smallest = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private String summary() {
        StringBuilder lines = new StringBuilder("Calls that were done, and that were refused:\n");
        new TreeMap<>(counts)
                .forEach((operation, count) ->
                        lines.append(String.format("%6d %6d  %s%n", count[0], count[1], operation)));
        return lines.toString();
    }
}
