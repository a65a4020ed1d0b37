package org.aifactory.federation.local;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;

/** Which cores, which GPUs and how much memory of a computer are free. */
final class Slots {
    private static final long MIB = 1L << 20;

    private final Computer computer;
    private final TreeSet<Integer> cores;
    private final TreeSet<Integer> gpus;
    private long memory;

    /** All free. */
    Slots(Computer computer) {
        this.computer = computer;
        cores = new TreeSet<>(computer.cores());
        gpus = new TreeSet<>(computer.gpus());
        memory = computer.memoryBytes();
    }

    /** What a job has for itself. */
    record Slot(List<Integer> cores, List<Integer> gpus, long memoryBytes) {
        static final Slot NONE = new Slot(List.of(), List.of(), 0);

        Slot {
            cores = List.copyOf(cores);
            gpus = List.copyOf(gpus);
        }
    }

    /** Why a job does not fit in what is free; empty where it does. */
    Optional<Reason> lacks(JobRequest job) {
        if (job.cores() > cores.size()) {
            return Optional.of(Reason.of(Kind.CORES_BUSY, job.cores(), cores.size()));
        }
        if (job.gpus() > gpus.size()) {
            return Optional.of(Reason.of(Kind.GPUS_BUSY, job.gpus(), gpus.size()));
        }
        if (job.memoryBytes() > memory) {
            return Optional.of(Reason.of(Kind.MEMORY_BUSY, job.memoryBytes() / MIB, Math.max(0, memory) / MIB));
        }
        return Optional.empty();
    }

    /** Takes what a job asks for, where it is free. */
    Optional<Slot> take(JobRequest job) {
        if (lacks(job).isPresent()) {
            return Optional.empty();
        }
        Slot slot = new Slot(
                cores.stream().limit(job.cores()).toList(),
                gpus.stream().limit(job.gpus()).toList(),
                job.memoryBytes());
        occupy(slot);
        return Optional.of(slot);
    }

    /** Takes what a job has already. */
    void occupy(Slot slot) {
        slot.cores().forEach(cores::remove);
        slot.gpus().forEach(gpus::remove);
        memory -= slot.memoryBytes();
    }

    /** Gives back what a job had; a core that this computer no longer has stays away. */
    void release(Slot slot) {
        slot.cores().stream().filter(computer.cores()::contains).forEach(cores::add);
        slot.gpus().stream().filter(computer.gpus()::contains).forEach(gpus::add);
        memory += slot.memoryBytes();
    }

    int freeCores() {
        return cores.size();
    }

    int freeGpus() {
        return gpus.size();
    }

    long freeMemory() {
        return Math.max(0, memory);
    }
}
