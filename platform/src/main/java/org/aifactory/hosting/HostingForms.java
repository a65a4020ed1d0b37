package org.aifactory.hosting;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people and programs write of hosted factories; anything may be missing, which is told at its field. */
final class HostingForms {
    private HostingForms() {}

    /**
     * The factory that a proposal becomes: one that is there, or a new one.
     *
     * @param factory the slug of one that is there; null for a new one
     * @param slug of the new one, as it stands in addresses, and {@code name}
     */
    record FactoryForm(
            @Nullable String factory,
            @Nullable String slug,
            @Nullable String name,
            @Nullable Double latitude,
            @Nullable Double longitude) {}

    /**
     * Shares that hold from a day to come on.
     *
     * @param version of the factory, as it was read
     * @param whole what the parts add up to: 100 for per cent, or all euros
     * @param reason for everybody to read
     */
    record AgreementForm(
            @Nullable Integer version,
            @Nullable LocalDate from,
            @Nullable Long whole,
            @Nullable List<ShareForm> shares,
            @Nullable String reason) {}

    /** @param participant EU, or a country: ISO 3166-1 alpha-2 */
    record ShareForm(
            @Nullable String participant,
            @Nullable Role role,
            @Nullable Long part) {}

    record TakingBackForm(
            @Nullable Integer version,
            @Nullable LocalDate from,
            @Nullable String reason) {}

    /** All dates of a step; null for none. */
    record MilestoneForm(
            @Nullable Integer version,
            @Nullable LocalDate planned,
            @Nullable LocalDate reached,
            @Nullable String reason) {}

    /** Degrees, north and east of nothing positive. */
    record PlaceForm(
            @Nullable Integer version,
            @Nullable Double latitude,
            @Nullable Double longitude) {}
}
