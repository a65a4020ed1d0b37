package org.aifactory.federation.slurm;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.federation.ssh.SshHost;

/** How a cluster is reached. */
public sealed interface SlurmSite {

    /** Where it is; nothing in it is secret. */
    URI address();

    /** As whom jobs are submitted. */
    String person();

    /** On which of Slurm's accounts they run. */
    String account();

    /**
     * Through slurmrestd, at a site whose nodes see the platform's own folder.
     *
     * @param address of slurmrestd
     * @param person the same as the platform's own, since both share files
     * @param token a JSON web token of Slurm's for that person
     */
    record Rest(URI address, String person, String account, String token) implements SlurmSite {

        private static final Pattern EXPIRY = Pattern.compile("\"exp\"\\s*:\\s*(\\d{1,12})");

        /** When the token goes out of use, as it says itself; empty where it does not. */
        Optional<Instant> expires() {
            String[] parts = token.split("\\.", -1);
            try {
                String claims = parts.length == 3
                        ? new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                        : "";
                Matcher expiry = EXPIRY.matcher(claims);
                return expiry.find()
                        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(expiry.group(1))))
                        : Optional.empty();
            } catch (IllegalArgumentException noToken) {
                return Optional.empty();
            }
        }

        /** Never tells the token. */
        @Override
        public String toString() {
            return "SlurmSite[" + person + " at " + address + ", account " + account + "]";
        }
    }

    /**
     * Through Slurm's commands on a login node, and by SFTP for files.
     *
     * @param root a folder that the login node and all nodes see at the same place, for the platform alone
     */
    record Ssh(SshHost host, String account, String root) implements SlurmSite {

        /** Whether the host is a name or an address as addresses have them. */
        public boolean hasAddress() {
            try {
                return address().getHost() != null;
            } catch (IllegalArgumentException wrong) {
                return false;
            }
        }

        @Override
        public URI address() {
            return URI.create(
                    "ssh://" + (host.host().contains(":") ? "[" + host.host() + "]" : host.host()) + ":" + host.port());
        }

        @Override
        public String person() {
            return host.person();
        }

        /** The same login node under this key of its. */
        Ssh showing(String hostKey) {
            return new Ssh(new SshHost(host.host(), host.port(), host.person(), host.key(), hostKey), account, root);
        }
    }
}
