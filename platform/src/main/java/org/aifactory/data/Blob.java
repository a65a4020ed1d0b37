package org.aifactory.data;

/** A file of the {@link BlobStore}: what it is called and how many bytes it has. */
public record Blob(Sha256 sha256, long bytes) {}
