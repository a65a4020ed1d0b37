package org.aifactory.engine.training;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.distributed.Group;
import org.aifactory.engine.distributed.Membership;

/** One of several processes that do {@link TinyRun} together; the first dwells after every step, so that it can be met on its way. */
final class GroupProcess {
    private static final int STOPPED = 130;

    private GroupProcess() {}

    /** Takes the text, the folder, its number, how many there are, where the first listens, and the milliseconds to dwell. */
    public static void main(String[] arguments) {
        TrainingRequest request = TinyRun.request(Path.of(arguments[0]), Path.of(arguments[1]));
        try (Group group = Group.join(
                Membership.of(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), arguments[4]))) {
            boolean finished = group.leads()
                    ? lead(request, group, Long.parseLong(arguments[5]))
                    : new Follower(request, group).run();
            System.exit(finished ? 0 : STOPPED);
        } catch (EngineException failure) {
            System.err.println(failure.getMessage());
            System.exit(failure.exitCode());
        }
    }

    private static boolean lead(TrainingRequest request, Group group, long dwellMilliseconds) {
        PrintStream slow = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                System.err.println(line);
            }

            @Override
            public void print(String progress) {
                if (progress.contains(" step ")) {
                    dwell(dwellMilliseconds);
                }
            }
        };
        return new TrainingRun(
                        request,
                        new Progress(slow, true, Duration.ZERO),
                        new Clock(System.nanoTime()),
                        TinyRun.EVERY_STEP,
                        group)
                .run()
                .finished();
    }

    private static void dwell(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
