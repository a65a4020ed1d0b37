package org.aifactory.training;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the engine is. The launcher says so to {@code aifactory up}.
 *
 * @param root the folder of the project: the engine was built in its {@code engine/target}
 * @param javaHome the JDK that runs it; the platform's own where nothing is said
 * @param heap the most that it takes for itself, beside the model's memory, as Java writes it: {@code 2g}
 */
@ConfigurationProperties("aifactory.engine")
record EngineSettings(String root, @Nullable String javaHome, String heap) {}
