package org.aifactory.cofunding;

import java.time.LocalDate;
import org.aifactory.facts.Mark;

/**
 * What an hour on a partition costs those who fund it, from a day on until the next is told.
 *
 * @param centsPerHour euro cents for a GPU-hour, or a core-hour where there are no GPUs
 */
record HourCost(LocalDate from, long centsPerHour, Mark mark, String source) {}
