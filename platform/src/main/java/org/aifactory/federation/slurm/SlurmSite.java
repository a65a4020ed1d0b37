package org.aifactory.federation.slurm;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a cluster is reached.
 *
 * @param address of slurmrestd
 * @param person as whom jobs are submitted; the same person as the platform's own at a site whose folders both see
 * @param account on which of Slurm's accounts they run
 * @param token a JSON web token of Slurm's for that person
 */
public record SlurmSite(URI address, String person, String account, String token) {

    private static final Pattern EXPIRY = Pattern.compile("\"exp\"\\s*:\\s*(\\d{1,12})");

    /** When the token goes out of use, as it says itself; empty where it does not. */
    Optional<Instant> expires() {
        String[] parts = token.split("\\.", -1);
        try {
            String claims = parts.length == 3
                    ? new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                    : "";
            Matcher expiry = EXPIRY.matcher(claims);
            return expiry.find() ? Optional.of(Instant.ofEpochSecond(Long.parseLong(expiry.group(1)))) : Optional.empty();
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
