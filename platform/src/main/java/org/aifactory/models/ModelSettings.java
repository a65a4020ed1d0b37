package org.aifactory.models;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How models are kept and handed out.
 *
 * @param storage where this platform keeps data and models, in words for the card: {@code Bologna, IT}; empty where nobody has said
 * @param exports how many files in other forms are made at the same time
 * @param exportsKept how much room they may take until the oldest go
 * @param exportLasts how long making one may take
 */
@ConfigurationProperties("aifactory.models")
record ModelSettings(String storage, int exports, DataSize exportsKept, Duration exportLasts) {}
