package org.aifactory.federation.slurm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.local.JobFolder;
import org.aifactory.federation.ssh.SiteFolder;
import org.aifactory.federation.ssh.SiteFolder.How;
import org.aifactory.federation.ssh.SiteTree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Files of a site that sees nothing of the platform's own: what lies in {@code HOME/PLACE} here lies in {@code ROOT/PLACE} there. A dataset is
 * sent once, whichever runs read it, since the site keeps files by what they hold. What a job has left comes back whole and checked,
 * takes the place of what was here, and only then goes there.
 */
final class SftpFiles implements SiteFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SftpFiles.class);
    private static final long FOLLOWS_EVERY = Duration.ofSeconds(2).toNanos();
    private static final long TRIES_AGAIN_AFTER = Duration.ofSeconds(5).toNanos();
    private static final int AT_ONCE = 4;
    private static final String HOME = "home";

    private final SiteFolder site;
    private final SiteEngine engine;
    private final Path home;
    /** {@code jobs/KEY} in it is as much of the site's as is here. */
    private final Path mirror;

    private final Set<JobKey> inHand = ConcurrentHashMap.newKeySet();
    /** Before then, nothing is asked for a job again. */
    private final Map<JobKey, Long> again = new ConcurrentHashMap<>();

    private final Semaphore hands = new Semaphore(AT_ONCE);

    /** @param home the platform's */
    SftpFiles(SiteFolder site, SiteEngine engine, Path home) {
        this.site = site;
        this.engine = engine;
        this.home = home;
        this.mirror = home.resolve("slurm");
    }

    private static String place(JobKey key) {
        return "jobs/" + key;
    }

    @Override
    public Path path(JobKey key) {
        return site.at(place(key));
    }

    @Override
    public JobFolder folder(JobKey key) {
        return new JobFolder(mirror.resolve(place(key)));
    }

    @Override
    public String prepare(JobRequest job) {
        // Of an uncertain answer this may be all that is known: a program that has begun writes there.
        if (site.has(place(job.key()) + "/claim")) {
            return JobPlace.script(path(job.key()), job);
        }
        try {
            Translation there = translation(job);
            for (Path needed : job.readable()) {
                if (needed.startsWith(home)) {
                    // Of one run, or one model, it is always the same.
                    site.send(tree(needed), place(needed), How.ONCE);
                }
            }
            site.send(tree(job.folder()), place(job.folder()), How.ANEW);
            JobPlace.scripts().forEach(site::keep);
            site.write(
                    place(job.key()) + "/words",
                    JobPlace.joined(job.command().stream().map(there::of).toList()));
            site.write(
                    place(job.key()) + "/variables",
                    JobPlace.joined(
                            JobPlace.variables(job).stream().map(there::of).toList()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return JobPlace.script(path(job.key()), job);
    }

    private static SiteTree tree(Path folder) throws IOException {
        return new SiteTree().add(folder, "");
    }

    private String place(Path here) {
        return home.relativize(here).toString();
    }

    private Translation translation(JobRequest job) throws IOException {
        Map<Path, Path> places = new HashMap<>();
        places.put(job.folder(), site.at(place(job.folder())));
        if (job.readable().contains(engine.target())) {
            Path installed = engine.installed(site);
            places.put(engine.target(), installed.resolve("engine"));
            places.put(engine.java(), installed.resolve("java"));
        }
        for (Path needed : job.readable()) {
            if (needed.startsWith(home)) {
                places.put(needed, site.at(place(needed)));
            } else if (!places.containsKey(needed)) {
                throw new IOException("Nothing that lies outside the platform's home is sent to a site: " + needed);
            }
        }
        return new Translation(places);
    }

    @Override
    public void follow(JobRequest job) {
        work(job, FOLLOWS_EVERY, () -> grow(job));
    }

    @Override
    public boolean collect(JobRequest job) {
        if (isHome(job.key())) {
            return true;
        }
        work(job, TRIES_AGAIN_AFTER, () -> {
            bringHome(job);
            again.remove(job.key());
        });
        return false;
    }

    private boolean isHome(JobKey key) {
        return Files.exists(mirror.resolve(place(key)).resolve(HOME));
    }

    private interface Work {
        void run() throws IOException;
    }

    /** One thing at a time for each job, and not at once again. */
    private void work(JobRequest job, long pause, Work work) {
        Long before = again.get(job.key());
        boolean isTooEarly = before != null && System.nanoTime() - before < 0;
        if (isTooEarly || !inHand.add(job.key())) {
            return;
        }
        Thread.ofVirtual().name("site-" + job.key()).start(() -> {
            hands.acquireUninterruptibly();
            try {
                again.put(job.key(), System.nanoTime() + pause);
                work.run();
            } catch (IOException | MachineUnavailable failure) {
                again.put(job.key(), System.nanoTime() + TRIES_AGAIN_AFTER);
                LOG.warn("Files of job {} cannot be brought here just now: {}", job.key(), failure.getMessage());
            } catch (RuntimeException mistake) {
                again.put(job.key(), System.nanoTime() + TRIES_AGAIN_AFTER);
                LOG.error("Files of job {} cannot be brought here", job.key(), mistake);
            } finally {
                hands.release();
                inHand.remove(job.key());
            }
        });
    }

    /** Only its folder's numbers and samples grow line by line; the rest comes when the job has ended. */
    private void grow(JobRequest job) throws IOException {
        grow(place(job.key()), mirror.resolve(place(job.key())));
        grow(place(job.folder()), job.folder());
    }

    private void grow(String place, Path here) throws IOException {
        Map<String, Long> grown = site.grown(List.of(place));
        for (Map.Entry<String, Long> file : grown.entrySet()) {
            if (!file.getKey().startsWith(place + "/")) {
                throw new MachineUnavailable("The site names a file that it was not asked for: " + file.getKey());
            }
            Path to = here.resolve(file.getKey().substring(place.length() + 1));
            if (!Files.exists(to) || Files.size(to) < file.getValue()) {
                site.tail(file.getKey(), to);
            }
        }
        removeLeftOut(grown.keySet(), place, here);
    }

    /** Of a very long log the middle goes. */
    private static void removeLeftOut(Set<String> grown, String place, Path here) throws IOException {
        if (!Files.isDirectory(here)) {
            return;
        }
        try (Stream<Path> files = Files.list(here)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith("log.") && !grown.contains(place + "/" + name)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void bringHome(JobRequest job) throws IOException {
        Path here = mirror.resolve(place(job.key()));
        Files.createDirectories(here);
        Path coming = mirror.resolve("coming").resolve(job.key().toString());
        if (site.fetch(place(job.folder()), coming, job.folder())) {
            replace(job.folder(), coming);
        }
        grow(place(job.key()), here);
        try {
            Files.createFile(here.resolve(HOME));
        } catch (FileAlreadyExistsException before) {
            // And broken off since.
        }
        site.remove(List.of(place(job.folder()), place(job.key()), place(inputs(job))));
        site.prune();
    }

    /** What the job alone has read. */
    private static Path inputs(JobRequest job) {
        return job.readable().isEmpty() ? job.folder() : job.readable().getFirst();
    }

    private void replace(Path folder, Path coming) throws IOException {
        Path old = coming.resolveSibling(coming.getFileName() + ".old");
        Files.createDirectories(coming);
        FileSystemUtils.deleteRecursively(old);
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(folder)) {
                for (Path child : (Iterable<Path>) children::iterator) {
                    // A folder that was laid out and that nobody has written to.
                    if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createDirectories(coming.resolve(child.getFileName()));
                    }
                }
            }
            Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(coming, folder, StandardCopyOption.ATOMIC_MOVE);
        FileSystemUtils.deleteRecursively(old);
    }

    @Override
    public boolean isHere() {
        return false;
    }

    @Override
    public void stop(JobKey key) {
        try {
            // What came home is no longer there.
            if (!isHome(key) && site.has(place(key))) {
                site.write(place(key) + "/stop", new byte[0]);
            }
        } catch (MachineUnavailable away) {
            LOG.warn("Job {} cannot be told to stop where it still runs: {}", key, away.getMessage());
        }
    }

    @Override
    public boolean wasOutOfMemory(JobKey key) {
        return JobPlace.wasOutOfMemory(folder(key));
    }

    @Override
    public void forget(JobKey key) {
        try {
            if (!isHome(key)) {
                site.remove(List.of(place(key)));
            }
            folder(key).delete();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
