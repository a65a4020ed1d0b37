package org.aifactory.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.upload.LocalFile;
import org.aifactory.client.upload.LocalFiles;

/** Questions to show a model by: from a question set, or the first that are asked in conversations. */
final class Examples {
    private static final int LINES_READ = 2000;

    private Examples() {}

    /** @param file JSONL with a {@code question} in each line */
    static List<String> ofQuestionSet(Path file, int most) {
        return spread(
                read(file, line -> Optional.of(line.text("question")).filter(question -> !question.isEmpty())), most);
    }

    /** What people ask first in the conversations of a text. */
    static List<String> ofConversations(LocalFiles files, int most) {
        List<String> questions = new ArrayList<>();
        for (LocalFile file : files.files()) {
            if (file.name().endsWith(".jsonl")) {
                questions.addAll(read(file.path(), Examples::firstQuestion));
            }
        }
        return spread(questions, most);
    }

    private static Optional<String> firstQuestion(Reply conversation) {
        return conversation.list("messages").stream()
                .filter(message -> message.text("role").equals("user"))
                .map(message -> message.text("content"))
                .filter(content -> !content.isEmpty())
                .findFirst();
    }

    private interface Finder {
        Optional<String> find(Reply line);
    }

    private static List<String> read(Path file, Finder finder) {
        try (Stream<String> lines = Files.lines(file)) {
            List<String> found = new ArrayList<>();
            lines.filter(line -> !line.isBlank())
                    .limit(LINES_READ)
                    .forEach(line -> finder.find(Server.parse(line)).ifPresent(found::add));
            return found;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** So many of them, evenly from the whole. */
    private static List<String> spread(List<String> all, int most) {
        int count = Math.min(most, all.size());
        List<String> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(all.get(i * all.size() / count));
        }
        return some;
    }
}
