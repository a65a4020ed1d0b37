package org.aifactory.training;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run's recipe needs to know beside data and resources, as it is kept. Nothing in it is secret.
 *
 * @param minutes for which the engine makes its plan
 * @param steps instead of minutes
 * @param command a script
 * @param folder of the model that it goes on from, or serves, where that is no version of a dataset
 * @param continues whether it goes on by itself where the machine fails under it; null for what its recipe does
 * @param image of a container that the script runs in; null for none
 */
record Settings(
        @Nullable Double minutes,
        @Nullable Long steps,
        long seed,
        @Nullable String command,
        @Nullable String folder,
        Map<String, String> environment,
        @Nullable Boolean continues,
        @Nullable String image) {

    Settings {
        environment = Map.copyOf(environment);
    }
}
