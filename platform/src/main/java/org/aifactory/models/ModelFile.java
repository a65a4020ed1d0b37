package org.aifactory.models;

import org.aifactory.data.Blob;

/**
 * A file of a model.
 *
 * @param path its name in the folder, which has no folders in it
 */
public record ModelFile(String path, Blob blob) {}
