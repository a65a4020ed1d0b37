package org.aifactory.federation.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/**
 * The platform's folder at a site: files get there and back by SFTP, and {@code site.sh}, which lies in it, does there what is done
 * there. Whatever was broken off goes on where it stopped, after both sides have found that they hold the same so far; nothing counts
 * as arrived whose SHA-256 is not the same on both.
 */
public final class SiteFolder {
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final int PIECE = 1 << 16;
    private static final int NONE = 3;
    private static final int OWNER_ONLY = 0700;
    private static final byte[] SCRIPT = script();
    /** A newer platform does not change the words of what an older one has begun. */
    private static final String SCRIPT_NAME =
            "site-" + HexFormat.of().formatHex(Sums.sha256().digest(SCRIPT)).substring(0, 12) + ".sh";

    private final SshConnection connection;
    private final String root;
    private final Sums sums = new Sums();
    private volatile boolean isOpen;

    /** @param root an absolute path, that the nodes see as well */
    public SiteFolder(SshConnection connection, String root) {
        this.connection = connection;
        this.root = root;
    }

    /** How something is laid out: to be read only, once; or to be written to, in the place of what was there. */
    public enum How {
        ONCE,
        ANEW;

        private String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Where the site sees one of the folder's places. */
    public Path at(String place) {
        return Path.of(root).resolve(place);
    }

    /**
     * Tries whether files get there and back, and whether commands see them.
     *
     * @throws MachineUnavailable that says what is in the way
     */
    public void require() {
        open();
        String place = "probe-" + UUID.randomUUID();
        byte[] probe = place.getBytes(StandardCharsets.UTF_8);
        write(place, probe);
        try {
            Answer seen = ask(List.of("sum", place), "");
            if (!seen.printed()
                    .strip()
                    .equals(HexFormat.of().formatHex(Sums.sha256().digest(probe)))) {
                throw new MachineUnavailable(Message.of("federation.ssh.two-folders", root, seen.complaints()));
            }
        } finally {
            remove(List.of(place));
        }
    }

    private void open() {
        if (isOpen) {
            return;
        }
        try {
            try {
                prepare(connection.files());
            } catch (SftpException refused) {
                throw refused;
            } catch (IOException stale) {
                // A session that broke unnoticed shows it here, before anything has happened there.
                connection.letGoOfBroken();
                prepare(connection.files());
            }
            isOpen = true;
        } catch (IOException failure) {
            throw trouble(failure);
        }
    }

    private void prepare(SftpClient files) throws IOException {
        makeFolders(files, root);
        // Nobody else at the site reads what is here.
        files.setStat(root, new Attributes().perms(OWNER_ONLY));
        String place = root + "/" + SCRIPT_NAME;
        if (size(files, place) != SCRIPT.length) {
            put(files, place, SCRIPT);
        }
    }

    private static void makeFolders(SftpClient files, String folder) throws IOException {
        if (size(files, folder) < 0) {
            int slash = folder.lastIndexOf('/');
            if (slash > 0) {
                makeFolders(files, folder.substring(0, slash));
            }
            files.mkdir(folder);
        }
    }

    /** Negative where there is nothing. */
    private static long size(SftpClient files, String path) throws IOException {
        try {
            return files.stat(path).getSize();
        } catch (SftpException none) {
            if (none.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
                return -1;
            }
            throw none;
        }
    }

    /** It appears whole. */
    private static void put(SftpClient files, String path, byte[] content) throws IOException {
        String made = path + "." + UUID.randomUUID();
        try (OutputStream out = files.write(made, OpenMode.Write, OpenMode.Create, OpenMode.Truncate)) {
            out.write(content);
        }
        files.setStat(made, new Attributes().perms(0600));
        // SFTP's own renaming does not replace.
        if (size(files, path) >= 0) {
            files.remove(path);
        }
        files.rename(made, path);
    }

    /** Writes a small file where it does not hold that already: somebody may be reading it. */
    public void keep(String place, byte[] content) {
        if (!read(place, content.length + 1)
                .filter(known -> Arrays.equals(known, content))
                .isPresent()) {
            write(place, content);
        }
    }

    /** Writes a small file that its owner alone may read. */
    public void write(String place, byte[] content) {
        open();
        SftpClient files = connection.files();
        try {
            int slash = place.lastIndexOf('/');
            makeFolders(files, slash < 0 ? root : root + "/" + place.substring(0, slash));
            put(files, root + "/" + place, content);
        } catch (IOException failure) {
            throw trouble(failure);
        }
    }

    /** A small file; empty where there is none. */
    public Optional<byte[]> read(String place, int most) {
        try (InputStream in = connection.files().read(root + "/" + place)) {
            return Optional.of(in.readNBytes(most));
        } catch (SftpException none) {
            if (none.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
                return Optional.empty();
            }
            throw trouble(none);
        } catch (IOException failure) {
            throw trouble(failure);
        }
    }

    /** A word for exactly these files under these paths. */
    public String name(SiteTree tree) throws IOException {
        var digest = Sums.sha256();
        for (Map.Entry<String, String> file : names(tree).entrySet()) {
            digest.update((file.getKey() + '\0' + file.getValue() + '\0').getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    /** Whether there is such a place. */
    public boolean has(String place) {
        try {
            return size(connection.files(), root + "/" + place) >= 0;
        } catch (IOException failure) {
            throw trouble(failure);
        }
    }

    /**
     * Sends what is not there yet, and lays it out.
     *
     * @throws IOException when something of it cannot be read here
     * @throws MachineUnavailable when it does not all arrive; sent again it goes on where it stopped
     */
    public void send(SiteTree tree, String place, How how) throws IOException {
        open();
        Map<String, String> names = names(tree);
        TreeMap<String, Path> wanted = new TreeMap<>();
        names.forEach((path, name) -> wanted.put(name, tree.files().get(path)));
        send(wanted);
        StringBuilder list = new StringBuilder();
        tree.folders().forEach(folder -> list.append("-\0").append(folder).append('\0'));
        names.forEach(
                (path, name) -> list.append(name).append('\0').append(path).append('\0'));
        requireWell(ask(List.of("lay", place, how.word()), list.toString()));
    }

    private Map<String, String> names(SiteTree tree) throws IOException {
        TreeMap<String, String> names = new TreeMap<>();
        for (Map.Entry<String, Path> file : tree.files().entrySet()) {
            names.put(file.getKey(), sums.of(file.getValue()) + (Files.isExecutable(file.getValue()) ? "x" : ""));
        }
        return names;
    }

    private void send(Map<String, Path> wanted) throws IOException {
        List<String> names = List.copyOf(wanted.keySet());
        List<String> there = fields(requireWell(ask(List.of("have"), joined(names))));
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (!there.get(i).equals("whole")) {
                send(names.get(i), Objects.requireNonNull(wanted.get(names.get(i))), Long.parseLong(there.get(i)));
                sent.add(names.get(i));
            }
        }
        if (!sent.isEmpty()) {
            List<String> damaged = fields(requireWell(ask(List.of("settle"), joined(sent))));
            if (!damaged.isEmpty()) {
                throw new MachineUnavailable(
                        Message.of("federation.ssh.damaged", connection.toString(), damaged.size()));
            }
        }
    }

    private void send(String name, Path file, long there) throws IOException {
        String place = root + "/parts/" + name;
        long from = there > 0 && there <= Files.size(file) && isSame(name, file, there) ? there : 0;
        SftpClient files = connection.files();
        try (FileChannel in = FileChannel.open(file)) {
            in.position(from);
            // Appending, so that what travels at once is written in its order, and what is there is a beginning.
            try (OutputStream out = from > 0
                    ? files.write(place, OpenMode.Write, OpenMode.Append)
                    : files.write(place, OpenMode.Write, OpenMode.Create, OpenMode.Truncate)) {
                copy(in, out);
            }
        } catch (ReadException unreadable) {
            throw unreadable.getCause();
        } catch (IOException failure) {
            throw trouble(failure);
        }
    }

    private static void copy(FileChannel in, OutputStream out) throws IOException {
        java.nio.ByteBuffer piece = java.nio.ByteBuffer.allocate(PIECE);
        int read = read(in, piece);
        while (read >= 0) {
            out.write(piece.array(), 0, read);
            piece.clear();
            read = read(in, piece);
        }
    }

    private static int read(FileChannel in, java.nio.ByteBuffer piece) throws ReadException {
        try {
            return in.read(piece);
        } catch (IOException failure) {
            throw new ReadException(failure);
        }
    }

    /** Our own disk's failure and not the site's. */
    private static final class ReadException extends IOException {
        private final IOException failure;

        ReadException(IOException failure) {
            super(failure);
            this.failure = failure;
        }

        @Override
        public synchronized IOException getCause() {
            return failure;
        }
    }

    private boolean isSame(String name, Path file, long there) throws IOException {
        Answer prefix = requireWell(ask(List.of("prefix", name, Long.toString(there)), ""));
        return prefix.printed().strip().equals(Sums.ofFirst(file, there));
    }

    /**
     * Brings the plain files of a place here, into a folder that appears or is completed file by file. What is here already and the same
     * is not brought again.
     *
     * @param known where some of them may lie already
     * @return whether there is such a place
     */
    public boolean fetch(String place, Path to, Path known) throws IOException {
        Answer listed = ask(List.of("sums", place, Integer.toString(SiteTree.MOST_FILES)), "");
        if (listed.status() == NONE) {
            return false;
        }
        for (String line : fields(requireWell(listed))) {
            String sum = line.substring(0, 64);
            String path = line.substring(66);
            if (isPlain(path)) {
                fetch(place + "/" + path, to.resolve(path), known.resolve(path), sum);
            }
        }
        return true;
    }

    private void fetch(String place, Path to, Path known, String sum) throws IOException {
        Files.createDirectories(parent(to));
        if (Files.isRegularFile(to) && sums.of(to).equals(sum)) {
            return;
        }
        if (Files.isRegularFile(known) && sums.of(known).equals(sum)) {
            Files.deleteIfExists(to);
            Files.createLink(to, known);
            return;
        }
        tail(place, to);
        if (!Sums.ofFirst(to, Long.MAX_VALUE).equals(sum)) {
            // What was here was no beginning of it.
            Files.delete(to);
            tail(place, to);
            if (!Sums.ofFirst(to, Long.MAX_VALUE).equals(sum)) {
                Files.delete(to);
                throw new MachineUnavailable(Message.of("federation.ssh.damaged", connection.toString(), 1));
            }
        }
    }

    /** Brings here what a file has more than what is here of it. */
    public void tail(String place, Path to) throws IOException {
        Files.createDirectories(parent(to));
        SftpClient files = connection.files();
        try (FileChannel out =
                FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            try (FileChannel in = files.openRemoteFileChannel(root + "/" + place, OpenMode.Read)) {
                long from = out.size();
                long size = in.size();
                while (from < size) {
                    long more = in.transferTo(from, size - from, out);
                    if (more <= 0) {
                        break;
                    }
                    from += more;
                }
            }
        } catch (SftpException failure) {
            throw trouble(failure);
        }
    }

    /** Sizes of the files in these places that grow while a job runs, by their places. */
    public Map<String, Long> grown(List<String> places) {
        List<String> words = new ArrayList<>(List.of("grown"));
        words.addAll(places);
        List<String> fields = fields(requireWell(ask(words, "")));
        Map<String, Long> grown = new TreeMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (isPlain(fields.get(i + 1))) {
                grown.put(fields.get(i + 1), Long.parseLong(fields.get(i)));
            }
        }
        return grown;
    }

    public void remove(List<String> places) {
        List<String> words = new ArrayList<>(List.of("remove"));
        words.addAll(places);
        requireWell(ask(words, ""));
    }

    /** Removes what nothing has needed for a week. */
    public void prune() {
        requireWell(ask(List.of("prune"), ""));
    }

    private Answer ask(List<String> words, String input) {
        open();
        List<String> all = new ArrayList<>(List.of("bash", root + "/" + SCRIPT_NAME));
        all.addAll(words);
        return connection.ask(all, input, PATIENCE);
    }

    private Answer requireWell(Answer answer) {
        if (!answer.isWell()) {
            throw new MachineUnavailable(Message.of(
                    "federation.ssh.folder-fails",
                    root,
                    connection.toString(),
                    answer.complaints().strip()));
        }
        return answer;
    }

    /** SFTP has one word for all that is in the way of a disk. */
    private MachineUnavailable trouble(IOException failure) {
        isOpen = false;
        if (failure instanceof SftpException said
                && (said.getStatus() == SftpConstants.SSH_FX_FAILURE
                        || said.getStatus() == SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM
                        || said.getStatus() == SftpConstants.SSH_FX_QUOTA_EXCEEDED)) {
            return new MachineUnavailable(Message.of("federation.ssh.full", root, connection.toString(), room()));
        }
        return new MachineUnavailable(Message.of(
                "federation.ssh.folder-fails", root, connection.toString(), String.valueOf(failure.getMessage())));
    }

    private String room() {
        try {
            List<String> words = List.of("df", "-h", "--output=avail", root);
            return connection
                    .ask(words, "")
                    .printed()
                    .lines()
                    .skip(1)
                    .findFirst()
                    .orElse("?")
                    .strip();
        } catch (MachineUnavailable unknown) {
            return "?";
        }
    }

    private static boolean isPlain(String path) {
        return !path.isEmpty()
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
    }

    private static Path parent(Path file) {
        return java.util.Objects.requireNonNull(file.getParent());
    }

    private static String joined(List<String> names) {
        StringBuilder list = new StringBuilder();
        new TreeSet<>(names).forEach(name -> list.append(name).append('\0'));
        return list.toString();
    }

    private static List<String> fields(Answer answer) {
        String printed = answer.printed();
        return printed.isEmpty()
                ? List.of()
                : Arrays.asList(printed.substring(0, printed.length() - 1).split("\0", -1));
    }

    private static byte[] script() {
        try (InputStream script = SiteFolder.class.getResourceAsStream("site.sh")) {
            return java.util.Objects.requireNonNull(script).readAllBytes();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
