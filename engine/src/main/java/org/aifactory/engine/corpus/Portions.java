package org.aifactory.engine.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much is read of each file where all of them are more than there is time for: small files are read whole and large ones up to
 * one length, the same for all. Where the files are too many even for the least length, those are taken that a hash of their names
 * picks. The same files give the same portions.
 */
final class Portions {
    /** Of less than this the beginning would be all that is known of a file: its title page and its licence. */
    private static final long LENGTH_MIN = 1 << 20;

    private final long[] sizes;
    private final long[] portions;

    private Portions(long[] sizes) {
        this.sizes = sizes;
        this.portions = new long[sizes.length];
    }

    /** @param bytesMax of all files together; a single file may come to more where that is less than the least length */
    static Portions of(List<SourceFile> files, long bytesMax) {
        Portions portions =
                new Portions(files.stream().mapToLong(Portions::size).toArray());
        long length = Math.max(LENGTH_MIN, length(portions.sizes, bytesMax));
        int[] order = IntStream.range(0, files.size())
                .boxed()
                .sorted(Comparator.comparingLong(
                        i -> Hash.mix(Hash.of(files.get(i).name()))))
                .mapToInt(Integer::intValue)
                .toArray();
        long taken = 0;
        for (int file : order) {
            long portion = Math.min(portions.sizes[file], length);
            if (taken == 0 || taken + portion <= bytesMax) {
                portions.portions[file] = portion;
                taken += portion;
            }
        }
        return portions;
    }

    private static long size(SourceFile file) {
        try {
            return Files.size(file.path());
        } catch (IOException e) {
            throw FileTrouble.reading(file.path(), e);
        }
    }

    /** The length up to which all files together come to {@code bytesMax}. */
    private static long length(long[] sizes, long bytesMax) {
        long[] ascending = sizes.clone();
        Arrays.sort(ascending);
        long left = bytesMax;
        for (int i = 0; i < ascending.length; i++) {
            long share = left / (ascending.length - i);
            if (ascending[i] > share) {
                return share;
            }
            left -= ascending[i];
        }
        return Long.MAX_VALUE;
    }

    /** Bytes to read of the file of this number. */
    long of(int file) {
        return portions[file];
    }

    /** Whether a file goes on behind its portion. */
    boolean isCut(int file) {
        return portions[file] < sizes[file];
    }

    /** Whether anything is to be read of a file; an empty one is, to be found empty. */
    boolean isTaken(int file) {
        return portions[file] > 0 || sizes[file] == 0;
    }

    /** Bytes of all files that are not read. */
    long unread() {
        return IntStream.range(0, sizes.length)
                .mapToLong(i -> sizes[i] - portions[i])
                .sum();
    }
}
