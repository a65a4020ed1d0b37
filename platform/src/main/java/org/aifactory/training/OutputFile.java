package org.aifactory.training;

import java.time.Instant;

/**
 * A file that a run has written.
 *
 * @param path below its output folder, with slashes; as the program named it
 */
public record OutputFile(String path, long bytes, Instant changed) {}
