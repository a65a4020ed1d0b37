package org.aifactory.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.aifactory.backup.Contents.Part;

/** SHA-256 and length of what passes by. */
final class Digests {
    private Digests() {}

    /** Passes everything on, and knows afterwards what it was. */
    static final class Counting extends DigestOutputStream {
        private long bytes;

        Counting(OutputStream out) {
            super(out, sha256());
        }

        @Override
        public void write(int b) throws IOException {
            super.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int from, int length) throws IOException {
            super.write(buffer, from, length);
            bytes += length;
        }

        long bytes() {
            return bytes;
        }

        Part part() {
            return new Part(bytes, HexFormat.of().formatHex(getMessageDigest().digest()));
        }

        /** What is below stays open: it is an archive with more to come. */
        @Override
        public void close() throws IOException {
            flush();
        }
    }

    static Part of(InputStream in) throws IOException {
        Counting nowhere = new Counting(OutputStream.nullOutputStream());
        in.transferTo(nowhere);
        return nowhere.part();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
