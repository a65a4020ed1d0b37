package org.aifactory.data;

/**
 * A file of a version.
 *
 * @param path relative, with slashes; safe to be resolved against any folder, see {@link FilePath}
 */
public record DatasetFile(String path, Blob blob) {}
