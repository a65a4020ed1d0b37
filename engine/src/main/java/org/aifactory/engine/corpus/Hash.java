package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Hashes that stay the same from one Java to the next. */
final class Hash {
    private Hash() {}

    /** FNV-1a over the UTF-8 bytes. */
    static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit of the result depends on every bit given. */
    static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
