package org.aifactory.access;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Map;
import java.util.UUID;
import org.aifactory.federation.HourUnit;
import org.jspecify.annotations.Nullable;

/**
 * An application as it is sent, or so much of it as has been typed.
 *
 * @param partition its slug or id
 * @param unit of {@code hours}; left out, the one that the partition is granted in
 * @param mode the slug of an access mode; left out, the one that fits
 * @param months how long; left out, as long as is usual in the mode
 * @param commercial left out, it is not
 * @param answers to the questions of the mode
 * @param profile answers to the questions of the profile, beside or instead of those that are saved already
 * @param key made by the caller: the same again changes nothing
 */
record Wish(
        @Nullable UUID organisation,
        @Nullable @Size(max = 100) String partition,
        @Nullable BigDecimal hours,
        @Nullable HourUnit unit,
        @Nullable @Size(max = 63) String mode,
        @Nullable Integer months,
        @Nullable @Valid ProjectWish project,
        @Nullable Boolean commercial,
        @Nullable @Size(max = 100) Map<String, Object> answers,
        @Nullable @Size(max = 100) Map<String, Object> profile,
        @Nullable UUID key) {

    /** @param purpose what the time is for, and what will be done with what comes of it */
    record ProjectWish(
            @Nullable @Size(max = 200) String title,
            @Nullable @Size(max = 5000) String purpose) {}

    Map<String, Object> givenAnswers() {
        return answers == null ? Map.of() : answers;
    }

    Map<String, Object> givenProfile() {
        return profile == null ? Map.of() : profile;
    }

    boolean isCommercial() {
        return commercial != null && commercial;
    }
}
