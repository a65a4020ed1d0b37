package org.aifactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.aifactory.database.DatabaseException;
import org.aifactory.examples.ExampleData;
import org.aifactory.examples.ExampleData.Link;
import org.aifactory.facts.FileFault;
import org.aifactory.identity.FirstAdministrator;
import org.aifactory.notices.MailFault;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aifactory up}: the platform and its database in the foreground, until it is interrupted. */
@Command(
        name = "aifactory up",
        mixinStandardHelpOptions = true,
        description =
                "Starts the platform in the foreground; Ctrl-C stops it. Runs go on meanwhile, and it finds them again.")
public final class Up implements Callable<Integer> {
    private static final int UNEXPECTED = 1;
    private static final int MACHINE_LACKS = 5;

    @Option(names = "--port", paramLabel = "PORT", description = "Where the platform listens (default: 8080).")
    private int port = 8080;

    @Option(names = "--home", paramLabel = "DIR", description = "Where everything it keeps goes (default: ./var).")
    private Path home = Path.of("var");

    @Option(
            names = "--with",
            paramLabel = "DATA",
            description =
                    "Enters example data, with people to sign in as: founding (the seven founding factories) or rounds (these, and the twelve of the later rounds).")
    private @Nullable String examples;

    private Up() {}

    public static void main(String[] arguments) {
        int status = new CommandLine(new Up()).execute(arguments);
        if (status != CommandLine.ExitCode.OK) {
            System.exit(status);
        }
    }

    /** Returns once the platform is up; the server's threads keep the program running. */
    @Override
    public Integer call() {
        if (port < 0 || port > 65_535) {
            return fail(
                    CommandLine.ExitCode.USAGE,
                    "A port is a number from 0 (any that is free) to 65535, not " + port + ".");
        }
        if (!isFree(port)) {
            return fail(MACHINE_LACKS, "Another program listens on port " + port + "; choose one with --port.");
        }
        Path data = null;
        if (examples != null) {
            data = Path.of(System.getProperty("aifactory.root", "."), "examples")
                    .resolve(examples);
            if (!examples.matches("[a-z0-9-]+") || !Files.isDirectory(data)) {
                return fail(
                        CommandLine.ExitCode.USAGE,
                        "There is no example data called “" + examples + "”; there is: founding, rounds.");
            }
        }
        Path place = home.toAbsolutePath().normalize();
        SpringApplication application = new SpringApplication(PlatformApplication.class);
        // The person at the terminal reads what this class says; everything else is in the log.
        application.setDefaultProperties(Map.of("logging.threshold.console", "off"));
        List<String> arguments = new ArrayList<>(List.of("--server.port=" + port, "--aifactory.home=" + place));
        if (data != null) {
            arguments.add("--aifactory.examples.folder=" + data.toAbsolutePath().normalize());
        }
        System.out.println("Starting the platform …");
        try {
            greet(application.run(arguments.toArray(String[]::new)));
            FastStart.prepare();
            return CommandLine.ExitCode.OK;
        } catch (RuntimeException failure) {
            return explain(failure, place);
        }
    }

    private static void greet(ApplicationContext platform) {
        Environment environment = platform.getEnvironment();
        String address = "http://127.0.0.1:" + environment.getProperty("local.server.port");
        System.out.printf(
                "AI Factory is up at %s (its health: /actuator/health; its log: %s). Ctrl-C stops it.%n",
                address, environment.getProperty("logging.file.name"));
        List<Link> links = platform.getBean(ExampleData.class).links();
        if (!links.isEmpty()) {
            System.out.println("Sign in as one of the example people, on this computer and until it stops:");
            links.forEach(link -> System.out.printf("  %-36s %s%s%n", link.name(), address, link.path()));
        }
        platform.getBean(FirstAdministrator.class)
                .code()
                .ifPresent(code -> System.out.printf(
                        "Nobody administers it yet. Whoever opens this first does: %s/first-administrator?code=%s%n",
                        address, code));
    }

    /** Asked first because the answer takes seconds when it is left to the server. */
    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static int explain(RuntimeException failure, Path home) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DatabaseException) {
                return fail(MACHINE_LACKS, cause.getMessage());
            }
            if (cause instanceof FileFault || cause instanceof MailFault) {
                return fail(CommandLine.ExitCode.USAGE, cause.getMessage());
            }
        }
        return fail(
                UNEXPECTED,
                "Something unexpected went wrong: " + failure + " The log in " + home.resolve("log") + " says more.");
    }

    private static int fail(int status, @Nullable String sentence) {
        System.err.println(sentence);
        return status;
    }
}
