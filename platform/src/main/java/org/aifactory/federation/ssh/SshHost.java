package org.aifactory.federation.ssh;

/**
 * A computer that is reached by SSH.
 *
 * @param key a private key in the form of OpenSSH's, without a passphrase
 * @param hostKey the key that the computer must show, as a line of {@code known_hosts} has it ({@code ssh-ed25519 AAAA…}); empty only for
 *     the one question what key it shows
 */
public record SshHost(String host, int port, String person, String key, String hostKey) {

    /** Never tells the key. */
    @Override
    public String toString() {
        return person + "@" + host + ":" + port;
    }
}
