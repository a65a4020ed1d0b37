package org.aifactory.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.Sha256;
import org.aifactory.data.VersionId;

/**
 * What is asked for. What is left out is chosen.
 *
 * @param where what pays for it, and so where it runs
 * @param minutes wall time; the engine makes its plan for it
 * @param steps of the optimizer, instead of a plan for the time
 * @param nodes that work on it together; cores, GPUs and memory are for each
 * @param base a model, or a version of a dataset that holds one
 * @param command a script, for the recipe of that name
 * @param image of a container that the script runs in: a file of the dataset's, or what the machine's site vouches for
 * @param environment variables that the script gets
 * @param secrets more variables, kept nowhere once the program runs
 * @param continues whether it goes on by itself, by another attempt from its checkpoint, where the machine fails under it
 * @param key made by whoever asks: the same request with the same key is the same run
 */
public record RunRequest(
        Where where,
        Recipe recipe,
        Optional<String> name,
        Optional<String> project,
        Optional<VersionId> dataset,
        Optional<Double> minutes,
        Optional<Long> steps,
        Optional<Integer> nodes,
        Optional<Integer> cores,
        Optional<Integer> gpus,
        Optional<Long> memoryBytes,
        Optional<Base> base,
        Optional<String> command,
        Optional<String> image,
        Map<String, String> environment,
        Map<String, String> secrets,
        Optional<Long> seed,
        Optional<Boolean> continues,
        Optional<UUID> key) {

    public RunRequest {
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
    }

    /** What a run goes on from. */
    public sealed interface Base {
        record OfModel(UUID model) implements Base {}

        record OfVersion(VersionId version) implements Base {}

        default Optional<UUID> modelId() {
            return this instanceof OfModel(UUID model) ? Optional.of(model) : Optional.empty();
        }

        default Optional<VersionId> versionId() {
            return this instanceof OfVersion(VersionId version) ? Optional.of(version) : Optional.empty();
        }
    }

    /** The same where it is paid for by this allocation. */
    RunRequest on(AllocationId allocation) {
        return new RunRequest(
                new Where.On(allocation),
                recipe,
                name,
                project,
                dataset,
                minutes,
                steps,
                nodes,
                cores,
                gpus,
                memoryBytes,
                base,
                command,
                image,
                environment,
                secrets,
                seed,
                continues,
                key);
    }

    /** @throws IllegalStateException where it is still to be decided */
    AllocationId allocation() {
        if (where instanceof Where.On(AllocationId allocation)) {
            return allocation;
        }
        throw new IllegalStateException("Nobody has said yet what pays for it.");
    }

    /** What is asked, without the values of its secrets, in 64 digits. */
    String digest() {
        List<Object> asked = new ArrayList<>(List.of(
                where,
                recipe,
                name,
                project,
                dataset,
                minutes,
                steps,
                cores,
                gpus,
                memoryBytes,
                base,
                command,
                seed,
                new TreeMap<>(environment),
                new TreeMap<>(secrets).keySet()));
        // What was asked before there were words for these is the same thing still.
        continues.ifPresent(wish -> asked.add("continue " + wish));
        image.ifPresent(wish -> asked.add("in " + wish));
        String several = nodes.filter(number -> number != 1)
                .map(number -> number + " nodes")
                .orElse("");
        return Sha256.of(several + asked).hex();
    }

    /** Never tells a secret. */
    @Override
    public String toString() {
        return "RunRequest[" + recipe + " from " + where + "]";
    }
}
