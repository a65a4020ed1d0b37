package org.aifactory.engine.corpus;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What identifies a corpus: its files in the order they are read. A run records it, so that resuming with other text can be
 * refused and the difference named.
 */
public record Fingerprint(List<FileDigest> files) {

    /**
     * One file.
     *
     * @param name path from the folder that was asked for
     * @param bytes its length
     * @param sha256 digest of its bytes in hexadecimal
     */
    public record FileDigest(String name, long bytes, String sha256) {}

    public Fingerprint {
        files = List.copyOf(files);
    }

    /** SHA-256 in hexadecimal over the names and digests of all files. */
    public String digest() {
        MessageDigest sha = Sha256.start();
        for (FileDigest file : files) {
            sha.update((file.name() + "\0" + file.sha256() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** One sentence for each way in which this corpus is not the earlier one; none when they are the same. */
    public List<String> differencesFrom(Fingerprint earlier) {
        Map<String, String> before = byName(earlier);
        Map<String, String> now = byName(this);
        List<String> differences = new ArrayList<>();
        now.forEach((name, digest) -> {
            if (!before.containsKey(name)) {
                differences.add(name + " was added.");
            } else if (!digest.equals(before.get(name))) {
                differences.add(name + " was changed.");
            }
        });
        before.keySet().stream()
                .filter(name -> !now.containsKey(name))
                .forEach(name -> differences.add(name + " was removed."));
        if (differences.isEmpty() && !files.equals(earlier.files)) {
            differences.add("The files are given in another order.");
        }
        return differences;
    }

    /** Files of the same name in folders of the same name are told apart by all their digests together. */
    private static Map<String, String> byName(Fingerprint fingerprint) {
        Map<String, String> digests = new LinkedHashMap<>();
        fingerprint.files.forEach(file -> digests.merge(file.name(), file.sha256(), String::concat));
        return digests;
    }
}
