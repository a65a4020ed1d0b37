package org.aifactory.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "connect",
        description = {
            "Connects a machine to its Slurm by SSH: through Slurm's own commands on a login node, and by SFTP for files.",
            "Nothing is kept where something is in the way. See docs/handbook/connect-slurm.md; there also stands how it goes through slurmrestd."
        },
        footer = {
            "",
            "Example:",
            "  ./aifactory site key leonardo",
            "  ./aifactory site connect leonardo --host login.example.org --person aifactory --account startups \\",
            "    --root /scratch/startups/aifactory --host-key \"ssh-ed25519 AAAA…\" --partition gpu"
        })
final class SiteConnectCommand extends ServerCommand {
    private static final int LONGEST_SLUG = 63;

    @Parameters(paramLabel = "NAME", description = "The machine, as it stands in its page's address.")
    private String machine = "";

    @Option(names = "--host", paramLabel = "HOST", required = true, description = "The login node.")
    private String host = "";

    @Option(names = "--port", paramLabel = "PORT", description = "Its port (default: 22).")
    private @Nullable Integer port;

    @Option(names = "--person", paramLabel = "NAME", required = true, description = "As whom; Slurm knows them, too.")
    private String person = "";

    @Option(names = "--account", paramLabel = "NAME", required = true, description = "Slurm's account for the jobs.")
    private String account = "";

    @Option(
            names = "--accounts",
            paramLabel = "WHOSE",
            description =
                    "“service” for all jobs on that account, “per-organisation” for each organisation's on one of its own under it (default: as it is; at first, service).")
    private @Nullable String accounts;

    @Option(
            names = "--root",
            paramLabel = "FOLDER",
            required = true,
            description = "A folder for the platform alone, that the login node and all nodes see at the same place.")
    private String root = "";

    @Option(
            names = "--host-key",
            paramLabel = "KEY",
            description =
                    "The login node's key as the site publishes it (default: the one that it shows now, whose fingerprint is told).")
    private @Nullable String hostKey;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "A private key without a passphrase (default: that of the pair that “site key” has made).")
    private @Nullable Path key;

    @Option(
            names = "--partition",
            paramLabel = "NAME",
            required = true,
            description = "One of Slurm's partitions; several times for several.")
    private List<String> partitions = List.of();

    SiteConnectCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String path = "/api/machines/" + Server.encoded(machine) + "/connection";
        server.put(path, wish());
        Reply now = server.get(path);
        if (!printed(now)) {
            terminal()
                    .say(
                            "%s is connected; Slurm is %s. The login node's key is %s.",
                            machine, now.get("slurm").text("version"), now.text("hostKey"));
        }
        return ExitStatus.DONE;
    }

    private Map<String, Object> wish() {
        Map<String, Object> wish = new LinkedHashMap<>(
                Map.of("kind", "SLURM_SSH", "host", host, "person", person, "account", account, "root", root));
        if (port != null) {
            wish.put("port", port);
        }
        if (accounts != null) {
            wish.put("accounts", accounts(accounts));
        }
        if (hostKey != null) {
            wish.put("hostKey", hostKey);
        }
        if (key != null) {
            wish.put("key", read(key));
        }
        wish.put(
                "partitions",
                partitions.stream()
                        .map(name -> Map.of("name", name, "slug", slug(name)))
                        .toList());
        return wish;
    }

    private String accounts(String word) {
        return switch (word) {
            case "service" -> "SERVICE";
            case "per-organisation" -> "PER_ORGANISATION";
            default -> throw usage("--accounts is service or per-organisation.");
        };
    }

    /** As the desk's page calls it. */
    private String slug(String partition) {
        String slug = machine + "-" + partition.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return slug.substring(0, Math.min(LONGEST_SLUG, slug.length()));
    }

    private String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw usage(file + " cannot be read: " + unreadable.getMessage());
        }
    }
}
