package org.aifactory.federation.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.local.Slots.Slot;

/**
 * Keeps a program from the network, from other processes, and from every file but the system's, its own folder and what it was given to
 * read, by bubblewrap (namespaces of the Linux kernel).
 */
final class Confinement {
    private static final List<Path> SYSTEM = paths("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");
    /** Of the settings of the computer only what programs need to start; nothing that could hold a secret. */
    private static final List<Path> SETTINGS = paths(
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/alternatives",
            "/etc/localtime",
            "/etc/nsswitch.conf",
            "/etc/fonts",
            "/sys/devices/system/cpu");

    private static final List<Path> GPU_DEVICES = paths(
            "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps");
    private static final int PROBE_SECONDS = 20;
    /** Who the program is inside; outside it remains who the platform is. */
    private static final String INNER_ID = "1000";

    private Confinement() {}

    /** Whether this computer lets us; containers often do not. */
    static boolean works() {
        try {
            List<String> command = new ArrayList<>(walls());
            command.addAll(List.of("--", "true"));
            Process probe = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
            } finally {
                probe.destroyForcibly();
            }
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The command that runs what follows it confined.
     *
     * @param temporary what it sees as {@code /tmp}
     * @param passwd its {@code /etc/passwd}
     */
    static List<String> around(JobRequest job, Slot slot, Path temporary, Path passwd) {
        List<String> command = new ArrayList<>(walls());
        bind(command, "--bind", temporary, Path.of("/tmp"));
        bind(command, "--ro-bind", passwd, Path.of("/etc/passwd"));
        if (!slot.gpus().isEmpty()) {
            GPU_DEVICES.forEach(device -> bind(command, "--dev-bind-try", device, device));
            slot.gpus().stream()
                    .map(gpu -> Path.of("/dev/nvidia" + gpu))
                    .forEach(device -> bind(command, "--dev-bind", device, device));
            bind(command, "--ro-bind", Path.of("/sys"), Path.of("/sys"));
        }
        job.readable().forEach(path -> bind(command, "--ro-bind", path, path));
        bind(command, "--bind", job.folder(), job.folder());
        command.addAll(List.of("--chdir", job.folder().toString(), "--"));
        return command;
    }

    static String passwd(Path home) {
        return "job:x:" + INNER_ID + ":" + INNER_ID + "::" + home + ":/bin/bash\n";
    }

    private static List<String> walls() {
        List<String> command = new ArrayList<>(List.of(
                "bwrap",
                "--unshare-user",
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-net",
                "--unshare-uts",
                "--die-with-parent",
                "--cap-drop",
                "ALL",
                "--uid",
                INNER_ID,
                "--gid",
                INNER_ID,
                "--hostname",
                "job",
                "--proc",
                "/proc",
                "--dev",
                "/dev",
                "--tmpfs",
                "/tmp"));
        SYSTEM.forEach(folder -> bindSystem(command, folder));
        SETTINGS.forEach(path -> bind(command, "--ro-bind-try", path, path));
        settingsOfJava().forEach(path -> bind(command, "--ro-bind", path, path));
        return command;
    }

    /** Where /bin is a link to /usr/bin it is one inside, too. */
    private static void bindSystem(List<String> command, Path folder) {
        if (Files.isSymbolicLink(folder)) {
            try {
                command.addAll(
                        List.of("--symlink", Files.readSymbolicLink(folder).toString(), folder.toString()));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        } else if (Files.isDirectory(folder)) {
            bind(command, "--ro-bind", folder, folder);
        }
    }

    /** Debian's JDKs keep part of themselves there. */
    private static List<Path> settingsOfJava() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/etc"), "java-*")) {
            folders.forEach(found::add);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }

    private static void bind(List<String> command, String how, Path from, Path to) {
        command.addAll(List.of(how, from.toString(), to.toString()));
    }

    private static List<Path> paths(String... names) {
        return java.util.Arrays.stream(names).map(Path::of).toList();
    }
}
