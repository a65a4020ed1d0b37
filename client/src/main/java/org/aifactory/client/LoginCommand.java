package org.aifactory.client;

import java.util.Map;
import java.util.Optional;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        description = {
            "Signs in to a platform, and keeps a token for it in ~/.config/aifactory/credentials.json, which only you can read.",
            "On a terminal it asks for the password without showing it. Elsewhere it reads one line of standard input: a token, or with"
                    + " --email the password.",
            "AIFACTORY_TOKEN and AIFACTORY_SERVER go before what is saved."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory login",
            "  ./aifactory login --sign-up --server https://factory.example",
            "  ./aifactory login < token.txt"
        })
final class LoginCommand extends ServerCommand {
    private static final String TOKEN_BEGINS = "aif_";

    /** Of organisation. */
    enum Kind {
        COMPANY,
        RESEARCH,
        PUBLIC_BODY
    }

    @Option(names = "--email", paramLabel = "ADDRESS", description = "Who signs in.")
    private @Nullable String email;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "A token made on the page of your account; other people of this machine may see it, so better send it by"
                            + " standard input.")
    private @Nullable String token;

    @Option(names = "--sign-up", description = "Make an account and an organisation first.")
    private boolean signUp;

    @Option(names = "--name", paramLabel = "NAME", description = "With --sign-up: your name.")
    private @Nullable String name;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "With --sign-up: the organisation that you found.")
    private @Nullable String organisation;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "COMPANY",
            description = "With --sign-up: COMPANY, RESEARCH or PUBLIC_BODY (default: COMPANY).")
    private Kind kind = Kind.COMPANY;

    @Option(names = "--country", paramLabel = "CC", description = "With --sign-up: its country, such as FI.")
    private @Nullable String country;

    LoginCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String given = signUp ? signUp(server) : given(server);
        Reply me = server.with(given).get("/api/me");
        credentials().save(server.address(), given, me.text("email"));
        if (!printed(me)) {
            terminal()
                    .say(
                            "Signed in at %s as %s <%s>%s.",
                            server.address(), me.text("name"), me.text("email"), organisations(me));
            warn(server);
            if (credentials().isOfVariable()) {
                terminal().say("The variable AIFACTORY_TOKEN is set, and goes before this login; unset it.");
            }
        }
        return ExitStatus.DONE;
    }

    private String given(Server server) {
        if (token != null) {
            return checked(token.strip());
        }
        if (mayAsk()) {
            String address = needed(email, "--email", "E-mail");
            return signIn(server, address, terminal().askSecretly("Password"));
        }
        String line = line();
        return email == null ? checked(line) : signIn(server, email, line);
    }

    private static String checked(String word) {
        // It stands in a header, where nothing but these may.
        if (!word.startsWith(TOKEN_BEGINS) || !word.chars().allMatch(letter -> letter > ' ' && letter < 0x7F)) {
            throw new ClientException(
                    ExitStatus.USAGE,
                    "A token begins with " + TOKEN_BEGINS
                            + "; make one on the page of your account, or sign in with --email.");
        }
        return word;
    }

    private static String signIn(Server server, String address, String password) {
        return new Server(server.address(), Optional.empty())
                .post("/api/sign-in", Map.of("email", address, "password", password))
                .raw("token");
    }

    private String signUp(Server server) {
        String address = needed(email, "--email", "E-mail");
        String person = needed(name, "--name", "Your name");
        String founded = needed(organisation, "--organisation", "Your organisation");
        String place = needed(country, "--country", "Its country, in two letters such as FI");
        return new Server(server.address(), Optional.empty())
                .post(
                        "/api/sign-up",
                        Map.of(
                                "email",
                                address,
                                "name",
                                person,
                                "password",
                                newPassword(),
                                "organisation",
                                Map.of(
                                        "name",
                                        founded,
                                        "kind",
                                        kind.name(),
                                        "country",
                                        place.toUpperCase(java.util.Locale.ROOT))))
                .raw("token");
    }

    private String newPassword() {
        if (!mayAsk()) {
            return line();
        }
        while (true) {
            String first = terminal().askSecretly("A new password (at least 10 characters)");
            if (first.equals(terminal().askSecretly("The same again"))) {
                return first;
            }
            terminal().say("The two are not the same.");
        }
    }

    private String line() {
        return terminal()
                .readLine()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .orElseThrow(() -> usage("Standard input is empty; a token or a password was expected there."));
    }

    private static String organisations(Reply me) {
        String names = String.join(
                ", ",
                me.list("memberships").stream()
                        .map(membership -> membership.text("name"))
                        .toList());
        return names.isEmpty() ? "" : " of " + names;
    }

    private void warn(Server server) {
        String host = server.address().getHost();
        boolean local = host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
        if (server.address().getScheme().equals("http") && !local) {
            terminal().say("The token crosses the network unencrypted; use an https:// address where there is one.");
        }
    }
}
