package org.aifactory.notices;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What one person was told.
 *
 * @param key see {@link Telling}
 * @param isRead whether the person has said so, or gone to the page that it leads to
 */
record Notice(UUID id, Kind kind, String key, List<Word> words, String path, Instant at, boolean isRead) {}
