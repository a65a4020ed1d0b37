package org.aifactory.data;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How much is taken and how long it is kept.
 *
 * @param room what an organisation may keep where nothing else was set for it
 * @param largestFile the longest upload
 * @param mostFiles how many files a version may have
 * @param uploadsKept how long an upload stays after it was last added to
 * @param unkept how long a file stays that nobody keeps
 */
@ConfigurationProperties("aifactory.data")
record DataSettings(DataSize room, DataSize largestFile, int mostFiles, Duration uploadsKept, Duration unkept) {}
