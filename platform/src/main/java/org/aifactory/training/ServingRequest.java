package org.aifactory.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.Sha256;

/**
 * A model to be served by the engine, as a run of its own.
 *
 * @param model which model it is
 * @param folder its files in Hugging Face's form; absolute, and there as long as the run is
 * @param cores at least one; more answer more people at once
 * @param memoryBytes for the engine and the model together
 * @param wallTime after this it is ended, however busy
 * @param environment variables of the engine
 * @param secrets likewise, kept nowhere once it runs: {@code AIFACTORY_API_KEY} is what its clients must send
 * @param key made by whoever asks: the same request with the same key is the same run
 */
public record ServingRequest(
        AllocationId allocation,
        Optional<String> project,
        String name,
        UUID model,
        Path folder,
        int cores,
        long memoryBytes,
        Duration wallTime,
        Map<String, String> environment,
        Map<String, String> secrets,
        Optional<UUID> key) {

    public ServingRequest {
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
    }

    /** What is asked, without its variables, in 64 digits. */
    String digest() {
        return Sha256.of(List.of(allocation, model, folder, cores, wallTime).toString())
                .hex();
    }

    /** Never tells a secret. */
    @Override
    public String toString() {
        return "ServingRequest[" + model + " from " + allocation + "]";
    }
}
