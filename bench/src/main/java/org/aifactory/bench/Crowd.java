package org.aifactory.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** Clients that ask all at once, each again as soon as it has its answer, for some seconds. */
record Crowd(int clients, Duration time) {

    /** One request and what it took. */
    record Answer(String question, double millis, boolean good) {}

    /**
     * What a client asks.
     *
     * @param ask whether the answer was good
     */
    record Question(String name, BooleanSupplier ask) {}

    /** All answers; what began in the given time counts, and the time is up to the last answer. */
    record Answers(List<Answer> all, double seconds) {
        double perSecond() {
            return all.size() / seconds;
        }

        long bad() {
            return all.stream().filter(answer -> !answer.good()).count();
        }

        /** @param share from 0 to 1: 0.95 for the time within which 95 of 100 are answered */
        double millis(double share) {
            return millis(all, share);
        }

        static double millis(List<Answer> answers, double share) {
            double[] sorted =
                    answers.stream().mapToDouble(Answer::millis).sorted().toArray();
            return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
        }
    }

    /** @param next the question with a client's number and how many it has asked, as one number that differs for all */
    Answers ask(IntFunction<Question> next) {
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Answer>>> asked = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                int first = client;
                asked.add(threads.submit(() -> {
                    List<Answer> answers = new ArrayList<>();
                    for (int number = first; System.nanoTime() < end; number += clients) {
                        Question question = next.apply(number);
                        long asking = System.nanoTime();
                        boolean good = question.ask().getAsBoolean();
                        answers.add(new Answer(question.name(), (System.nanoTime() - asking) / 1e6, good));
                    }
                    return answers;
                }));
            }
            List<Answer> all = new ArrayList<>();
            for (Future<List<Answer>> answers : asked) {
                all.addAll(answers.get());
            }
            return new Answers(all, (System.nanoTime() - begin) / 1e9);
        } catch (InterruptedException interruption) {
            throw Child.interrupted(interruption);
        } catch (ExecutionException failure) {
            throw new EngineException(Kind.RESOURCE, "A client broke down: " + failure.getCause(), failure);
        }
    }
}
