package org.aifactory.client.upload;

import java.nio.file.Path;

/**
 * A file of this machine, and what it is to be called in a dataset.
 *
 * @param bytes when it was found; a file that changes while it is sent is refused by its checksum
 */
public record LocalFile(String name, Path path, long bytes) {}
