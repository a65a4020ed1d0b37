package org.aifactory.access;

import io.swagger.v3.oas.annotations.media.Schema;
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
        @Schema(description = "Who applies; needed to send it") @Nullable
        UUID organisation,

        @Schema(description = "A partition's slug or id; needed to send it", example = "local-cpu")
        @Nullable
        @Size(max = 100)
        String partition,

        @Schema(description = "How much time; needed to send it", example = "1") @Nullable
        BigDecimal hours,

        @Schema(description = "Of the hours; left out, the one that the partition is granted in") @Nullable
        HourUnit unit,

        @Schema(description = "The slug of an access mode; left out, the one that fits") @Nullable @Size(max = 63)
        String mode,

        @Schema(description = "How long; left out, as long as is usual in the mode") @Nullable
        Integer months,

        @Nullable @Valid ProjectWish project,
        @Nullable Boolean commercial,
        @Nullable @Size(max = 100) Map<String, Object> answers,

        @Schema(
                description =
                        "Answers to the questions of GET /api/organisations/{organisation}/profile, beside or instead of those that are saved",
                example = "{\"staff\": 4, \"turnover\": 0}")
        @Nullable
        @Size(max = 100)
        Map<String, Object> profile,

        @Schema(description = "Made by you: the same again changes nothing") @Nullable
        UUID key) {

    /** @param purpose what the time is for, and what will be done with what comes of it */
    record ProjectWish(
            @Schema(example = "Handbook") @Nullable @Size(max = 200)
            String title,

            @Schema(example = "A chatbot that knows our handbook.") @Nullable @Size(max = 5000)
            String purpose) {}

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
