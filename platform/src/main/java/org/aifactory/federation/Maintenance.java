package org.aifactory.federation;

import java.time.Instant;
import java.util.UUID;

/** A time in which nothing runs on a machine. A job that could reach into it starts after it. */
public record Maintenance(UUID id, MachineId machine, Instant from, Instant until, String reason) {}
