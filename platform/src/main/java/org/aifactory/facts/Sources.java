package org.aifactory.facts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sources that a file names once, each with a key by which its figures name them. */
public final class Sources {
    private final Map<String, String> byKey = new LinkedHashMap<>();

    private Sources() {}

    /** @param part keys, each with an address, or in words what it was where there is no address */
    public static Sources of(YamlPart part) {
        Sources sources = new Sources();
        part.fields().forEach((key, address) -> sources.byKey.put(key, address.text()));
        return sources;
    }

    /**
     * Those that a figure names.
     *
     * @param mark how well the figure is said to be known; only an UNVERIFIED one may do without an address
     * @throws FileFault when there is none, or one that the file does not have
     */
    public List<String> named(YamlPart list, Mark mark) {
        List<String> named = list.list().stream().map(this::source).toList();
        if (named.isEmpty()) {
            throw list.fault("every figure has a source; name at least one of " + byKey.keySet() + ".");
        }
        if (mark != Mark.UNVERIFIED && named.stream().noneMatch(Sources::isAddress)) {
            throw list.fault("none of these sources has an address, so the figure is UNVERIFIED.");
        }
        return named;
    }

    private String source(YamlPart key) {
        String source = byKey.get(key.text());
        if (source == null) {
            throw key.fault("there is no source “" + key.text() + "” in this file; it has " + byKey.keySet() + ".");
        }
        return source;
    }

    public static boolean isAddress(String source) {
        return source.startsWith("https://") || source.startsWith("http://");
    }
}
