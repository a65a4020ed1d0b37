/** Benchmarks: one command each, ratios measured in one run, results printed as Markdown tables. */
@NullMarked
package org.aifactory.bench;

import org.jspecify.annotations.NullMarked;
