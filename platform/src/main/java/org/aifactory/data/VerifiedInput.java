package org.aifactory.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Reads a stored file and fails at its end when it is not what its name says. */
final class VerifiedInput extends FilterInputStream {
    private final Sha256 expected;
    private final MessageDigest digest = Sha256.digest();
    private boolean ended;

    VerifiedInput(InputStream in, Sha256 expected) {
        super(in);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read >= 0) {
            digest.update(bytes, offset, read);
        } else if (!ended) {
            ended = true;
            Sha256 actual = Sha256.of(digest.digest());
            if (!actual.equals(expected)) {
                throw new IOException(
                        "The stored file " + expected + " was damaged: its bytes have the SHA-256 " + actual);
            }
        }
        return read;
    }

    /** Every byte has to be seen. */
    @Override
    public long skip(long count) throws IOException {
        byte[] seen = new byte[(int) Math.min(Math.max(count, 0), 1 << 16)];
        return Math.max(0, read(seen, 0, seen.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
