package org.aifactory.training;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.VersionId;
import org.aifactory.federation.JobLog;
import org.aifactory.identity.Actor;
import org.aifactory.training.PlacementRules.Preference;
import org.aifactory.training.RunRequest.Base;
import org.aifactory.web.Download;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Runs over HTTP. */
@RestController
class RunsApi {
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final Runs runs;
    private final RunViews views;
    private final ReadingTable readings;

    RunsApi(Runs runs, RunViews views, ReadingTable readings) {
        this.runs = runs;
        this.views = views;
        this.readings = readings;
    }

    /**
     * What is to run.
     *
     * @param allocation what pays for it; any, or left out, for the one where it is expected to end first
     * @param rules for that choice
     * @param recipe chatbot, finetune or command
     * @param dataset a version of a dataset, DATASET:CONTENT
     * @param minutes wall time; for the recipe command the most that it may take
     * @param steps of the optimizer, instead of minutes
     * @param base for finetune: the id of a model, or DATASET:CONTENT of a model's folder
     * @param command for the recipe of that name: a script
     * @param environment variables for it
     * @param secrets more variables, which are kept nowhere once it runs
     * @param continues whether it goes on by itself where the machine fails under it; left out, the engine's recipes do
     * @param key makes it harmless to ask again
     */
    record NewRun(
            @Schema(
                    type = "string",
                    description =
                            "The id of an allocation; any, or left out, for the one where it is expected to end first")
            @Nullable
            Payer allocation,

            @Schema(
                    description =
                            "What a machine has to keep to, and what is the best, where the allocation is not named")
            @Valid
            @Nullable
            Rules rules,

            @Schema(description = "chatbot, finetune or command", example = "command") @NotNull @Size(max = 20)
            String recipe,

            @Nullable @Size(max = 200) String name,
            @Nullable @Size(max = 200) String project,

            @Schema(type = "string", description = "The id of a dataset's version, DATASET:CONTENT") @Nullable
            VersionName dataset,

            @Schema(description = "Wall time; for the recipe command the most that it may take", example = "1")
            @Nullable
            Double minutes,

            @Schema(description = "Of the optimizer, instead of minutes") @Nullable
            Long steps,

            @Schema(
                    description = "How many work on it together; cores, gpus and memoryBytes are for each",
                    example = "1")
            @Nullable
            Integer nodes,

            @Schema(example = "1") @Nullable Integer cores,
            @Nullable Integer gpus,
            @Schema(example = "200000000") @Nullable Long memoryBytes,

            @Schema(description = "For finetune: the id of a model, or DATASET:CONTENT of a model's folder")
            @Nullable
            @Size(max = 200)
            String base,

            @Schema(
                    description =
                            "For the recipe of that name: a script, which finds its data in $AIFACTORY_DATA and leaves what it makes in $AIFACTORY_OUTPUT",
                    example = "cat \"$AIFACTORY_DATA\"/* | wc -w | tee \"$AIFACTORY_OUTPUT/words.txt\"")
            @Nullable
            @Size(max = 300_000)
            String command,

            @Schema(
                    description =
                            "For command: an image of a container that the script runs in by Apptainer, as a file of the dataset (tools/torch.sif) or as one of the machine's images")
            @Nullable
            @Size(max = 500)
            String image,

            @Nullable Map<String, @NotNull String> environment,
            @Nullable Map<String, @NotNull String> secrets,
            @Nullable Long seed,

            @Schema(
                    description =
                            "Whether it goes on by itself, by another attempt from its checkpoint, where a node fails under it or the site needs its nodes; left out, chatbot and finetune do. Not together with secrets, which are not kept")
            @JsonProperty("continue")
            @Nullable
            Boolean continues,

            @Schema(description = "Made by you: the same again is the same run") @Nullable
            UUID key) {

        RunRequest request() {
            return new RunRequest(
                    where(),
                    recipe(recipe),
                    Optional.ofNullable(name).filter(word -> !word.isBlank()),
                    Optional.ofNullable(project).filter(word -> !word.isBlank()),
                    Optional.ofNullable(dataset).map(VersionName::id),
                    Optional.ofNullable(minutes),
                    Optional.ofNullable(steps),
                    Optional.ofNullable(nodes),
                    Optional.ofNullable(cores),
                    Optional.ofNullable(gpus),
                    Optional.ofNullable(memoryBytes),
                    Optional.ofNullable(base).filter(word -> !word.isBlank()).map(NewRun::base),
                    Optional.ofNullable(command),
                    Optional.ofNullable(image).map(String::strip).filter(word -> !word.isEmpty()),
                    environment == null ? Map.of() : environment,
                    secrets == null ? Map.of() : secrets,
                    Optional.ofNullable(seed),
                    Optional.ofNullable(continues),
                    Optional.ofNullable(key));
        }

        private Where where() {
            if (allocation == null || allocation.id().isEmpty()) {
                return new Where.Anywhere(rules == null ? PlacementRules.NONE : rules.checked());
            }
            if (rules != null) {
                throw Problem.invalid("rules", "training.fault.rules");
            }
            return new Where.On(allocation.id().get());
        }

        private static Recipe recipe(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "chatbot" -> Recipe.CHATBOT;
                case "finetune" -> Recipe.FINETUNE;
                case "command" -> Recipe.COMMAND;
                default -> throw Problem.invalid("recipe", "training.fault.recipe");
            };
        }

        private static Base base(String word) {
            try {
                return word.length() == 36
                        ? new Base.OfModel(UUID.fromString(word))
                        : new Base.OfVersion(version(word));
            } catch (IllegalArgumentException neither) {
                throw Problem.invalid("base", "training.fault.base-form");
            }
        }

        /** Says nothing of its secrets. */
        @Override
        public String toString() {
            return "NewRun[" + recipe + "]";
        }
    }

    /** An allocation's id, or the word {@code any}. */
    record Payer(Optional<AllocationId> id) {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Payer of(String word) {
            if (word.equals("any")) {
                return new Payer(Optional.empty());
            }
            try {
                return new Payer(Optional.of(new AllocationId(UUID.fromString(word))));
            } catch (IllegalArgumentException neither) {
                throw Problem.invalid("allocation", "training.fault.payer");
            }
        }
    }

    /**
     * @param countries ISO 3166-1 alpha-2, in one of which the machine has to stand; left out for anywhere
     * @param gpu part of the name of its GPU
     * @param mostCents that the run may be expected to cost, in euro cents
     * @param mostKwh likewise of energy
     * @param prefer what is the best; left out, what is expected to have ended first
     */
    record Rules(
            @Nullable @Size(max = 250) List<@NotNull @Size(max = 2) String> countries,
            @Nullable @Size(max = 60) String gpu,
            @Nullable @Min(0) Long mostCents,
            @Nullable Double mostKwh,
            @Nullable Preference prefer) {

        PlacementRules checked() {
            return new PlacementRules(
                    new TreeSet<>(countries == null ? List.of() : countries),
                    Optional.ofNullable(gpu),
                    Optional.ofNullable(mostCents),
                    Optional.ofNullable(mostKwh),
                    prefer == null ? Preference.FINISH : prefer);
        }
    }

    /** A version's name, in one word or in two. */
    record VersionName(VersionId id) {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static VersionName of(Object words) {
            if (words instanceof Map<?, ?> parts) {
                return new VersionName(version(parts.get("dataset") + ":" + parts.get("content")));
            }
            return new VersionName(version(String.valueOf(words)));
        }
    }

    private static VersionId version(String word) {
        return VersionId.parse(word.replace('/', ':'));
    }

    @Operation(
            summary =
                    "Start a run: it is written down, paid for by a hold on the allocation, and starts when its turn comes")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/runs")
    ResponseEntity<RunView> submit(Actor actor, @Valid @RequestBody NewRun wish, Locale locale) {
        Run run = runs.submit(actor, wish.request());
        return ResponseEntity.created(URI.create("/api/runs/" + run.id())).body(views.view(run, locale));
    }

    @Operation(summary = "The runs that you may see, the newest first")
    @GetMapping("/api/runs")
    List<RunView> list(
            Actor actor,
            @RequestParam Optional<UUID> allocation,
            @RequestParam Optional<RunState> state,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most,
            Locale locale) {
        return views.views(runs.of(actor, new RunFilter(allocation.map(AllocationId::new), state, true), most), locale);
    }

    @Operation(summary = "A run: its state in words, its budget, what it takes, all attempts")
    @GetMapping("/api/runs/{id}")
    RunView show(Actor actor, @PathVariable UUID id, Locale locale) {
        return views.view(find(actor, id), locale);
    }

    @Operation(summary = "End a run, all its processes")
    @PostMapping("/api/runs/{id}/cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    RunView cancel(Actor actor, @PathVariable UUID id, Locale locale) {
        runs.cancel(actor, new RunId(id));
        return views.view(find(actor, id), locale);
    }

    /** @param secrets the same as at first, which were not kept */
    record Again(@Nullable Map<String, @NotNull String> secrets) {

        /** Says nothing of its secrets. */
        @Override
        public String toString() {
            return "Again[]";
        }
    }

    @Operation(summary = "Try again a run that did not succeed; it goes on from its last checkpoint, where it left one")
    @PostMapping("/api/runs/{id}/resume")
    RunView resume(
            Actor actor,
            @PathVariable UUID id,
            @Valid @RequestBody(required = false) @Nullable Again wish,
            Locale locale) {
        Map<String, String> secrets = wish == null || wish.secrets() == null ? Map.of() : wish.secrets();
        return views.view(runs.resume(actor, new RunId(id), secrets), locale);
    }

    /** @param number to read on, ask for what comes after the last one seen */
    record Metric(long number, long step, Instant at, Map<String, Object> values) {}

    @Operation(summary = "What a run has measured on the way, in the order in which it was noted")
    @GetMapping("/api/runs/{id}/metrics")
    List<Metric> metrics(
            Actor actor,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "5000") @Min(1) @Max(20_000) int most) {
        return readings.metrics(find(actor, id).id(), after, most).stream()
                .map(metric -> new Metric(metric.number(), metric.step(), metric.at(), views.values(metric)))
                .toList();
    }

    @Operation(summary = "What a model has said on the way")
    @GetMapping("/api/runs/{id}/samples")
    List<ReadingTable.Sample> samples(
            Actor actor,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "200") @Min(1) @Max(1000) int most) {
        return readings.samples(find(actor, id).id(), after, most);
    }

    /** @param from in bytes since the first; negative counts from the end */
    @Operation(
            summary =
                    "A piece of what a run has printed; X-Log-Next says where to read on, X-Log-Left-Out how much of a very"
                            + " long log was not kept between its beginning and its end")
    @GetMapping(path = "/api/runs/{id}/log", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<byte[]> log(
            Actor actor,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "0") long from,
            @RequestParam(defaultValue = "65536") @Min(1) @Max(1 << 20) int most) {
        JobLog log = runs.log(find(actor, id).id(), from, most);
        return ResponseEntity.ok()
                .contentType(TEXT)
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Log-From", Long.toString(log.from()))
                .header("X-Log-Next", Long.toString(log.next()))
                .header("X-Log-Size", Long.toString(log.size()))
                .header("X-Log-Left-Out", Long.toString(log.leftOut()))
                .body(log.bytes());
    }

    @Operation(summary = "The files that a run has written to its output")
    @GetMapping("/api/runs/{id}/output")
    List<OutputFile> output(Actor actor, @PathVariable UUID id) {
        return runs.output(find(actor, id).id());
    }

    @Operation(summary = "One file that a run has written")
    @GetMapping("/api/runs/{id}/output/file")
    ResponseEntity<Resource> file(Actor actor, @PathVariable UUID id, @RequestParam @Size(max = 4096) String path) {
        InputStream content = runs.openOutput(find(actor, id).id(), path)
                .orElseThrow(() -> Problem.notFound("file", path.replaceAll("\\p{Cntrl}", "?")));
        String name = path.substring(path.lastIndexOf('/') + 1);
        return Download.of(name, MediaType.APPLICATION_OCTET_STREAM).body(new InputStreamResource(content));
    }

    private Run find(Actor actor, UUID id) {
        return runs.find(actor, new RunId(id));
    }
}
