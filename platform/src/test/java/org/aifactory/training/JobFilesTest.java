package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program puts in the place of a file between the look at it and the opening. */
class JobFilesTest {
    @TempDir
    Path folder;

    @Test
    void a_pipe_that_took_the_place_of_a_file_is_not_waited_for() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("file").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(open("file")).isEmpty();
    }

    @Test
    void a_file_can_be_read_while_its_program_runs() throws Exception {
        Files.writeString(folder.resolve("file"), "word");
        try (SeekableByteChannel channel = open("file").orElseThrow()) {
            assertThat(channel.size()).isEqualTo(4);
        }
        assertThat(new JobFiles(folder).open("file", true)).isPresent();
        assertThat(Files.readString(folder.resolve("file"), UTF_8)).isEqualTo("word");
    }

    /** A thread that waits for a pipe waits for ever, and the test is not to. */
    private Optional<SeekableByteChannel> open(String name) throws Exception {
        Callable<Optional<SeekableByteChannel>> opening = () -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                return JobFiles.open((SecureDirectoryStream<Path>) stream, Path.of(name), false);
            }
        };
        ExecutorService apart =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());
        try {
            return apart.submit(opening).get(1, TimeUnit.MINUTES);
        } catch (ExecutionException failure) {
            throw new AssertionError(failure);
        } finally {
            apart.shutdownNow();
        }
    }
}
