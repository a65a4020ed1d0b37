package org.aifactory.federation;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.aifactory.web.Message;

/**
 * Why a job waits, or how it ended.
 *
 * @param details what the sentence is filled in with
 */
public record Reason(Kind kind, List<Object> details) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    public Reason {
        details = details.stream().map(Reason::counted).toList();
    }

    public static Reason of(Kind kind, Object... details) {
        return new Reason(kind, List.of(details));
    }

    /** As {@link #keptDetails} wrote it. */
    public static Reason kept(String kind, String details) {
        return new Reason(Kind.valueOf(kind), Message.keptArguments(details));
    }

    /** For a column of JSON. */
    public String keptDetails() {
        return words().argumentsToKeep();
    }

    /** Numbers were once kept as texts. */
    private static Object counted(Object detail) {
        return switch (detail) {
            case Integer number -> number.longValue();
            case String text when NUMBER.matcher(text).matches() -> Long.valueOf(text);
            default -> detail;
        };
    }

    public Message words() {
        return new Message("job.reason." + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'), details);
    }

    /** What can be the matter; {@code job.reason.KIND} in the message bundles says each in words. */
    public enum Kind {
        /** So many jobs are before it. */
        BEHIND_OTHERS,
        /** It asked for so many cores, and so many are free. */
        CORES_BUSY,
        /** Likewise for GPUs. */
        GPUS_BUSY,
        /** Likewise for memory, in MiB. */
        MEMORY_BUSY,
        /** The partition or the machine is closed. */
        CLOSED,
        /** It could reach into the maintenance that begins at the first time and ends at the second. */
        MAINTENANCE,
        /** Its process is being made. */
        STARTING,
        RUNS,
        ENDED,
        /** With this exit status. */
        EXIT_STATUS,
        /** By this signal. */
        SIGNAL,
        /** After so many seconds. */
        OUT_OF_TIME,
        /** It used so many MiB and had asked for so many. */
        OUT_OF_MEMORY,
        CANCELLED,
        /** The machine, or the process that watches the job, was ended from outside. */
        LOST,
        /** It could not be started; the detail says what the machine answered. */
        NOT_STARTED,
        /** Others of higher priority are before it in the site's queue. */
        SITE_PRIORITY,
        /** Until enough of the site's nodes are free. */
        SITE_RESOURCES,
        /** A limit of the site's for the account is reached; the detail is the scheduler's word for it. */
        SITE_LIMIT,
        /** It waits at the site for another reason, in the scheduler's word. */
        SITE_WAITS,
        /** Its nodes are down or drained at the site. */
        SITE_NODES_DOWN,
        /** The site ended it because it used more memory than the MiB that it had asked for. */
        SITE_OUT_OF_MEMORY,
        /** Its machine has not answered since the first time; the second says what the matter is. */
        UNHEARD,
        /** A node of the site's failed under it. */
        NODE_FAILED,
        /** The site took its nodes for a job of higher priority. */
        PREEMPTED,
        /** The site took it off its node, which failed or was needed for others, to begin it anew. */
        RESTARTED,
        /** Somebody at the site ended it. */
        SITE_CANCELLED,
        /** The machine failed under the attempt before; the details are the number of the next, and how that one ended. */
        CONTINUES,
        /** It has ended at the site, and what it has made is on its way here. */
        COLLECTED
    }
}
