package org.aifactory.training;

import java.time.Instant;
import org.aifactory.federation.MachineId;

/**
 * The books of a machine differed from what was settled, and the difference was booked. A listener may be told twice.
 *
 * @param attempts how many were corrected
 * @param at when the books were read
 */
public record UsageCorrected(MachineId machine, int attempts, Instant at) {}
