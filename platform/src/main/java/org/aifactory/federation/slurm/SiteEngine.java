package org.aifactory.federation.slurm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.aifactory.federation.ssh.SiteFolder;
import org.aifactory.federation.ssh.SiteFolder.How;
import org.aifactory.federation.ssh.SiteTree;

/**
 * The engine as it is installed at sites, with a Java of its own, because their nodes have no internet: in a folder that is called by what
 * it holds, so that another version is another folder, and that appears whole.
 *
 * @param target where its own classes and its libraries are
 * @param java the Java that runs it
 */
record SiteEngine(Path target, Path java) {
    /** Of the folder that the engine was built in, what runs. */
    private static final Pattern CLASSES = Pattern.compile("lib|engine-[^/]*\\.jar|lib/[^/]*\\.jar");
    /** Of a Java, what is no source, no document and no module to link another from. */
    private static final Pattern RUNS = Pattern.compile("(?:bin|conf|lib|release)(?!/src\\.zip)(?:/.*)?");

    /** Where it is, as soon as it is all there. */
    Path installed(SiteFolder site) throws IOException {
        SiteTree tree = new SiteTree()
                .addFollowed(target, "engine", path -> CLASSES.matcher(path).matches())
                .addFollowed(java, "java", path -> RUNS.matcher(path).matches());
        String place = "engine/" + site.name(tree);
        if (!site.has(place)) {
            site.send(tree, place, How.ONCE);
        }
        return site.at(place);
    }
}
