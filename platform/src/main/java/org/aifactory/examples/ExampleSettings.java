package org.aifactory.examples;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** @param folder the factories to enter at the start, and with them the example people; null for no example data */
@ConfigurationProperties("aifactory.examples")
record ExampleSettings(@Nullable Path folder) {}
